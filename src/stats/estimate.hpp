// An estimate, how uncertain it is, and what that says about a bound.
#pragma once

#include "stats/interval.hpp"

namespace benchkit::stats {

/// An estimate with the variance of it (not of one sample) and the degrees of freedom behind that variance (> 0; infinite where the
/// variance is known). A variance of 0 is certainty.
struct Estimate {
  double value = 0;
  double variance = 0;
  double degrees = 0;
};

/// What is known of `head - base` where the two are independent.
[[nodiscard]] Estimate difference(const Estimate& head, const Estimate& base);
/// The estimate with an uncertainty of another source added, known with `degrees` of freedom.
[[nodiscard]] Estimate with_more_variance(const Estimate& estimate, double variance, double degrees);

/// The interval by Student's t, with confidence 1 - alpha.
[[nodiscard]] Interval interval_of(const Estimate& estimate, double alpha);
/// Half of its width.
[[nodiscard]] double half_width(const Estimate& estimate, double alpha);

/// The one-sided error levels at which the truth lies above the bound, and below it: the p-values of "it does not". 1 where nothing is known.
struct Beside {
  double above = 1;
  double below = 1;
};
[[nodiscard]] Beside p_beside(const Estimate& estimate, double bound);
[[nodiscard]] double p_above(const Estimate& estimate, double bound);
[[nodiscard]] double p_below(const Estimate& estimate, double bound);

}  // namespace benchkit::stats
