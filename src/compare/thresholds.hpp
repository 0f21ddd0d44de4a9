// Thresholds as a person writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/verdict.hpp"
#include "model/snapshot.hpp"

namespace benchkit::compare {

/// What `--threshold` and `--fail-on` say.
struct Thresholds {
  std::optional<Threshold> of_all;                           ///< `2%`
  std::vector<std::pair<std::string, Threshold>> of_metric;  ///< `time:5%`, `peak:1MiB`

  [[nodiscard]] bool empty() const { return !of_all && of_metric.empty(); }
};

/// Reads texts of one or more thresholds with commas between: `METRIC:LIMIT`, or a bare share for all metrics. Throws benchkit::Error with
/// `option` as place for what cannot be read, a metric that no snapshot has and a unit that does not fit.
[[nodiscard]] Thresholds parse_thresholds(const std::vector<std::string>& texts, std::span<const Snapshot> snapshots,
                                          std::string_view option);

}  // namespace benchkit::compare
