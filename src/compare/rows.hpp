// A row of a comparison: its cells, and what they are to be judged by.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "compare/align.hpp"
#include "compare/compare.hpp"
#include "compare/evidence.hpp"

namespace benchkit::compare {

struct JudgedRow {
  Row row;
  std::vector<std::pair<std::size_t, Evidence>> evidence;  ///< by column, of those that are compared with another one
};

/// Takes id, dims and group out of the aligned row.
[[nodiscard]] JudgedRow row_of(AlignedRow& aligned, const Alignment& alignment, const std::vector<Source>& sources, const Metric& metric,
                               const CompareOptions& options);

}  // namespace benchkit::compare
