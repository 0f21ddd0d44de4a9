// Where a metric changed, over many versions.
#pragma once

#include <string>
#include <vector>

#include "compare/align.hpp"
#include "compare/compare.hpp"
#include "compare/rows.hpp"

namespace benchkit::compare {

/// Gives each row its turns, corrected together, and the alignment the notes that go with them. `rows` are those of `alignment`, made by `maker`.
/// Throws benchkit::Error where there are fewer than three versions.
void add_history(std::vector<JudgedRow>& rows, const RowMaker& maker, Alignment& alignment, const std::string& metric,
                 const CompareOptions& options);

}  // namespace benchkit::compare
