// Insertion and lookup in the standard containers: what does a set of n numbers cost?
//
// `build` puts n random numbers into an empty container; `find` looks one number up that is there, another one at every call.
#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include <benchkit/benchkit.hpp>

namespace {

using Number = std::uint64_t;

std::vector<Number> random_numbers(std::int64_t n) {
  std::mt19937_64 random(42);
  std::vector<Number> numbers(static_cast<std::size_t>(n));
  std::generate(numbers.begin(), numbers.end(), random);
  return numbers;
}

/// A sorted vector with the interface of a set.
class SortedVector {
 public:
  template <class Iterator>
  SortedVector(Iterator begin, Iterator end) : numbers_(begin, end) {
    std::sort(numbers_.begin(), numbers_.end());
  }
  [[nodiscard]] bool contains(Number number) const { return std::binary_search(numbers_.begin(), numbers_.end(), number); }

 private:
  std::vector<Number> numbers_;
};

template <class Set>
void add_cases(benchkit::App& app, const std::string& impl) {
  for (const std::int64_t n : {10, 1000, 100'000}) {
    const auto id = [&](const char* op) { return impl + "-" + op + "[" + std::to_string(n) + "]"; };
    app.add({.id = id("build"),
             .dims = {{"impl", impl}, {"op", "build"}, {"n", n}},
             .run = [n] { return [numbers = random_numbers(n)] { return Set(numbers.begin(), numbers.end()); }; },
             .work = {.items = static_cast<double>(n)}});
    app.add({.id = id("find"),
             .dims = {{"impl", impl}, {"op", "find"}, {"n", n}},
             .run =
                 [n] {
                   std::vector<Number> numbers = random_numbers(n);
                   return [set = Set(numbers.begin(), numbers.end()), numbers, next = std::size_t{0}]() mutable {
                     next = next + 1 < numbers.size() ? next + 1 : 0;
                     return set.contains(numbers[next]);
                   };
                 },
             .work = {.items = 1}});
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchkit::App app("cpp-containers");
  add_cases<std::set<Number>>(app, "set");
  add_cases<std::unordered_set<Number>>(app, "unordered_set");
  add_cases<SortedVector>(app, "sorted_vector");
  return app.main(argc, argv);
}
