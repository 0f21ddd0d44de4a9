// Samples as they were taken, for views that look behind the statistics.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "plot/views/view.hpp"

namespace benchkit::plot {

struct OneSample {
  double value = 0;
  std::int64_t block = 0;
  std::int64_t order = 0;
  double seconds = 0;      ///< since its session began
  bool disturbed = false;  ///< the hypervisor took time from it, or the thread had to let another one run
};

/// Those of a case of a version, in the order in which they were taken.
struct SampleSeries {
  const CaseInfo* info = nullptr;
  std::size_t column = 0;
  std::vector<OneSample> samples;
  double median = 0;
};

struct AllSamples {
  Metric metric;
  std::vector<std::string> columns;  ///< titles of the versions
  std::vector<SampleSeries> series;
};

/// Of the metric that was asked for, or of the first one that has samples. Throws benchkit::Error where no selected case has any.
[[nodiscard]] AllSamples samples_for(std::span<const Snapshot> snapshots, const ViewOptions& options, const std::string& view);

}  // namespace benchkit::plot
