// A comparison as JSON.
#pragma once

#include <span>

#include "base/json.hpp"
#include "compare/compare.hpp"

namespace benchkit::cli {

/// What the format "json" writes.
[[nodiscard]] Json to_json(std::span<const compare::Comparison> comparisons);

}  // namespace benchkit::cli
