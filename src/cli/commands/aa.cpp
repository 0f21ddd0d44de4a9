// aa: the suite against itself: how often the verdicts are wrong on this machine.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "base/process.hpp"
#include "base/units.hpp"
#include "cli/aa_result.hpp"
#include "cli/commands/command.hpp"
#include "cli/failure_line.hpp"
#include "cli/header.hpp"
#include "cli/measure_options.hpp"
#include "cli/progress.hpp"
#include "cli/terms_options.hpp"
#include "cli/versions.hpp"
#include "compare/terms.hpp"
#include "runner/choice.hpp"

namespace benchkit::cli {
namespace {

/// What a comparison takes a case, both sides together.
constexpr std::int64_t kBudgetNs = 1'000'000'000;
/// As long as a person will wait who has not said how many comparisons there shall be, within these bounds.
constexpr std::int64_t kPatienceNs = 180'000'000'000;
constexpr std::int64_t kFewestComparisons = 3;
constexpr std::int64_t kMostComparisons = 100;
/// Of a planted slowdown: what is called beyond such a threshold leaves the slowdown room to be seen.
constexpr double kThresholdOfInjected = 0.25;

struct AaCommandOptions {
  MeasureOptions measure;
  std::uint64_t comparisons = 0;
  std::string inject;
  bool relinked = false;
  TermsOptions terms;
  std::string output;
  std::string format = "table";
};

class AaView final : public runner::AaObserver {
 public:
  explicit AaView(const Streams& streams) : streams_(streams), line_(streams.err, streams.progress_width) {}
  void progress(const runner::AaProgress& now) override {
    const std::string eta = now.eta_ns < 0 ? "" : " · ETA " + base::format_duration(static_cast<double>(now.eta_ns) * 1e-9);
    const std::string blocks = now.within.blocks == 0 ? "" : fmt::format("/{}", now.within.blocks);
    line_.show(
        fmt::format("[{}/{}] {} · block {}{}{}", now.comparison, now.comparisons, now.within.case_id, now.within.block, blocks, eta));
  }
  void case_ended(const std::string& case_id, const Outcome& outcome) override {
    line_.clear();
    streams_.err << failure_lines(case_id, outcome);
  }

 private:
  const Streams& streams_;
  ProgressLine line_;
};

/// The folder of the comparisons' files: the one that was asked for, or one that is gone afterwards.
class Folder {
 public:
  explicit Folder(const std::string& wanted)
      : path_(wanted.empty() ? (std::filesystem::temp_directory_path() / fmt::format("benchkit-aa-{}", base::process_id())).string()
                             : wanted),
        kept_(!wanted.empty()) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    if (!kept_) std::filesystem::remove_all(path_, error);
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool kept() const noexcept { return kept_; }

 private:
  std::string path_;
  bool kept_;
};

/// The metrics that will be measured, as something that thresholds can be read against.
Snapshot metrics_of(const SuiteDescription& suite) {
  Snapshot metrics;
  for (const protocol::MeterInfo& meter : suite.hello.meters) {
    metrics.metrics.insert(metrics.metrics.end(), meter.metrics.begin(), meter.metrics.end());
    metrics.metrics.insert(metrics.metrics.end(), meter.cold_metrics.begin(), meter.cold_metrics.end());
  }
  return metrics;
}

compare::JudgeOptions judge_options(const AaCommandOptions& options, const SuiteDescription& suite, double injected) {
  compare::Terms terms = options.terms.terms();
  // Before those that were given: of several that are for a metric the last one counts.
  if (injected > 0) terms.thresholds.insert(terms.thresholds.begin(), fmt::format("{}%", 100 * kThresholdOfInjected * injected));
  const Snapshot metrics = metrics_of(suite);
  return compare::judge_options(terms, {&metrics, 1});
}

/// Planted for nothing: where a verdict could not call it, or nothing is measured that it is in.
void refuse_idle_injection(const std::vector<runner::MeterChoice>& measured, const compare::JudgeOptions& judge, double injected) {
  bool any = false;
  for (const runner::MeterChoice& choice : measured) {
    for (std::size_t i = 0; i < choice.meter.metrics.size(); ++i) {
      const Metric& metric = choice.meter.metrics[i];
      if (!choice.wanted[i] || !runner::slows(metric)) continue;
      any = true;
      const compare::Threshold threshold = compare::threshold_of(metric.name, judge);
      if (!threshold.relative || threshold.amount < injected) continue;
      throw Error(fmt::format("what is not beyond the threshold of {} ({}) is never called a change", metric.name,
                              base::format_percent(threshold.amount)),
                  "--inject", "plant more than --threshold, or lower that");
    }
  }
  if (!any) throw Error("a slowdown is of time, and no time is measured", "--inject", "--metric time is one");
}

std::uint64_t comparisons_for(std::size_t jobs, std::int64_t budget_ns) {
  const std::int64_t one_ns = std::max<std::int64_t>(static_cast<std::int64_t>(jobs) * budget_ns, 1);
  return static_cast<std::uint64_t>(std::clamp(kPatienceNs / one_ns, kFewestComparisons, kMostComparisons));
}

/// Kept for `info`. That it cannot be is no reason to lose what is shown.
void keep(const Context& context, const runner::AaReport& report, const AaWay& way, const Session& session) {
  const Json told{{"host", called(context.host)}, {"when", started_of(session)}};
  try {
    keep_summary(base::file_system(), session.header.at("machine"), summary_of(report, way, told));
  } catch (const Error& error) {
    context.streams.err << "not kept for `info`: " << describe(error) << "\n";
  }
}

void show(const Context& context, const runner::AaReport& report, const AaWay& way, const AaCommandOptions& options,
          std::uint64_t comparisons) {
  std::ostream& out = context.streams.out;
  if (options.format == "json") {
    out << to_json(report, way).dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    return;
  }
  out << fmt::format("{} of the suite with itself · {} · {} a case\n\n",
                     report.comparisons == 1 ? "1 comparison" : fmt::format("{} comparisons", report.comparisons), way.mode,
                     base::format_duration(static_cast<double>(way.budget_ns) * 1e-9));
  out << render(report, way, options.format, {context.streams.width, context.streams.colour});
  if (!report.failed.empty()) out << fmt::format("{} failed, and stand out of the count\n", report.failed.size());
  if (report.interrupted) out << fmt::format("Interrupted after {} of {} comparisons.\n", report.comparisons, comparisons);
  if (!report.stopped.empty())
    out << fmt::format("Stopped after {} of {} comparisons: {}\n", report.comparisons, comparisons, report.stopped);
}

/// Of two builds of one code each side has its own.
void choose_layouts(const Context& context, const AaCommandOptions& options, runner::AaOptions& aa) {
  aa.relinked = options.relinked;
  aa.layouts = options.measure.layouts;
  if (aa.layouts == 0 && !aa.relinked) return;
  aa.layouts = std::max<std::size_t>(aa.layouts, 1);
  const std::size_t wanted = aa.relinked ? 2 * aa.layouts : aa.layouts;
  aa.known_layouts = std::max(count_layouts(context.host, options.measure.commands, options.measure.inproc()), wanted);
}

int check_suite(const Context& context, const AaCommandOptions& options) {
  const base::InterruptGuard interrupts;
  runner::AaOptions aa{.run = options.measure.run_options(), .judge = {}, .cases = {}};
  aa.run.budget.per_job_ns = nanoseconds(options.measure.budget, "--budget", kBudgetNs);
  if (!options.inject.empty()) aa.injected = base::parse_percent(options.inject, "--inject");
  choose_layouts(context, options, aa);
  Versions versions(context, options.measure.commands, {.itself = true, .inproc = options.measure.inproc(), .layouts = aa.known_layouts},
                    {.memory_bytes = aa.run.memory_limit_bytes}, &interrupts);
  const std::vector<runner::Target> targets = versions.targets();
  {
    const SuiteDescription suite = describe_suite(*targets.back().workers, {aa.run.filter, aa.run.suite_options});
    for (const protocol::CaseDescription& one : suite.cases) aa.cases.push_back(one.info.id);
    aa.judge = judge_options(options, suite, aa.injected);
    if (aa.injected > 0) refuse_idle_injection(runner::choose_meters(aa.run.meters, suite.hello.meters), aa.judge, aa.injected);
  }
  aa.comparisons =
      options.comparisons > 0 ? options.comparisons : comparisons_for(aa.cases.size() * aa.run.meters.size(), aa.run.budget.per_job_ns);
  const Folder folder(options.output);
  runner::AaOutput output{.files = &base::file_system(),
                          .folder = folder.path(),
                          .session = session_header(context.host, context.arguments),
                          .keep = folder.kept()};
  output.session.header["mode"] = options.measure.mode;
  if (aa.layouts > 0) output.session.header.update({{"layouts", aa.layouts}, {"relinked", aa.relinked}});
  runner::AaReport report;
  {
    AaView view(context.streams);
    report = run_aa(aa, targets, output, view);
  }
  const AaWay way{options.measure.mode, aa.run.budget.per_job_ns, aa.injected, aa.judge};
  show(context, report, way, options, aa.comparisons);
  if (report.interrupted) return kInterrupted;
  if (!report.rows.empty()) keep(context, report, way, output.session);
  return report.failed.empty() && report.stopped.empty() ? 0 : 1;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<AaCommandOptions>();
  options->measure.declare_what(command, of_suite);
  command.add_option("--comparisons", options->comparisons, "how many times the suite is compared with itself [what three minutes allow]")
      ->type_name("N")
      ->within(1, 100'000);
  command
      .add_option("--inject", options->inject,
                  "plant slowdowns of this size in half of the cases, and count how many are found: 1% (--threshold is a quarter of it if "
                  "not given)")
      ->type_name("PERCENT");
  options->measure.declare_how_much(command, "time for each case in a comparison, both sides and their starts included [1s]",
                                    "fresh workers a side and comparison [3 to 60, by what a start costs]");
  options->terms.declare(command);
  command
      .add_option("-o,--output", options->output,
                  "keep the comparisons' snapshots here; those that are there already are gone on with [none]")
      ->type_name("FOLDER");
  command.add_option("--format", options->format, "table, md or json")->one_of({"table", "md", "json"})->capture_default_str();
  options->measure.declare_how(command, "");
  command.add_flag("--relinked", options->relinked,
                   "each side has layouts of the code that the other has not: two builds of one source (with --layouts, so many a side)");
  return [options](const Context& context) { return check_suite(context, *options); };
}

}  // namespace

CommandEntry aa_command() { return {"aa", "the suite against itself: how often verdicts are wrong here", false, &declare}; }

}  // namespace benchkit::cli
