// Parts: the samples of some cases each, and which call paths grew in them. A page reads a part when a case of it is opened.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compare/align.hpp"
#include "compare/compare.hpp"
#include "model/snapshot.hpp"
#include "report/cases.hpp"

namespace benchkit::report {

struct Parts {
  std::vector<std::string> packed;  ///< as the page has them
  std::vector<int> of_case;         ///< by case, -1: none
};

[[nodiscard]] Parts parts_of(std::span<const Snapshot> snapshots, const std::vector<compare::Source>& sources,
                             std::span<const compare::Comparison> comparisons, const CaseList& cases);

}  // namespace benchkit::report
