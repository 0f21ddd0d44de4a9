// What made a peak grow or shrink, as people and programs read it.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/table.hpp"
#include "compare/explain.hpp"

namespace benchkit::cli {

/// `format`: "table" or "md".
[[nodiscard]] std::string render(const std::vector<compare::Explanation>& explanations, const std::string& format,
                                 const base::TextStyle& style);
[[nodiscard]] Json to_json(const std::vector<compare::Explanation>& explanations);

}  // namespace benchkit::cli
