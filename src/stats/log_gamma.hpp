// The logarithm of the gamma function, where several threads reckon.
#pragma once

#include <math.h>  // lgamma_r is POSIX's: <cmath> knows nothing of it

namespace benchkit::stats {

/// std::lgamma writes the function's sign into a variable that all threads share.
[[nodiscard]] inline double log_gamma(double value) noexcept {
  int sign = 0;
  return ::lgamma_r(value, &sign);
}

}  // namespace benchkit::stats
