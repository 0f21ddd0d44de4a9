// A comparison as people and programs read it.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/table.hpp"
#include "compare/compare.hpp"

namespace benchkit::cli {

/// "table", "md", "csv" or "json".
[[nodiscard]] std::string render(const std::vector<compare::Comparison>& comparisons, const std::string& format,
                                 const base::TextStyle& style);
/// What the format "json" writes.
[[nodiscard]] Json to_json(const std::vector<compare::Comparison>& comparisons);

}  // namespace benchkit::cli
