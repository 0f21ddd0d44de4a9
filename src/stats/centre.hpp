// The centre of a metric and the ratio of two centres, each with its interval. Blocks, not samples, are the unit of inference.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "stats/blocks.hpp"
#include "stats/interval.hpp"

namespace benchkit::stats {

/// The centre over blocks. A value that is not finite makes the centre NaN, without an interval. `interval` is empty where the data cannot
/// carry one (fewer than two blocks and too few samples, or a statistic that has none). `within_process` says that it rests on the samples
/// of a single block and so knows nothing of what differs from process to process.
struct Centre {
  double value = 0;
  std::optional<Interval> interval;
  bool within_process = false;
  std::size_t blocks = 0;
  std::size_t samples = 0;
};

/// value/interval of the statistic at confidence 1 - alpha. NaN and no interval for no samples.
[[nodiscard]] Centre centre(BlockedValues data, Statistic statistic, double alpha = 0.05);

/// The same where the statistic of each block is known already.
[[nodiscard]] Centre centre(BlockedValues data, const std::vector<double>& blocks, Statistic statistic, double alpha);

/// Half the interval's width relative to the centre; infinity where there is no interval. What `--precision` compares with.
[[nodiscard]] double relative_half_width(const Centre& centre) noexcept;

/// head / base, unpaired, with its interval; empty interval where either side cannot carry one, NaN where base is 0.
struct Ratio {
  double value = 0;
  std::optional<Interval> interval;
  bool within_process = false;
};
[[nodiscard]] Ratio unpaired_ratio(BlockedValues base, BlockedValues head, Statistic statistic, double alpha = 0.05);

}  // namespace benchkit::stats
