#include "cli/comparison_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "snapshot/read.hpp"

namespace benchkit::cli {

void ComparisonOptions::declare(Arguments& command, const SuiteOptions& of_suite) {
  const std::vector<std::string> known = snapshot::format_names();
  command.add_option("snapshots", paths, "result files, of benchkit or of another tool; the first one is the base")
      ->required()
      ->type_name("FILE");
  command
      .add_option("--from", from,
                  fmt::format("what wrote the files, where it is not to be found by their content: {}", fmt::join(known, ", ")))
      ->type_name("FORMAT")
      ->one_of(known);
  filter.declare_for_files(command, of_suite);
  command.add_option("--metric", metrics, "only these metrics")->type_name("NAME")->delimiter(',')->expected(1)->take_all();
  command.add_option("--stat", statistic, "median (of the blocks' medians), mean (of their means), min, max or stddev")
      ->one_of({"median", "mean", "min", "max", "stddev"})
      ->capture_default_str();
  command.add_option("--by", by, "dims whose values become headings")->type_name("DIM")->delimiter(',')->expected(1)->take_all();
}

std::vector<Snapshot> ComparisonOptions::read(const Context& context, snapshot::Facts facts) const {
  std::vector<Snapshot> snapshots = snapshot::read_all(paths, from, facts);
  for (const Snapshot& snapshot : snapshots) {
    for (const Diagnostic& found : snapshot.diagnostics)
      context.streams.err << describe(Error(found.message, found.where, found.hint)) << "\n";
  }
  return snapshots;
}

compare::CompareOptions ComparisonOptions::compare_options() const {
  compare::CompareOptions options;
  options.metrics = metrics;
  options.filter = filter.filter();
  options.statistic = *stats::statistic_from(statistic);
  options.by = by;
  return options;
}

void declare_labels(Arguments& command, std::vector<std::string>& labels) {
  command.add_option("-l,--label", labels, "what a version is called, in the order of the versions")
      ->type_name("LABEL")
      ->expected(1)
      ->take_all();
}

void rename_versions(std::vector<Snapshot>& snapshots, const std::vector<std::string>& labels) {
  std::size_t used = 0;
  for (Snapshot& snapshot : snapshots) {
    for (Version& version : snapshot.versions) {
      if (used < labels.size()) version.label = labels[used++];
    }
  }
  if (used < labels.size()) throw Error(fmt::format("{} labels for {} versions", labels.size(), used), "-l");
}

}  // namespace benchkit::cli
