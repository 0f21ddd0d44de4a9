// The suite that a command speaks for, as something to start workers of.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "runner/conversation.hpp"
#include "runner/worker_process.hpp"

namespace benchkit::cli {

/// Workers of the host, or of commands where those are given. Throws benchkit::Error if there is neither.
[[nodiscard]] std::unique_ptr<runner::WorkerFactory> workers_of(const HostSpec& host, const CommandCaseOptions& commands,
                                                                runner::ProcessLimits limits, const base::InterruptGuard* interrupts);

/// What a host is asked by where nothing is measured: itself, in this process, if its cases are here; else a worker that is started for it.
class Inquiry {
 public:
  explicit Inquiry(const HostSpec& host, const CommandCaseOptions& commands = {});
  [[nodiscard]] runner::WorkerFactory& workers() noexcept { return *workers_; }

 private:
  std::optional<base::InterruptGuard> interrupts_;  // of a worker: in this process the host's own handler can end its own code
  std::unique_ptr<runner::WorkerFactory> workers_;
};

/// What a suite says of itself.
struct SuiteDescription {
  protocol::Hello hello;
  std::vector<protocol::CaseDescription> cases;  ///< those that are selected
  std::size_t total = 0;                         ///< how many there are
  protocol::SuiteInfo info;
};
/// Which cases, and how much is to be found out about them.
struct SuiteQuestion {
  Filter filter{};
  std::vector<std::string> words{};  ///< the suite's own options
  bool resolve = true;               ///< which of them this version has
};
/// Throws benchkit::Error if none is selected.
[[nodiscard]] SuiteDescription describe_suite(runner::WorkerFactory& workers, const SuiteQuestion& question);

/// How a person calls the suite: "./sorting", "python -m benchmarks", "benchkit".
[[nodiscard]] std::string called(const HostSpec& host);

}  // namespace benchkit::cli
