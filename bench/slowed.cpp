// Eight kernels of which a known share of the calls is made twice: -DBENCHKIT_SLOWED=0.02 makes a version of this program that is 2 % slower.
// Nothing else differs, not even the layout of the code. What early stopping saves is measured with them.
#include <benchkit/benchkit.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace {

/// splitmix64, so that the data are the same on every machine.
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<std::uint64_t> numbers(std::size_t count) {
  std::uint64_t state = 7;
  std::vector<std::uint64_t> result(count);
  for (std::uint64_t& one : result) one = next(state);
  return result;
}

/// Read anew at each call, so that all versions have the same code.
const volatile double share = BENCHKIT_SLOWED;

/// The kernel, of which the planted share of calls is made twice, evenly spread.
template <class Kernel>
class Slowed {
 public:
  explicit Slowed(Kernel kernel) : kernel_(std::move(kernel)) {}
  auto operator()() {
    due_ += share;
    if (due_ >= 1) {
      due_ -= 1;
      benchkit::keep(call());
    }
    return call();
  }

 private:
  [[gnu::noinline]] auto call() { return kernel_(); }

  Kernel kernel_;
  double due_ = 0;
};

template <class Kernel>
Slowed<Kernel> slowed(Kernel kernel) {
  return Slowed<Kernel>(std::move(kernel));
}

auto sort() {
  return slowed([data = numbers(400), copy = std::vector<std::uint64_t>()]() mutable {
    copy = data;
    std::sort(copy.begin(), copy.end());
    return copy[7];
  });
}

auto hash() {
  return slowed([data = numbers(1000)] {
    std::uint64_t h = 0xcbf29ce484222325;
    for (const std::uint64_t one : data) h = (h ^ one) * 0x100000001b3;
    return h;
  });
}

auto scan() {
  return slowed([data = numbers(16'000)] { return std::accumulate(data.begin(), data.end(), std::uint64_t{0}); });
}

auto branch() {
  return slowed([data = numbers(2'000)] {
    std::uint64_t sum = 0;
    for (const std::uint64_t one : data) {
      if ((one & 1) != 0) sum += one;
      else sum ^= one >> 3;
      benchkit::keep(sum);
    }
    return sum;
  });
}

auto chase() {
  std::vector<std::uint32_t> order(1 << 14);
  std::iota(order.begin(), order.end(), 0U);
  std::uint64_t state = 7;
  for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[next(state) % i]);  // Sattolo: one cycle
  return slowed([order, at = std::uint32_t{0}]() mutable {
    for (int i = 0; i < 2'000; ++i) at = order[at];
    return at;
  });
}

auto string() {
  return slowed([data = numbers(100)] {
    std::string text;
    for (const std::uint64_t one : data) text += std::to_string(one) + ",";
    return text.size();
  });
}

auto matrix() {
  return slowed([left = std::vector<double>(24 * 24, 1.5), right = std::vector<double>(24 * 24, 0.5)] {
    std::vector<double> product(24 * 24);
    for (int i = 0; i < 24; ++i) {
      for (int k = 0; k < 24; ++k) {
        for (int j = 0; j < 24; ++j) product[i * 24 + j] += left[i * 24 + k] * right[k * 24 + j];
      }
    }
    return product[31];
  });
}

auto allocation() {
  return slowed([data = numbers(100)] {
    std::vector<std::unique_ptr<std::uint64_t[]>> held;
    for (const std::uint64_t one : data) held.push_back(std::make_unique<std::uint64_t[]>(one % 64 + 1));
    return held.size();
  });
}

/// Each kernel so many times, each time with data of its own: a suite of 200 cases.
constexpr int kCopies = 25;

template <class Make>
void add(benchkit::App& app, const char* name, Make make) {
  for (int copy = 0; copy < kCopies; ++copy)
    app.add({.id = name + std::string("[") + std::to_string(copy) + "]", .dims = {{"kernel", name}, {"copy", copy}}, .run = make});
}

}  // namespace

int main(int argc, char** argv) {
  benchkit::App app{"slowed"};
  add(app, "sort", sort);
  add(app, "hash", hash);
  add(app, "scan", scan);
  add(app, "branch", branch);
  add(app, "chase", chase);
  add(app, "string", string);
  add(app, "matrix", matrix);
  add(app, "allocation", allocation);
  return app.main(argc, argv);
}
