// The three micro kernels that benchkit's and nanobench's programs both measure. Each factory gives a callable with its own state.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace kernels {

inline auto square_root() {
  return [x = 2.0]() mutable {
    x = std::sqrt(x + 1);
    return x;
  };
}

inline auto hash() {
  return [h = std::uint64_t{1}]() mutable {
    for (int i = 0; i < 16; ++i) h = (h ^ static_cast<std::uint64_t>(i)) * 0x100000001b3;
    return h;
  };
}

inline auto sum() {
  return [numbers = std::vector<int>(1000, 3)] { return std::accumulate(numbers.begin(), numbers.end(), 0); };
}

}  // namespace kernels
