// The numbers of a comparison as a person reads them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compare/compare.hpp"

namespace benchkit::cli {

/// The marks that a table explains below it.
enum class Mark { within_process, one_sample, few_samples, stated, unknown };
using Marks = std::set<Mark>;
[[nodiscard]] std::string_view meaning_of(Mark mark);

/// `±1.2%`, `~±3%`, `unknown`; the marks that stand in it are added to `marks`.
[[nodiscard]] std::string half_width_text(const stats::Centre& centre, Marks& marks);
/// `+1.2% [+0.9%, +1.5%]`, or the difference where that was judged; empty where there is neither.
[[nodiscard]] std::string change_text(const compare::Cell& cell, std::string_view unit, Marks& marks);

/// `+25% from v2 on`.
[[nodiscard]] std::string turn_text(const compare::Comparison& comparison, const compare::Turn& turn);

/// What is worked through in a second, by name, over all cells of a comparison.
[[nodiscard]] std::vector<std::string> rate_names(const compare::Comparison& comparison);
/// Null where the cell has no such rate.
[[nodiscard]] const double* rate_of(const compare::Cell& cell, const std::string& name);

}  // namespace benchkit::cli
