// compare: snapshots side by side.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/keep.hpp"
#include "base/os.hpp"
#include "base/units.hpp"
#include "cli/commands/command.hpp"
#include "cli/comparison_options.hpp"
#include "cli/explain_view.hpp"
#include "cli/formats/format.hpp"
#include "cli/formats/json.hpp"
#include "cli/gate_options.hpp"
#include "cli/sweep_view.hpp"
#include "cli/terms_options.hpp"
#include "compare/explain.hpp"

namespace benchkit::cli {
namespace {

struct CompareCommandOptions {
  ComparisonOptions comparison;
  std::string pivot, sort;
  std::string format = "table";
  std::string explain;  ///< a case's id; empty: none
  TermsOptions terms;
  GateCommandOptions gate;
  bool history = false;
};

/// What made the peak of a case grow stands behind the table, which then holds that case alone.
void keep_only(const std::string& case_id, std::vector<compare::Comparison>& comparisons) {
  for (compare::Comparison& comparison : comparisons) {
    for (compare::Group& group : comparison.groups) std::erase_if(group.rows, [&](const compare::Row& row) { return row.id != case_id; });
    std::erase_if(comparison.groups, [](const compare::Group& group) { return group.rows.empty(); });
  }
  std::erase_if(comparisons, [](const compare::Comparison& comparison) { return comparison.groups.empty(); });
}

std::string explained(const std::vector<Snapshot>& snapshots, std::vector<compare::Comparison>& comparisons,
                      const CompareCommandOptions& options, const base::TextStyle& style) {
  const FormatEntry& format = format_named(options.format);
  if (!format.holds_call_paths)
    throw Error(fmt::format("{} has no place for call paths", format.name), "--explain", "--format json holds them");
  const std::vector<compare::Explanation> explanations = compare::explain(snapshots, options.explain);
  keep_only(options.explain, comparisons);
  if (options.format == "json") {
    const Json both{{"comparisons", to_json(comparisons)}, {"explanations", to_json(explanations)}};
    return both.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  const std::string table = format.render({comparisons, style});
  return table + (table.empty() ? "" : "\n") + render(explanations, options.format, style);
}

/// `--pivot version`: unless a dim is called so, the versions themselves are the columns, as in a sweep's own table.
bool pivots_to_versions(const CompareCommandOptions& options, const std::vector<Snapshot>& snapshots) {
  constexpr const char* kVersion = "version";
  if (options.pivot != kVersion) return false;
  for (const Snapshot& snapshot : snapshots) {
    if (std::any_of(snapshot.cases.begin(), snapshot.cases.end(), [](const CaseInfo& info) { return info.dims.find(kVersion) != nullptr; }))
      return false;
  }
  return true;
}

/// Onto the page that the CI system names; to the standard output where there is none.
void write_summary(const Context& context, const FormatEntry& format, const std::string& summary) {
  const std::string path = base::environment(format.summary_file).value_or("");
  if (path.empty()) {
    context.streams.out << summary << "\n";
    return;
  }
  std::ofstream page(path, std::ios::app);  // other steps may have written there
  page << summary << std::flush;
  if (!page)
    throw Error(std::string("the summary could not be written: ") + std::strerror(errno), path,
                fmt::format("${} names the file", format.summary_file));
}

int compare_files(const Context& context, const CompareCommandOptions& options) {
  std::vector<Snapshot> snapshots = options.comparison.read(context, snapshot::Facts::judged);
  compare::CompareOptions chosen = options.comparison.compare_options();
  chosen.successive = pivots_to_versions(options, snapshots);
  if (!chosen.successive) chosen.pivot = options.pivot;
  chosen.sort = options.sort;
  chosen.history = options.history;
  chosen.judge = judge_options(snapshots, options.terms);
  chosen.gate = options.gate.limits(snapshots);
  const compare::GateOptions gate_options = options.gate.gate_options();
  std::vector<compare::Comparison> comparisons = compare::compare(snapshots, chosen);
  const compare::GateReport gate = chosen.gate.empty() ? compare::GateReport{} : compare::gate(comparisons, gate_options);
  const base::TextStyle style{context.streams.width, context.streams.colour};
  const FormatEntry& format = format_named(options.format);
  const Shown what{comparisons, style, gate_options};
  std::string shown;
  if (!options.explain.empty()) shown = explained(snapshots, comparisons, options, style);
  else shown = chosen.successive && options.format == "table" ? render_sweep(comparisons, style) : format.render(what);
  if (format.summary != nullptr) write_summary(context, format, format.summary(what));
  context.streams.out << shown;
  if (!format.holds_notes) {
    std::set<std::string> notes;
    for (const compare::Comparison& comparison : comparisons) notes.insert(comparison.notes.begin(), comparison.notes.end());
    for (const std::string& note : notes) context.streams.err << base::printable(note) << "\n";
  }
  tell(context, gate, options.gate.strict);
  base::keep_until_exit(std::move(snapshots));
  base::keep_until_exit(std::move(comparisons));
  return gate.exit_code;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<CompareCommandOptions>();
  options->comparison.declare(command, of_suite);
  Argument* explain =
      command.add_option("--explain", options->explain, "of this case alone, and which call paths made its peak grow")->type_name("ID");
  Argument* pivot =
      command
          .add_option("--pivot", options->pivot,
                      "a dim whose values are set side by side, its first one the base; or version: each beside the one before")
          ->type_name("DIM");
  explain->excludes(pivot);
  command.add_flag("--history", options->history, "of three or more versions in their order: from which on a case was another than before")
      ->excludes(pivot);
  command.add_option("--sort", options->sort, "id, value, change or a dim; else the order of the files")->type_name("KEY");
  std::vector<std::string> names;
  for (const FormatEntry& format : formats()) names.emplace_back(format.name);
  command.add_option("--format", options->format, fmt::format("{}", fmt::join(names, ", ")))->one_of(names)->capture_default_str();
  options->terms.declare(command);
  options->terms.declare_power(command);
  options->gate.declare(command);
  return [options](const Context& context) { return compare_files(context, *options); };
}

}  // namespace

CommandEntry compare_command() { return {"compare", "snapshots side by side", false, &declare}; }

}  // namespace benchkit::cli
