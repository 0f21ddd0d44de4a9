// How to spend a budget on blocks and on samples within them.
#pragma once

#include <cstddef>

#include "stats/blocks.hpp"

namespace benchkit::stats {

/// Where the variance of a sample comes from: from block to block (its process), and from sample to sample within one. Never negative.
struct VarianceComponents {
  double between = 0;
  double within = 0;
};

/// By one-way analysis of variance; both NaN for fewer than two blocks or where no block has two samples.
[[nodiscard]] VarianceComponents variance_components(BlockedValues data);

/// The number of samples (or pairs) a block that makes the variance of the mean least for a given time, where a new block costs
/// `block_cost` on top and a sample `sample_cost`, in one unit of time. At least 1, at most `most`; `most` where blocks do not differ.
[[nodiscard]] std::size_t samples_per_block(double block_cost, double sample_cost, const VarianceComponents& components, std::size_t most);

/// How many blocks of `samples` it takes until the mean's standard error is `standard_error` (> 0). At least 2.
[[nodiscard]] std::size_t blocks_for_error(const VarianceComponents& components, std::size_t samples, double standard_error);

}  // namespace benchkit::stats
