// Kalibera and Jones, "Rigorous benchmarking in reasonable time", ISMM 2013.
//
// The mean of n blocks of m samples has the variance (between + within / m) / n and costs n (block_cost + m sample_cost). For a fixed cost
// the variance is least at m = sqrt(block_cost / sample_cost * within / between), whatever the cost is: a dear start or noisy samples want
// more samples in a block, blocks that differ want more blocks. The components come from the mean squares of a one-way layout, with the
// effective block size of unbalanced ones (Searle, "Linear Models", 1971).
#include "stats/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/moments.hpp"

namespace benchkit::stats {

VarianceComponents variance_components(BlockedValues data) {
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

std::size_t samples_per_block(double block_cost, double sample_cost, const VarianceComponents& components, std::size_t most) {
  const double best = std::sqrt(block_cost / sample_cost * components.within / components.between);
  if (!(components.between > 0) || !(best < static_cast<double>(most))) return std::max<std::size_t>(most, 1);
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(best)));
}

std::size_t blocks_for_error(const VarianceComponents& components, std::size_t samples, double standard_error) {
  const double variance_of_block = components.between + components.within / static_cast<double>(samples);
  return std::max<std::size_t>(2, static_cast<std::size_t>(std::ceil(variance_of_block / (standard_error * standard_error))));
}

}  // namespace benchkit::stats
