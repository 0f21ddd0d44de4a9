// Samples and the blocks that they were taken in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace benchkit::stats {

/// What one number stands for many: chosen by `--stat`. `median` is the median of the blocks' medians, `mean` the arithmetic mean of the
/// blocks' means; the others are over all samples (`stddev`: of a sample, not of the centre) and have no interval.
enum class Statistic { median, mean, min, max, stddev };
[[nodiscard]] std::string_view to_string(Statistic statistic) noexcept;
[[nodiscard]] std::optional<Statistic> statistic_from(std::string_view text) noexcept;
[[nodiscard]] bool has_interval(Statistic statistic) noexcept;

/// The samples of one record: `values[i]` was measured in block `blocks[i]`; both have the same length.
struct BlockedValues {
  std::span<const double> values;
  std::span<const std::int64_t> blocks;
};

/// The statistic of at least one value. NaN for the stddev of one.
[[nodiscard]] double statistic_of(std::span<const double> values, Statistic statistic);
/// The samples of each block, in the order of the blocks' numbers.
[[nodiscard]] std::vector<std::vector<double>> values_by_block(BlockedValues data);
/// The statistic of each block, likewise.
[[nodiscard]] std::vector<double> block_values(BlockedValues data, Statistic statistic);

}  // namespace benchkit::stats
