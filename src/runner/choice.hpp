// Which cases a run is about, and which meters it needs for the metrics that were asked for.
#pragma once

#include <string>
#include <vector>

#include "model/filter.hpp"
#include "protocol/messages.hpp"

namespace benchkit::runner {

/// True where neither the suite's own options nor the filter leave the case out.
[[nodiscard]] bool is_selected(const protocol::CaseDescription& description, const Filter& filter);

/// A meter and those of its metrics that are to be kept.
struct MeterChoice {
  protocol::MeterInfo meter;
  std::vector<bool> wanted;  ///< for each of the meter's metrics
  /// The index of the first wanted metric: by it the job is judged.
  [[nodiscard]] std::size_t headline() const noexcept;
};

/// Each name is a metric's, or a meter's for all of its metrics. Meters stand in the order of their first mention. Throws benchkit::Error for a
/// name that nobody has, with those that there are, and for a meter that cannot work here, with the reason.
[[nodiscard]] std::vector<MeterChoice> choose_meters(const std::vector<std::string>& names, const std::vector<protocol::MeterInfo>& meters);

/// Turns modes on in the meters that have them (their launch recipes grow), and tells what belongs into the session's conditions: the `note` of each mode
/// and the `metrics` that it concerns. Throws benchkit::Error for a mode that none of them has.
[[nodiscard]] Json turn_on(const std::vector<std::string>& modes, std::vector<MeterChoice>& choices);

/// Attribution needs a metric that is measured and can tell who held it. Throws benchkit::Error, with `--attribute` as place, where there is none.
void check_attribution(const std::vector<MeterChoice>& measured, const std::vector<protocol::MeterInfo>& known);

}  // namespace benchkit::runner
