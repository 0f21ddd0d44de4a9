#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <benchkit/benchkit.hpp>

namespace {

std::vector<int> random_ints(int n) {
  std::mt19937 random(42);
  std::vector<int> numbers(static_cast<std::size_t>(n));
  for (int& number : numbers) number = static_cast<int>(random());
  return numbers;
}

}  // namespace

int main(int argc, char** argv) {
  benchkit::App app{"sorting"};
  for (int n : {100, 1'000}) {
    app.add({.id = "sort[" + std::to_string(n) + "]", .dims = {{"op", "sort"}, {"n", n}}, .run = [n] {
               auto data = random_ints(n);
               return [data]() mutable {
                 std::ranges::sort(data);
                 return data[0];
               };
             }});
  }
  return app.main(argc, argv);
}
