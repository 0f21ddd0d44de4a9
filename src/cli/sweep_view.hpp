// A sweep as a person reads it: versions × cases, and where each case first got worse.
#pragma once

#include <string>
#include <vector>

#include "base/table.hpp"
#include "compare/compare.hpp"

namespace benchkit::cli {

/// A table a metric: cases in rows, versions in columns, each with its change from the version that it was measured beside, where there is a verdict.
[[nodiscard]] std::string render_sweep(const std::vector<compare::Comparison>& comparisons, const base::TextStyle& style);

/// The first column, in the order of the versions, in which the row regressed; the number of columns if there is none.
[[nodiscard]] std::size_t first_worse(const compare::Row& row);

}  // namespace benchkit::cli
