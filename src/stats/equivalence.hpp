// Equivalence: the proof that a difference is small, which a missing proof of a difference is not.
#pragma once

#include "stats/estimate.hpp"

namespace benchkit::stats {

/// The error level at which the truth lies within [low, high] (low <= high).
///
/// Two one-sided tests (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987): "it lies above low" and "it lies below high"
/// must both be shown, so the worse of the two levels is that of the whole, with no correction. At level a this holds exactly where the
/// interval of confidence 1 - 2 a lies within the bounds.
[[nodiscard]] double p_within(const Estimate& estimate, double low, double high);

}  // namespace benchkit::stats
