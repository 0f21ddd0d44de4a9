// The error levels of what may be claimed of an effect, by the design in which its blocks came to be.
#pragma once

#include <cstddef>

#include "compare/evidence.hpp"
#include "stats/estimate.hpp"
#include "stats/interval.hpp"

namespace benchkit::compare {

/// Two-sided levels: twice those of the one-sided tests.
struct Levels {
  double change = 1;     ///< it lies beyond the bound, on either side
  double same = 1;       ///< it lies within
  double direction = 1;  ///< of the change, were it one: 1 up, -1 down
};

/// Of what is_watched() they never rise as more blocks come. `estimate` is that of all blocks, `bound` >= 0 on the effect's scale.
[[nodiscard]] Levels levels_of(const Evidence& evidence, const stats::Estimate& estimate, double bound);

/// The interval of the effect with confidence 1 - alpha: at level alpha a claim holds alone exactly where the interval lies beyond or within the bound.
[[nodiscard]] stats::Interval interval_of(const Evidence& evidence, const stats::Estimate& estimate, double alpha);

/// Blocks that a claim takes where they vary so little that only how many of them there are says something; 0: they vary enough.
[[nodiscard]] std::size_t blocks_wanted(const Evidence& evidence, const stats::Estimate& estimate, double alpha);

}  // namespace benchkit::compare
