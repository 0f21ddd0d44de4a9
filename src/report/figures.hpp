// The pictures of all cases that a report brings with it. What follows the table's selection the page draws itself.
#pragma once

#include <span>
#include <vector>

#include "compare/compare.hpp"
#include "model/snapshot.hpp"
#include "plot/figure.hpp"

namespace benchkit::report {

/// Each on light paper and on dark. Empty where there are more cases than a picture can show.
[[nodiscard]] std::vector<plot::Figure> figures_of(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons,
                                                   const compare::CompareOptions& options);

}  // namespace benchkit::report
