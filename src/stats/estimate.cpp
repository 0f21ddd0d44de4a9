// Student's t for any estimate whose variance is itself estimated.
//
// Where variances of several sources add up (two independent sides: Welch, Biometrika 34, 1947; a noise floor on top of the blocks'), the
// degrees of freedom of the sum are those of Satterthwaite (Biometrics Bulletin 2, 1946): a sum's squared size over the sum of each part's
// squared size per degree of freedom. With trimmed means as the two estimates this is Yuen's test (trimmed_mean.cpp).
#include "stats/estimate.hpp"

#include <cmath>
#include <limits>

#include "stats/quantiles.hpp"

namespace benchkit::stats {

Estimate with_more_variance(const Estimate& estimate, double variance, double degrees) {
  Estimate sum{estimate.value, estimate.variance + variance, std::numeric_limits<double>::infinity()};
  if (!(sum.variance > 0)) return sum;
  const double spread = estimate.variance * estimate.variance / estimate.degrees + variance * variance / degrees;
  if (spread > 0 || std::isnan(spread)) sum.degrees = sum.variance * sum.variance / spread;
  return sum;
}

Estimate difference(const Estimate& head, const Estimate& base) {
  return with_more_variance({head.value - base.value, head.variance, head.degrees}, base.variance, base.degrees);
}

double half_width(const Estimate& estimate, double alpha) {
  if (estimate.variance == 0) return 0;
  // Numbers so large or so small that their squares are none: nothing is known.
  if (!std::isfinite(estimate.variance) || !(estimate.degrees > 0)) return std::numeric_limits<double>::infinity();
  return student_t_upper(estimate.degrees, alpha / 2) * std::sqrt(estimate.variance);
}

Interval interval_of(const Estimate& estimate, double alpha) {
  const double half = half_width(estimate, alpha);
  return {estimate.value - half, estimate.value + half};
}

Beside p_beside(const Estimate& estimate, double bound) {
  if (!std::isfinite(estimate.value)) return {};
  if (estimate.variance == 0) return {estimate.value > bound ? 0.0 : 1.0, estimate.value < bound ? 0.0 : 1.0};
  if (!std::isfinite(estimate.variance) || !(estimate.degrees > 0)) return {};
  const Tails tails = student_t_tails(estimate.degrees, (estimate.value - bound) / std::sqrt(estimate.variance));
  return {tails.above, tails.below};
}

double p_above(const Estimate& estimate, double bound) { return p_beside(estimate, bound).above; }

double p_below(const Estimate& estimate, double bound) { return p_beside(estimate, bound).below; }

}  // namespace benchkit::stats
