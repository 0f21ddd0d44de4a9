// Options of commands that end with an exit code by what got worse.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/commands/command.hpp"
#include "compare/gate.hpp"
#include "model/snapshot.hpp"

namespace benchkit::cli {

struct GateCommandOptions {
  std::vector<std::string> fail_on;
  std::vector<std::string> policies;
  bool strict = false;

  /// --fail-on, --strict and --policy.
  void declare(Arguments& command);
  /// Empty where there is no --fail-on. Throws benchkit::Error for what is none.
  [[nodiscard]] std::vector<compare::GateLimit> limits(std::span<const Snapshot> snapshots) const;
  [[nodiscard]] compare::GateOptions gate_options() const;
};

/// On stderr what does not pass.
void tell(const Context& context, const compare::GateReport& report, bool strict);

}  // namespace benchkit::cli
