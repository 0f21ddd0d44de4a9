// smoke: every case once, no timing.
#include <memory>

#include <fmt/format.h>

#include "base/units.hpp"
#include "cli/commands/command.hpp"
#include "cli/smoke_view.hpp"
#include "cli/suite.hpp"

namespace benchkit::cli {
namespace {

struct SmokeCommandOptions {
  FilterOptions filter;
  CommandCaseOptions commands;
  std::string timeout;
  std::string memory_limit;
};

int smoke(const Context& context, const SmokeCommandOptions& options) {
  const base::InterruptGuard interrupts;
  runner::ProcessLimits limits;
  if (!options.memory_limit.empty())
    limits.memory_bytes = static_cast<std::int64_t>(base::parse_bytes(options.memory_limit, "--memory-limit"));
  runner::SmokeOptions chosen{.filter = options.filter.filter(), .suite_options = options.filter.suite_words()};
  if (!options.timeout.empty()) chosen.timeout_ns = static_cast<std::int64_t>(base::parse_duration_ns(options.timeout, "--timeout"));
  const auto workers = workers_of(context.host, options.commands, limits, &interrupts);
  runner::SmokeReport report;
  try {
    SmokeView view(context.streams);
    report = runner::smoke(chosen, *workers, view);
  } catch (const runner::Interrupted&) {
    report.interrupted = true;
  }
  context.streams.out << fmt::format("{} passed, {} failed, {} skipped{}\n", report.passed, report.failed, report.skipped,
                                     report.interrupted ? ", interrupted" : "");
  if (!report.stopped.empty()) context.streams.err << fmt::format("The rest could not be tried: {}\n", report.stopped);
  if (report.interrupted) return kInterrupted;
  return report.failed > 0 || !report.stopped.empty() ? 1 : 0;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<SmokeCommandOptions>();
  options->filter.declare(command, of_suite);
  options->commands.declare(command);
  command.add_option("--timeout", options->timeout, "the longest that a worker may be silent, e.g. 10s")->type_name("TIME");
  command.add_option("--memory-limit", options->memory_limit, "what a worker and its children may hold resident, e.g. 2GiB")
      ->type_name("SIZE");
  return [options](const Context& context) { return smoke(context, *options); };
}

}  // namespace

CommandEntry smoke_command() { return {"smoke", "every case once, untimed", false, &declare}; }

}  // namespace benchkit::cli
