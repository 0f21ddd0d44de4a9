// The terms on which verdicts are passed: what a person asked for when the run was begun, and what its file says of it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "compare/verdict.hpp"
#include "model/snapshot.hpp"

namespace benchkit::compare {

/// As they stand in the options of a session whose versions were measured in pairs.
struct Terms {
  Design design = Design::fixed;
  std::vector<std::string> thresholds{};  ///< as written: "2%", "time:5%,peak:1MiB"; none: 1 % of every metric
  double alpha = 0.05;
  double power = 0.8;
  friend bool operator==(const Terms&, const Terms&) = default;
};

[[nodiscard]] Json to_json(const Terms& terms);
/// nullopt for what are no terms.
[[nodiscard]] std::optional<Terms> terms_from_json(const Json& json);

/// What the snapshot's sessions say; of several the one that looked at its blocks most often. nullopt: none says anything.
[[nodiscard]] std::optional<Terms> terms_of(const Snapshot& snapshot);
/// Those of the first snapshot that says some; else the usual ones.
[[nodiscard]] Terms stated_terms(std::span<const Snapshot> snapshots);
/// Of how many blocks a case was to have at the most; 0: not said.
[[nodiscard]] std::size_t planned_blocks_of(const Snapshot& snapshot);

/// The details of an outcome `ok` that says: the case has had its time before it had all planned blocks, whatever they say.
[[nodiscard]] Json time_over();
[[nodiscard]] bool is_time_over(const Outcome& outcome);

/// The details of an outcome `ok` that says: a screen has proven the case to be the same as its base, so that it got no more blocks.
[[nodiscard]] Json screened();
[[nodiscard]] bool is_screened(const Outcome& outcome);

/// The details of an outcome `absent` that says: the suite has the case, and says itself that this version lacks what it measures. Without them the
/// version's suite knows no such case, which nobody may have intended.
[[nodiscard]] Json declared_absent();
[[nodiscard]] bool is_declared_absent(const Outcome& outcome);

/// The terms as options. `snapshots` know the metrics. Throws benchkit::Error, with `--threshold` as place, for a threshold that is none.
[[nodiscard]] JudgeOptions judge_options(const Terms& terms, std::span<const Snapshot> snapshots);

}  // namespace benchkit::compare
