// The centre of a metric and the ratio of two centres, each with its interval. Blocks, not samples, are the unit of inference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace benchkit::stats {

/// What one number stands for many: chosen by `--stat`. `median` is the median of the blocks' medians, `mean` the arithmetic mean of the
/// blocks' means; the others are over all samples (`stddev`: of a sample, not of the centre) and have no interval.
enum class Statistic { median, mean, min, max, stddev };
[[nodiscard]] std::string_view to_string(Statistic statistic) noexcept;
[[nodiscard]] std::optional<Statistic> statistic_from(std::string_view text) noexcept;

/// A closed interval at some confidence level.
struct Interval {
  double low = 0;
  double high = 0;
};

/// The samples of one record: `values[i]` was measured in block `blocks[i]`; both have the same length.
struct BlockedValues {
  std::span<const double> values;
  std::span<const std::int64_t> blocks;
};

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
