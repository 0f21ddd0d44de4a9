// Thresholds as a person writes them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/compare.hpp"
#include "model/snapshot.hpp"

namespace benchkit::compare {

/// What `--threshold` says.
struct Thresholds {
  std::optional<Threshold> of_all;                           ///< `2%`
  std::vector<std::pair<std::string, Threshold>> of_metric;  ///< `time:5%`, `peak:1MiB`
};

/// Reads texts of one or more thresholds with commas between: `METRIC:LIMIT`, or a bare share for all metrics. Throws benchkit::Error with
/// `option` as place for what cannot be read, a metric that no snapshot has and a unit that does not fit.
[[nodiscard]] Thresholds parse_thresholds(const std::vector<std::string>& texts, std::span<const Snapshot> snapshots,
                                          std::string_view option);

/// The same for `--fail-on`, where each text may end in conditions on the cases that its limits are for: `time:5%,peak:0 where op=sort where
/// n>=100`. Throws for conditions that no case meets, too: a gate that guards nothing.
[[nodiscard]] std::vector<GateLimit> parse_gate_limits(const std::vector<std::string>& texts, std::span<const Snapshot> snapshots,
                                                       std::string_view option);

/// `1%`, `5 MiB`; `unit` is the metric's.
[[nodiscard]] std::string to_text(const Threshold& threshold, std::string_view unit);

}  // namespace benchkit::compare
