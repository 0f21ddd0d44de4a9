// A comparison as JSON, and parts of it that others write, too.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/json.hpp"
#include "compare/compare.hpp"

namespace benchkit::cli {

/// [low, high], or null.
[[nodiscard]] Json interval_json(const std::optional<stats::Interval>& interval);
[[nodiscard]] Json dims_json(const Dims& dims);
[[nodiscard]] Json columns_json(const std::vector<compare::ColumnHead>& columns);
/// What the format "json" writes.
[[nodiscard]] Json to_json(std::span<const compare::Comparison> comparisons);

}  // namespace benchkit::cli
