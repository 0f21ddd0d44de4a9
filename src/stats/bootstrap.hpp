// The hierarchical bootstrap: the cross-check of the intervals by formula.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stats/blocks.hpp"
#include "stats/interval.hpp"

namespace benchkit::stats {

struct BootstrapOptions {
  std::size_t resamples = 1000;
  std::uint64_t seed = 1;  ///< the same seed gives the same interval
};

/// The interval of the trimmed mean of the blocks' means, with confidence 1 - alpha. For log-ratios of pairs: of the change. Infinite on
/// both sides for fewer than two blocks.
[[nodiscard]] Interval bootstrap_interval(BlockedValues data, double alpha, const BootstrapOptions& options = {});

}  // namespace benchkit::stats
