// Pivots: cases compared with those that have another value of one dim. The page sets them side by side, and shows what was found here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compare/compare.hpp"
#include "model/snapshot.hpp"
#include "report/cases.hpp"

namespace benchkit::report {

struct Pivot {
  std::string dim;
  std::string json;  ///< PivotData of web/report/src/contract.ts
};

/// Of the dims that have a few values. `comparisons` are those of `options`, whose order of metrics and versions is kept. Empty where there are so many cases
/// that judging them once more for each dim would take long.
[[nodiscard]] std::vector<Pivot> pivots_of(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons,
                                           const compare::CompareOptions& options, const CaseList& cases);

}  // namespace benchkit::report
