// A row of a comparison: its cells, and what they are to be judged by.
#pragma once

#include <cstddef>
#include <vector>

#include "compare/align.hpp"
#include "compare/compare.hpp"
#include "compare/evidence.hpp"

namespace benchkit::compare {

/// What a cell is to be judged by.
struct Question {
  std::size_t column = 0;
  Evidence evidence;
  const CaseInfo* info = nullptr;  ///< of the head's case, or of the base's where there is no other
};

struct JudgedRow {
  Row row;
  std::vector<Question> questions;  ///< in the order of the columns, of those that are to be compared with another one
};

/// Takes id, dims and group out of the aligned row.
[[nodiscard]] JudgedRow row_of(AlignedRow& aligned, const Alignment& alignment, const std::vector<Source>& sources, const Metric& metric,
                               const CompareOptions& options);

}  // namespace benchkit::compare
