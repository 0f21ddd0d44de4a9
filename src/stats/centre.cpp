// Intervals from blocks.
//
// The samples of one process are not independent draws of what the next process will show: memory layout, hash seeds and the page
// cache are drawn once a process (Kalibera and Jones, "Rigorous benchmarking in reasonable time", ISMM 2013). So a block gives one number (the
// statistic over its samples), and Student's t over these numbers gives the interval. Times are skewed and compared as ratios, so it
// is reckoned on the logarithm wherever all numbers are positive.
//
// With a single block only its own samples are left. The interval is then that of the median by order statistics (distribution-free) or of the
// mean by t, and is marked `within_process`: it is too narrow by whatever differs between processes.
#include "stats/centre.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "stats/quantiles.hpp"

namespace benchkit::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Name {
  Statistic statistic;
  std::string_view text;
};
constexpr std::array<Name, 5> kNames{{{Statistic::median, "median"},
                                      {Statistic::mean, "mean"},
                                      {Statistic::min, "min"},
                                      {Statistic::max, "max"},
                                      {Statistic::stddev, "stddev"}}};

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The unbiased variance; 0 for a single value.
double variance_of(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

double statistic_of(std::span<const double> values, Statistic statistic) {
  switch (statistic) {
    case Statistic::mean: return mean_of(values);
    case Statistic::min: return *std::min_element(values.begin(), values.end());
    case Statistic::max: return *std::max_element(values.begin(), values.end());
    case Statistic::stddev: return std::sqrt(variance_of(values));
    case Statistic::median: break;
  }
  return median_of({values.begin(), values.end()});
}

bool has_interval(Statistic statistic) { return statistic == Statistic::median || statistic == Statistic::mean; }

/// The statistic of each block, in the order of the blocks.
std::vector<double> block_values(BlockedValues data, Statistic statistic) {
  std::vector<std::pair<std::int64_t, double>> rows;
  rows.reserve(data.values.size());
  for (std::size_t i = 0; i < data.values.size(); ++i) rows.emplace_back(data.blocks[i], data.values[i]);
  std::stable_sort(rows.begin(), rows.end(), [](const auto& left, const auto& right) { return left.first < right.first; });
  std::vector<double> result;
  std::vector<double> block;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    block.push_back(rows[i].second);
    if (i + 1 == rows.size() || rows[i + 1].first != rows[i].first) {
      result.push_back(statistic_of(block, statistic));
      block.clear();
    }
  }
  return result;
}

bool all_positive(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
}

std::vector<double> logarithms(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  return values;
}

/// Mean and Student's t interval of numbers.
Centre student(std::span<const double> values, double alpha) {
  Centre result;
  result.value = mean_of(values);
  const double error = std::sqrt(variance_of(values) / static_cast<double>(values.size()));
  const double half = student_t_upper(static_cast<double>(values.size() - 1), alpha / 2) * error;
  result.interval = {result.value - half, result.value + half};
  return result;
}

Centre over_blocks(const std::vector<double>& values, double alpha) {
  if (!all_positive(values)) return student(values, alpha);
  Centre result = student(logarithms(values), alpha);
  result.value = std::exp(result.value);
  result.interval = {std::exp(result.interval->low), std::exp(result.interval->high)};
  return result;
}

Centre within_block(std::span<const double> values, Statistic statistic, double alpha) {
  Centre result;
  result.within_process = true;
  result.value = statistic_of(values, statistic);
  if (statistic == Statistic::mean && values.size() >= 2) {
    result.interval = student(values, alpha).interval;
  } else if (statistic == Statistic::median) {
    const std::size_t rank = median_rank(values.size(), alpha / 2);
    if (rank == 0) return result;
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    result.interval = {sorted[rank - 1], sorted[sorted.size() - rank]};
  }
  return result;
}

/// Welch's interval for the ratio of two centres, on the logarithms of their blocks.
Interval welch(const std::vector<double>& base, const std::vector<double>& head, double alpha) {
  const std::vector<double> base_logs = logarithms(base);
  const std::vector<double> head_logs = logarithms(head);
  const double base_part = variance_of(base_logs) / static_cast<double>(base.size());
  const double head_part = variance_of(head_logs) / static_cast<double>(head.size());
  const double difference = mean_of(head_logs) - mean_of(base_logs);
  const double variance = base_part + head_part;
  if (variance == 0) return {std::exp(difference), std::exp(difference)};
  // Welch and Satterthwaite's degrees of freedom.
  const double degrees =
      variance * variance /
      (base_part * base_part / static_cast<double>(base.size() - 1) + head_part * head_part / static_cast<double>(head.size() - 1));
  const double half = student_t_upper(degrees, alpha / 2) * std::sqrt(variance);
  return {std::exp(difference - half), std::exp(difference + half)};
}

/// The ratio's interval from the two centres' own ("MOVER": Donner and Zou, Statistical Methods in Medical Research 21, 2012), on logarithms.
std::optional<Interval> from_intervals(const Centre& base, const Centre& head) {
  if (!base.interval || !head.interval || base.interval->low <= 0 || head.interval->low <= 0) return std::nullopt;
  const double difference = std::log(head.value / base.value);
  const double down = std::hypot(std::log(head.value / head.interval->low), std::log(base.interval->high / base.value));
  const double up = std::hypot(std::log(head.interval->high / head.value), std::log(base.value / base.interval->low));
  return Interval{std::exp(difference - down), std::exp(difference + up)};
}

}  // namespace

std::string_view to_string(Statistic statistic) noexcept {
  for (const Name& name : kNames) {
    if (name.statistic == statistic) return name.text;
  }
  return {};
}

std::optional<Statistic> statistic_from(std::string_view text) noexcept {
  for (const Name& name : kNames) {
    if (name.text == text) return name.statistic;
  }
  return std::nullopt;
}

Centre centre(BlockedValues data, Statistic statistic, double alpha) {
  Centre result;
  if (data.values.empty()) {
    result.value = kNaN;
    return result;
  }
  const std::vector<double> blocks = block_values(data, statistic);
  if (!has_interval(statistic)) {
    result.value = statistic_of(data.values, statistic);
  } else {
    result = blocks.size() > 1 ? over_blocks(blocks, alpha) : within_block(data.values, statistic, alpha);
  }
  result.blocks = blocks.size();
  result.samples = data.values.size();
  return result;
}

double relative_half_width(const Centre& centre) noexcept {
  if (!centre.interval || !(centre.value > 0)) return std::numeric_limits<double>::infinity();
  return (centre.interval->high - centre.interval->low) / 2 / centre.value;
}

Ratio unpaired_ratio(BlockedValues base, BlockedValues head, Statistic statistic, double alpha) {
  const Centre base_centre = centre(base, statistic, alpha);
  const Centre head_centre = centre(head, statistic, alpha);
  Ratio result;
  result.value = base_centre.value == 0 ? kNaN : head_centre.value / base_centre.value;
  result.within_process = base_centre.within_process || head_centre.within_process;
  if (!has_interval(statistic) || !(base_centre.value > 0) || !(head_centre.value > 0)) return result;
  if (result.within_process) {
    result.interval = from_intervals(base_centre, head_centre);
    return result;
  }
  const std::vector<double> base_blocks = block_values(base, statistic);
  const std::vector<double> head_blocks = block_values(head, statistic);
  if (all_positive(base_blocks) && all_positive(head_blocks)) result.interval = welch(base_blocks, head_blocks, alpha);
  return result;
}

}  // namespace benchkit::stats
