#include "cli/gate_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/table.hpp"
#include "compare/thresholds.hpp"

namespace benchkit::cli {

void GateCommandOptions::declare(Arguments& command) {
  auto* const limit =
      command
          .add_option("--fail-on", fail_on,
                      "exit code 1 where a metric is worse by more: 5%, or time:5%,peak:1MiB; 'time:9% where n<100' for some cases")
          ->type_name("LIMIT")
          ->expected(1)
          ->take_all();
  command.add_flag("--strict", strict, "exit code 3 where --fail-on is undecided")->needs(limit);
  command.add_option("--policy", policies, "what --fail-on makes of a case that is vanished, new, failed, ...: vanished=pass")
      ->type_name("OUTCOME=POLICY")
      ->needs(limit)
      ->expected(1)
      ->take_all();
}

std::vector<compare::GateLimit> GateCommandOptions::limits(std::span<const Snapshot> snapshots) const {
  return compare::parse_gate_limits(fail_on, snapshots, "--fail-on");
}

compare::GateOptions GateCommandOptions::gate_options() const { return {strict, compare::parse_policies(policies, "--policy")}; }

void tell(const Context& context, const compare::GateReport& report, bool strict) {
  for (const std::string& line : report.failures) context.streams.err << base::printable(line) << "\n";
  if (strict) {
    for (const std::string& line : report.undecided) context.streams.err << base::printable(line) << "\n";
  } else if (report.exit_code == 0 && !report.undecided.empty()) {
    context.streams.err << fmt::format("passed, but {} (--strict counts them)\n", fmt::join(report.doubts, ", "));
  }
  if (report.exit_code == 0 && !report.passed_uncompared.empty())
    context.streams.err << fmt::format("passed without being compared: {} (--policy says what they amount to)\n",
                                       fmt::join(report.passed_uncompared, ", "));
}

}  // namespace benchkit::cli
