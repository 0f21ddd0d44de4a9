// Samples as they were taken, for views that look behind the statistics.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "plot/page.hpp"

namespace benchkit::plot {

struct OneSample {
  double value = 0;
  std::size_t session = 0;
  std::int64_t block = 0;
  std::int64_t order = 0;  ///< within its session
  double seconds = 0;      ///< since its session began
  bool disturbed = false;  ///< the hypervisor took time from it, or the thread had to let another one run
};

/// Those of a case of a version, in the order in which they were taken.
struct SampleSeries {
  const CaseInfo* info = nullptr;
  std::size_t column = 0;
  std::vector<OneSample> samples;
  double centre = 0;  ///< as compare has it
  /// How far a value is from the centre, in percent of it. The centre is not 0.
  [[nodiscard]] double percent(double value) const noexcept { return (value - centre) / std::fabs(centre) * 100; }
};

struct AllSamples {
  Metric metric;
  stats::Statistic statistic = stats::Statistic::median;  ///< of the centres
  std::vector<std::string> columns;                       ///< titles of the versions
  std::vector<SampleSeries> series;
};

/// What an axis shows of values: all of them, but of a hundred and more none that are so far out that the others would lie on each other: farther from the middle 98 of
/// 100 than those from one another.
[[nodiscard]] Extent without_far_ones(std::vector<double> values);
/// Drawn at the edge of what is shown, in words; `farthest`: where the farthest one is. Empty: there is none.
[[nodiscard]] std::vector<std::string> note_of_far_ones(std::size_t beyond, std::size_t all, const std::string& farthest);

/// Of the metric that was asked for, or of the first one that has samples. Throws benchkit::Error where no selected case has any.
[[nodiscard]] AllSamples samples_for(std::span<const Snapshot> snapshots, const ViewOptions& options, const std::string& view);

}  // namespace benchkit::plot
