// Options of commands that compare result files: which files, which cases, which numbers.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/options.hpp"
#include "compare/compare.hpp"
#include "model/snapshot.hpp"

namespace benchkit::cli {

struct ComparisonOptions {
  std::vector<std::string> paths;
  std::string from;
  FilterOptions filter;
  std::vector<std::string> metrics;
  std::string statistic = "median";
  std::vector<std::string> by;

  void declare(CLI::App& command, const SuiteOptions& of_suite);
  /// Reads the files. What they have to complain of is told on stderr.
  [[nodiscard]] std::vector<Snapshot> read(const Context& context) const;
  [[nodiscard]] compare::CompareOptions compare_options() const;
};

/// Adds to the notes which files hold a run that did not end as runs do. (One that was kept by --no-seal looks the same.)
void note_unfinished(const std::vector<Snapshot>& snapshots, std::vector<compare::Comparison>& comparisons);

}  // namespace benchkit::cli
