// compare: snapshots side by side.
#include <memory>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "cli/commands/command.hpp"
#include "cli/compare_view.hpp"
#include "cli/options.hpp"
#include "snapshot/read.hpp"

namespace benchkit::cli {
namespace {

struct CompareCommandOptions {
  std::vector<std::string> paths;
  std::string from;
  FilterOptions filter;
  compare::CompareOptions compare;
  std::string statistic = "median";
  std::string format = "table";
};

/// A file whose run did not end as runs do. (One that was kept by --no-seal looks the same.)
void note_unfinished(const std::vector<Snapshot>& snapshots, std::vector<compare::Comparison>& comparisons) {
  for (const Snapshot& snapshot : snapshots) {
    if (snapshot.sealed || snapshot.sessions.empty()) continue;
    for (compare::Comparison& comparison : comparisons) {
      comparison.notes.push_back(fmt::format(
          "{0}: unfinished, unless it was kept by --no-seal: cases may lack blocks; `run --resume {0}` goes on with it", snapshot.path));
    }
  }
}

int compare_files(const Context& context, const CompareCommandOptions& options) {
  const std::vector<Snapshot> snapshots = snapshot::read_all(options.paths, options.from);
  for (const Snapshot& snapshot : snapshots) {
    for (const Diagnostic& found : snapshot.diagnostics)
      context.streams.err << describe(Error(found.message, found.where, found.hint)) << "\n";
  }
  compare::CompareOptions chosen = options.compare;
  chosen.filter = options.filter.filter();
  chosen.statistic = *stats::statistic_from(options.statistic);
  std::vector<compare::Comparison> comparisons = compare::compare(snapshots, chosen);
  note_unfinished(snapshots, comparisons);
  context.streams.out << render(comparisons, options.format, {context.streams.width, context.streams.colour});
  if (options.format == "csv") {  // which has no place for them
    std::set<std::string> notes;
    for (const compare::Comparison& comparison : comparisons) notes.insert(comparison.notes.begin(), comparison.notes.end());
    for (const std::string& note : notes) context.streams.err << base::printable(note) << "\n";
  }
  return 0;
}

std::string known_formats() { return fmt::format("{}", fmt::join(snapshot::format_names(), ", ")); }

Action declare(CLI::App& command) {
  const auto options = std::make_shared<CompareCommandOptions>();
  command.add_option("snapshots", options->paths, "result files, of benchkit or of another tool; the first one is the base")
      ->required()
      ->type_name("FILE");
  command.add_option("--from", options->from, "what wrote the files, where it is not to be found by their content: " + known_formats())
      ->type_name("FORMAT")
      ->check(CLI::IsMember(snapshot::format_names()));
  options->filter.declare(command);
  command.add_option("--metric", options->compare.metrics, "only these metrics")
      ->type_name("NAME")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command.add_option("--stat", options->statistic, "median (of the blocks' medians), mean (of their means), min, max or stddev")
      ->check(CLI::IsMember({"median", "mean", "min", "max", "stddev"}))
      ->capture_default_str();
  command.add_option("--by", options->compare.by, "dims whose values become headings")
      ->type_name("DIM")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command.add_option("--pivot", options->compare.pivot, "a dim whose values are set side by side; its first one is the base")
      ->type_name("DIM");
  command.add_option("--sort", options->compare.sort, "id, value, change or a dim; else the order of the files")->type_name("KEY");
  command.add_option("--format", options->format, "table, md, csv or json")
      ->check(CLI::IsMember({"table", "md", "csv", "json"}))
      ->capture_default_str();
  return [options](const Context& context) { return compare_files(context, *options); };
}

}  // namespace

CommandEntry compare_command() { return {"compare", "snapshots side by side", false, &declare}; }

}  // namespace benchkit::cli
