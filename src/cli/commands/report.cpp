// report: snapshots side by side as one page.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/os.hpp"
#include "cli/commands/command.hpp"
#include "cli/comparison_options.hpp"
#include "cli/gate_options.hpp"
#include "cli/open_file.hpp"
#include "cli/terms_options.hpp"
#include "compare/gate.hpp"
#include "report/report.hpp"

namespace benchkit::cli {
namespace {

constexpr const char* kDefaultPage = "report.html";

struct ReportCommandOptions {
  ComparisonOptions comparison;
  std::vector<std::string> labels;
  TermsOptions terms;
  GateCommandOptions gate;
  std::string output;  ///< empty: not given
  std::string title;
  bool open = false;
};

/// A page by any other ending would be shown as text; what is no file (a device, a pipe) has no ending.
void refuse_other_endings(const std::string& path) {
  if (path.ends_with(".html") || path.ends_with(".htm") || path.starts_with("/dev/")) return;
  throw Error(fmt::format("a report is a page, and {} does not end in .html", path), "-o", "`plot` draws pictures: benchkit plot --help");
}

std::string path_of(const ReportCommandOptions& options) {
  if (options.output.empty()) return options.open ? temporary_page("benchkit-report") : kDefaultPage;
  refuse_other_endings(options.output);
  return options.output;
}

int report_files(const Context& context, const ReportCommandOptions& options) {
  const std::string path = path_of(options);  // before anything is worked out
  std::vector<Snapshot> snapshots = options.comparison.read(context);
  rename_versions(snapshots, options.labels);
  report::ReportOptions chosen{.compare = options.comparison.compare_options(), .title = options.title, .made = base::utc_now()};
  chosen.compare.judge = judge_options(snapshots, options.terms);
  chosen.compare.gate = options.gate.limits(snapshots);
  const std::vector<compare::Comparison> comparisons = compare::compare(snapshots, chosen.compare);
  compare::GateReport gate;
  if (!chosen.compare.gate.empty()) {
    gate = compare::gate(comparisons, options.gate.gate_options());
    chosen.gate = gate.failures;
    chosen.gate.insert(chosen.gate.end(), gate.undecided.begin(), gate.undecided.end());
  }
  base::write_output(path, report::page(snapshots, comparisons, chosen));
  context.streams.out << path << "\n";
  if (options.open) open_file(path);
  tell(context, gate, options.gate.strict);
  return gate.exit_code;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<ReportCommandOptions>();
  options->comparison.declare(command, of_suite);
  command.add_option("-o,--output", options->output, fmt::format("the page [{}]", kDefaultPage))->type_name("FILE");
  command.add_flag("--open", options->open, "show it; without -o it is a page among the temporary files");
  command.add_option("--title", options->title, "in place of the versions' names")->type_name("TEXT");
  declare_labels(command, options->labels);
  options->terms.declare(command);
  options->gate.declare(command);
  return [options](const Context& context) { return report_files(context, *options); };
}

}  // namespace

CommandEntry report_command() { return {"report", "snapshots side by side as one page for a browser", false, &declare}; }

}  // namespace benchkit::cli
