// How to spend a budget on blocks and on samples within them, as bench/power_curves.cpp weighs it against the plan (runner/plan.cpp):
// Kalibera and Jones, "Rigorous benchmarking in reasonable time", ISMM 2013.
//
// The mean of n blocks of m samples has the variance (between + within / m) / n and costs n (block_cost + m sample_cost). For a fixed cost
// the variance is least at m = sqrt(block_cost / sample_cost * within / between), whatever the cost is: a dear start or noisy samples want
// more samples in a block, blocks that differ want more blocks. The components come from the mean squares of a one-way layout, with the
// effective block size of unbalanced ones (Searle, "Linear Models", 1971).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "stats/blocks.hpp"
#include "stats/moments.hpp"

namespace benchkit::stats {

/// Where the variance of a sample comes from: from block to block (its process), and from sample to sample within one. Never negative.
struct VarianceComponents {
  double between = 0;
  double within = 0;
};

/// By one-way analysis of variance; both NaN for fewer than two blocks or where no block has two samples.
inline VarianceComponents variance_components(BlockedValues data) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::vector<double>> blocks = values_by_block(data);
  const auto groups = static_cast<double>(blocks.size());
  const auto count = static_cast<double>(data.values.size());
  if (blocks.size() < 2 || data.values.size() == blocks.size()) return {kNaN, kNaN};
  const double centre = mean(data.values);
  double squares_within = 0;
  double squares_between = 0;
  double sizes_squared = 0;
  for (const std::vector<double>& block : blocks) {
    const auto size = static_cast<double>(block.size());
    const double distance = mean(block) - centre;
    squares_within += variance(block) * (size - 1);
    squares_between += size * distance * distance;
    sizes_squared += size * size;
  }
  const double within = squares_within / (count - groups);
  const double size = (count - sizes_squared / count) / (groups - 1);
  return {std::max(0.0, (squares_between / (groups - 1) - within) / size), within};
}

/// The number of samples (or pairs) a block that makes the variance of the mean least for a given time, where a new block costs
/// `block_cost` on top and a sample `sample_cost`, in one unit of time. At least 1, at most `most`; `most` where blocks do not differ.
inline std::size_t samples_per_block(double block_cost, double sample_cost, const VarianceComponents& components, std::size_t most) {
  const double best = std::sqrt(block_cost / sample_cost * components.within / components.between);
  if (!(components.between > 0) || !(best < static_cast<double>(most))) return std::max<std::size_t>(most, 1);
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(best)));
}

}  // namespace benchkit::stats
