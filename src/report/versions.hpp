// Versions and machines as lists of facts.
#pragma once

#include <string>
#include <vector>

#include "compare/align.hpp"

namespace benchkit::report {

/// The list `versions` of the page's data.
[[nodiscard]] std::string versions_json(const std::vector<compare::Source>& sources);

}  // namespace benchkit::report
