// Versions made runnable, several at once. What cannot be is a named outcome, and the others go on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "runner/worker_link.hpp"
#include "sweep/provisioner.hpp"

namespace benchkit::sweep {

/// What became of a version.
struct Provisioned {
  VersionSpec spec;
  std::string provisioner;
  Environment environment;  ///< empty where `failure` is not
  std::string failure;      ///< why it cannot be measured, with the last lines of the log; or empty
  std::string hint;
  std::int64_t took_ns = 0;
};

/// Called from one thread at a time, as each version is ready or has failed.
using ProvisionListener = std::function<void(const Provisioned& one)>;

/// In the order of `specs`, whose labels are unique. Throws benchkit::Error for a version that no provisioner claims, before anything is made, and
/// runner::Interrupted.
[[nodiscard]] std::vector<Provisioned> provision(const std::vector<VersionSpec>& specs, const Host& host, const ProvisionOptions& options,
                                                 const base::InterruptGuard* interrupts, const ProvisionListener& listener);

/// What starts workers of a version that was made runnable. `interrupts` may be null.
[[nodiscard]] std::unique_ptr<runner::WorkerFactory> workers_in(const Environment& environment, std::int64_t memory_limit_bytes,
                                                                const base::InterruptGuard* interrupts);

}  // namespace benchkit::sweep
