// Executor: where a slice of a sweep is measured. A slice is some cases × all versions, never one version: ratios form only within one machine.
#pragma once

#include <string_view>
#include <vector>

#include "base/process.hpp"
#include "runner/runner.hpp"
#include "sweep/provision.hpp"

namespace benchkit::sweep {

/// A slice of a sweep.
struct Slice {
  runner::RunOptions options;         ///< its cases among them
  std::vector<Provisioned> versions;  ///< by number; those that failed are left out, and stand in the file
  const Snapshot* before = nullptr;   ///< what the file holds already; null: a new file
  bool extends = false;               ///< the versions are measured in a session of their own; false: what was interrupted goes on
  runner::RunOutput output;
};

/// One row of executors.def.
struct Executor {
  const char* name;
  const char* help;
  /// Measures the slice. Throws as runner::run() does.
  runner::RunReport (*execute)(Slice slice, const base::InterruptGuard* interrupts, runner::Observer& observer);
};

#define BENCHKIT_EXECUTOR(name) Executor name##_executor();
#include "sweep/executors/executors.def"
#undef BENCHKIT_EXECUTOR

[[nodiscard]] const std::vector<Executor>& executors();
/// Throws benchkit::Error for a name that is not there.
[[nodiscard]] const Executor& executor_named(std::string_view name);

}  // namespace benchkit::sweep
