// The interval of a share: how often something happened in so many trials.
#pragma once

#include <cstddef>

#include "stats/interval.hpp"

namespace benchkit::stats {

/// Wilson's interval of a probability from `hits` of `trials` (hits <= trials), with confidence 1 - alpha: within [0, 1], and of use
/// at 0 hits too. [0, 1] for no trials. (Wilson, Journal of the American Statistical Association 22, 1927: the probabilities that a score
/// test would not reject, which unlike the textbook's p +- z s.e. is no point at 0 and never leaves [0, 1].)
[[nodiscard]] Interval wilson_interval(std::size_t hits, std::size_t trials, double alpha = 0.05);

}  // namespace benchkit::stats
