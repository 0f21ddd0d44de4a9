// Growth laws as people and programs read them.
#pragma once

#include <string>
#include <vector>

#include "base/table.hpp"
#include "compare/scaling.hpp"

namespace benchkit::cli {

/// `format`: "table", "md", "csv" or "json".
[[nodiscard]] std::string render(const std::vector<compare::Scaling>& all, const std::string& format, const base::TextStyle& style);

}  // namespace benchkit::cli
