#include "snapshot/readers/timing_stats.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace benchkit::snapshot {

TimingStats timing_stats(ForeignFile& file, const Row& stats) {
  TimingStats result;
  result.iterations = stats.number("iterations").value_or(1);
  Summary& summary = result.summary;
  summary = {.median = stats.number("median"),
             .mean = stats.number("mean"),
             .min = stats.number("min"),
             .max = stats.number("max"),
             .stddev = stats.number("stddev")};
  // The deviation of one round is unknown, whatever stands there.
  const double rounds = stats.number("rounds").value_or(0);
  if (rounds == 1) summary.stddev.reset();
  if (rounds >= 1 && rounds < 1e15) summary.count = static_cast<std::uint64_t>(rounds);
  if (auto data = stats.numbers("data")) result.data = std::move(*data);
  if (!result.data.empty() && summary.count && *summary.count != result.data.size()) {
    file.complain(stats.at("data"), fmt::format("\"data\" has {} values, \"rounds\" says {}", result.data.size(), *summary.count),
                  "those that are there were read");
  }
  if (result.data.empty() && !summary.median && !summary.mean && !summary.min && !summary.max)
    throw Fault{stats.at(), "there is neither \"data\" nor a statistic in it"};
  return result;
}

void put(TimingStats stats, Record& record) {
  constexpr double kNanosecondsPerSecond = 1e9;
  if (!stats.data.empty()) {
    record.samples = samples_of(std::move(stats.data), kNanosecondsPerSecond, stats.iterations);
    return;
  }
  record.summary = stats.summary;
  for (auto* value : {&record.summary.median, &record.summary.mean, &record.summary.min, &record.summary.max, &record.summary.stddev}) {
    if (*value) **value *= kNanosecondsPerSecond;
  }
}

}  // namespace benchkit::snapshot
