// The run's own random numbers: the same seed gives the same plan on every platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace benchkit::runner {

/// splitmix64 (Steele, Lea, Flood, OOPSLA 2014): every output is a good hash of the state, so that streams for different rounds are
/// had by hashing (seed, round) and need no state of their own.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) noexcept : state_(seed ^ (stream * 0xd1342543de82ef95)) { state_ = next(); }

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0..bound-1 without bias: draws that would favour small numbers are thrown away.
  std::uint64_t below(std::uint64_t bound) noexcept {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t draw = next();
    while (draw >= limit) draw = next();
    return draw % bound;
  }
  /// In [0, 1).
  double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// 0..count-1 in a random order.
  [[nodiscard]] std::vector<std::size_t> order(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
  }

 private:
  std::uint64_t state_;
};

}  // namespace benchkit::runner
