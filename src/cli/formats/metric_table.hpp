// The table of one metric, for people.
#pragma once

#include <string>

#include "base/table.hpp"
#include "compare/compare.hpp"

namespace benchkit::cli {

struct MetricTable {
  std::string title;  ///< `time (median, us) · op=find`
  base::Table table;
};
[[nodiscard]] MetricTable table_of(const compare::Comparison& comparison);

}  // namespace benchkit::cli
