// Options of commands that compare result files: which files, which cases, which numbers.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/options.hpp"
#include "compare/compare.hpp"
#include "model/snapshot.hpp"
#include "snapshot/read.hpp"

namespace benchkit::cli {

struct ComparisonOptions {
  std::vector<std::string> paths;
  std::string from;
  FilterOptions filter;
  std::vector<std::string> metrics;
  std::string statistic = "median";
  std::vector<std::string> by;

  void declare(Arguments& command, const SuiteOptions& of_suite);
  /// Reads the files. What they have to complain of is told on stderr.
  [[nodiscard]] std::vector<Snapshot> read(const Context& context, snapshot::Facts facts = snapshot::Facts::all) const;
  [[nodiscard]] compare::CompareOptions compare_options() const;
};

/// -l: what versions are called.
void declare_labels(Arguments& command, std::vector<std::string>& labels);
/// The versions' names, in their order. Throws benchkit::Error for more names than versions.
void rename_versions(std::vector<Snapshot>& snapshots, const std::vector<std::string>& labels);

}  // namespace benchkit::cli
