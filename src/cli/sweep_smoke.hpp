// sweep --smoke: does each case still run in each version?
#pragma once

#include <vector>

#include "base/process.hpp"
#include "cli/session.hpp"
#include "runner/runner.hpp"
#include "sweep/provision.hpp"

namespace benchkit::cli {

/// Starts every selected case once in each version, tells what does not work and how much does. Returns the exit code: 1 where anything failed.
int smoke_versions(const Streams& streams, const std::vector<sweep::Provisioned>& versions, const runner::RunOptions& options,
                   const base::InterruptGuard* interrupts);

}  // namespace benchkit::cli
