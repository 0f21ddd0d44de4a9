// Verdicts as tables and programs read them.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/table.hpp"
#include "compare/compare.hpp"

namespace benchkit::cli {

/// `regressed`, or what kept the case from being compared.
[[nodiscard]] base::Cell verdict_cell(const compare::Cell& cell);
/// What the verdicts of a table amount to, why the undecided ones are, and what was added to unpaired ones: a line each.
[[nodiscard]] std::vector<std::string> verdict_notes(const compare::Comparison& comparison);
/// Which changes a comparison could have shown with this power: a line for each metric that it says something of, empty for one version.
[[nodiscard]] std::vector<std::string> detectable_lines(const std::vector<compare::Comparison>& comparisons, double power);
[[nodiscard]] Json judgement_json(const compare::Judgement& judgement);

}  // namespace benchkit::cli
