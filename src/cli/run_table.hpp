// The table that stands behind a run.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/table.hpp"
#include "compare/compare.hpp"
#include "model/snapshot.hpp"

namespace benchkit::cli {

class RunTable {
 public:
  /// Of a file that holds numbers. Throws benchkit::Error where it has none.
  explicit RunTable(std::span<const Snapshot> snapshots);
  [[nodiscard]] std::string text(const base::TextStyle& style) const;
  /// For a page or a notebook.
  [[nodiscard]] std::string html() const;
  /// What sizes of change the comparison could have seen, a line a metric.
  [[nodiscard]] std::vector<std::string> detectable() const;

 private:
  compare::CompareOptions options_;
  std::vector<compare::Comparison> comparisons_;
};

}  // namespace benchkit::cli
