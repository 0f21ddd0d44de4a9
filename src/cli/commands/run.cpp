// run: measure the suite, keep the result, show it.
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "cli/commands/command.hpp"
#include "cli/header.hpp"
#include "cli/measure_options.hpp"
#include "cli/resume.hpp"
#include "cli/run_table.hpp"
#include "cli/run_view.hpp"
#include "cli/terms_options.hpp"
#include "cli/verdict_text.hpp"
#include "cli/versions.hpp"
#include "runner/runner.hpp"
#include "snapshot/journal.hpp"
#include "snapshot/read.hpp"

namespace benchkit::cli {
namespace {

/// What the command line said; empty texts: nothing.
struct RunCommandOptions {
  MeasureOptions measure;
  std::vector<std::string> most;
  std::string total_budget, precision;
  std::uint64_t samples = 0;
  std::string output, label, against;
  bool resume = false;
  std::string resume_path;
  TermsOptions terms;
  bool attribute = false;
  bool no_seal = false;
  bool redact = false;
};

runner::RunOptions run_options(const RunCommandOptions& options) {
  runner::RunOptions run = options.measure.run_options();
  for (const std::string& text : options.most) {
    for (Limit& limit : parse_limits(text, "--max")) run.most.push_back(std::move(limit));
  }
  run.budget.total_ns = nanoseconds(options.total_budget, "--total-budget", 0);
  run.budget.samples = options.samples;
  if (!options.precision.empty()) run.budget.precision = base::parse_percent(options.precision, "--precision");
  run.verdicts = options.terms.terms();
  if (options.measure.layouts > 0) {
    if (options.against.empty())
      throw Error("layouts are drawn where two versions are measured", "--layouts", "name the other one: --against ./prog");
    std::vector<std::size_t> numbers(options.measure.layouts);
    std::iota(numbers.begin(), numbers.end(), std::size_t{1});
    run.layouts.assign(2, numbers);
  }
  run.attribute = options.attribute;
  run.redact = options.redact;
  return run;
}

runner::RunReport measure(const Context& context, const RunCommandOptions& options, const runner::RunOptions& run,
                          const std::vector<runner::Target>& targets) {
  runner::RunOutput output{.files = &base::file_system(),
                           .path = options.output.empty() ? default_path(context.host) : options.output,
                           .session = session_header(context.host, context.arguments),
                           .seal = !options.no_seal};
  if (options.measure.commands.given()) output.session.header["command_cases"] = to_json(options.measure.commands);
  if (!options.label.empty()) output.session.header["label"] = options.label;
  if (!options.against.empty()) {
    output.session.header["against"] = options.against;
    output.session.header["mode"] = options.measure.mode;
  }
  if (options.redact) snapshot::redact(output.session);
  RunView view(context.streams);
  return runner::run(run, targets, std::move(output), view);
}

runner::RunReport measure_rest(const Context& context, const RunCommandOptions& options, const Resumable& before, Versions& versions) {
  const std::vector<Version> now = versions.versions();
  check_resumable(before.snapshot, session_header(context.host, context.arguments), now);
  std::vector<runner::Target> targets = versions.targets();
  // They keep the names under which the file knows them.
  const std::vector<Version>& known = before.snapshot.versions;
  for (std::size_t i = 0; known.size() >= targets.size() && i < targets.size(); ++i)
    targets[i].version = [&known, at = known.size() - targets.size() + i] { return known[at]; };
  runner::RunOutput output{.files = &base::file_system(), .path = before.snapshot.path, .session = {}, .seal = !options.no_seal};
  RunView view(context.streams);
  return runner::resume(before.options, targets, std::move(output), before.snapshot, view);
}

/// `not_resumable`: why the run cannot go on later, or empty.
void summarise(const Context& context, const runner::RunReport& report, const runner::RunOptions& run, const std::string& not_resumable) {
  const Streams& streams = context.streams;
  const bool is_watched = run.verdicts.design != compare::Design::fixed;
  if (report.measured > 0) {
    const std::vector<Snapshot> snapshots{snapshot::read(report.path)};
    const RunTable table(snapshots);
    streams.out << table.text({streams.width, streams.colour}) << "\n";
    if (!is_watched) {
      for (const std::string& line : table.detectable()) streams.out << line << "\n";
    }
  }
  const std::string not_reached = report.not_reached > 0 ? fmt::format(", {} not reached", report.not_reached) : "";
  streams.out << fmt::format("{} measured, {} failed, {} skipped{} · {}\n", report.measured, report.failed, report.skipped, not_reached,
                             base::printable(report.path));
  if (report.attributed > 0)
    streams.out << fmt::format("{} attributed · who held the bytes: {} memory {}\n", report.attributed, called(context.host),
                               base::printable(report.path));
  if (!report.no_names.empty()) streams.out << report.no_names << "\n";
  const std::string blocks = fmt::format("{} of {} blocks", report.blocks_done, report.blocks_wanted);
  if (is_watched && !report.interrupted && report.stopped.empty() && report.decided + report.undecided > 0)
    streams.out << decided_line(report);
  if (report.out_of_time && report.not_reached > 0)
    streams.out << fmt::format("The total budget is spent: {} had no turn.\n", report.not_reached);
  else if (report.out_of_time && !is_watched) streams.out << "The total budget is spent: some cases have fewer blocks than the others.\n";
  if (!report.interrupted && report.stopped.empty()) return;
  if (report.interrupted) streams.out << fmt::format("Interrupted after {}.\n", blocks);
  else streams.out << fmt::format("Stopped after {}: {}\n", blocks, report.stopped);
  if (not_resumable.empty())
    streams.out << fmt::format("Nothing measured is lost; go on with: {} run --resume {}\n", called(context.host), report.path);
  else streams.out << fmt::format("What was measured is kept, but the run cannot go on: {}\n", not_resumable);
}

int run_suite(const Context& context, const RunCommandOptions& options) {
  const base::InterruptGuard interrupts;
  std::optional<Resumable> before;
  if (options.resume) before = find_resumable(options.resume_path);
  const CommandCaseOptions commands = before ? before->commands : options.measure.commands;
  const runner::RunOptions run = before ? before->options : run_options(options);
  const VersionChoice chosen =
      before
          ? before->versions
          : VersionChoice{
                .against = options.against, .label = options.label, .inproc = options.measure.inproc(), .layouts = options.measure.layouts};
  Versions versions(context, commands, chosen, {.memory_bytes = run.memory_limit_bytes}, &interrupts);
  const runner::RunReport report =
      before ? measure_rest(context, options, *before, versions) : measure(context, options, run, versions.targets());
  summarise(context, report, run,
            options.redact && commands.given() ? "--redact left the commands out of the file" : context.host.not_resumable);
  if (report.interrupted) return kInterrupted;
  return report.failed > 0 || !report.stopped.empty() ? 1 : 0;
}

void declare_budget(Arguments& command, RunCommandOptions& options) {
  options.measure.declare_how_much(
      command, "time for each case, workers' starts and setup included [500ms]",
      "fresh workers a case is divided over [by what a start costs: 3 to 10, in pairs to 60, until decided 20 to 60]");
  command.add_option("--total-budget", options.total_budget, "time for the whole run")->type_name("TIME");
  command.add_option("--samples", options.samples, "exactly so many samples a case")->type_name("N")->within(1, 100'000'000);
  command.add_option("--precision", options.precision, "stop a case when its interval's half-width is below this, e.g. 1%")
      ->type_name("PERCENT");
}

/// What goes with another version alone. Behind --against.
void declare_verdicts(Arguments& command, RunCommandOptions& options) {
  Argument* const against = command.get_option("--against");
  Argument* const until = options.terms.declare_until_decided(command, "beside --against: ");
  until->needs(against);
  until->excludes(command.get_option("--samples"));
  // To stop where the numbers look calm is to choose them: --until-decided does it by rules that allow for it.
  command.get_option("--precision")->excludes(against);
  options.terms.declare(command);
  options.terms.declare_power(command);
  for (const char* name : {"--threshold", "--alpha", "--power"}) command.get_option(name)->needs(against);
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<RunCommandOptions>();
  options->measure.declare_what(command, of_suite);
  command.add_option("--max", options->most, "a case whose number is above it has failed: peak:10MiB,time:5ms,allocations:1000 [none]")
      ->type_name("METRIC:LIMIT")
      ->expected(1)
      ->take_all();
  command.add_flag("--attribute", options->attribute, "keep which call paths held the bytes at each case's peak (with --metric peak)");
  declare_budget(command, *options);
  command.add_option("-o,--output", options->output, "where the snapshot is kept [.benchkit/TIME-HOST.jsonl]")->type_name("FILE");
  command.add_option("--label", options->label, "name of this version in tables [the git commit]")->type_name("TEXT");
  command.add_option("--against", options->against, "measure another version beside it, in pairs: ./prog, python:PATH, cmd:COMMAND [none]")
      ->type_name("[LABEL=]SPEC");
  declare_verdicts(command, *options);
  options->measure.declare_how(command, "beside --against: ");
  // Blocks that have a layout in common are no independent ones, which the rules that look meanwhile count on.
  command.get_option("--until-decided")->excludes(command.get_option("--layouts"));
  Argument* resume = command.add_option("--resume", options->resume_path, "go on with an interrupted run [the newest one]")
                         ->type_name("FILE")
                         ->expected(0, 1);
  command.add_flag("--no-seal", options->no_seal, "leave the file as it was written while measuring");
  command.add_flag("--redact", options->redact, "leave command line, folder and host name out of the file");
  for (const char* fixed : {"-k",
                            "--where",
                            "--metric",
                            "--python-allocator",
                            "--attribute",
                            "--max",
                            "--budget",
                            "--total-budget",
                            "--samples",
                            "--precision",
                            "--blocks",
                            "--seed",
                            "--output",
                            "--label",
                            "--against",
                            "--pin",
                            "--mode",
                            "--layouts",
                            "--timeout",
                            "--memory-limit",
                            "--redact",
                            "--threshold",
                            "--alpha",
                            "--power",
                            "--until-decided",
                            "--command",
                            "-L",
                            "--shell",
                            "--ignore-failure",
                            "--setup",
                            "--prepare",
                            "--cleanup"}) {
    resume->excludes(fixed);
  }
  return [options, resume](const Context& context) {
    options->resume = resume->count() > 0;
    return run_suite(context, *options);
  };
}

}  // namespace

CommandEntry run_command() { return {"run", "measure, keep the result, show it", false, &declare}; }

}  // namespace benchkit::cli
