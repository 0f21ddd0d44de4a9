// Workers that are processes of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::runner {

struct ProcessLimits {
  std::int64_t memory_bytes = 0;  ///< resident bytes of the worker's whole process tree; 0: no limit
};

/// Starts `argv` with BENCHKIT_WORKER naming the descriptor of the socket. `interrupts` may be null.
class ProcessWorkers final : public WorkerFactory {
 public:
  ProcessWorkers(std::vector<std::string> argv, ProcessLimits limits, const base::InterruptGuard* interrupts);
  [[nodiscard]] std::unique_ptr<WorkerLink> start(const protocol::LaunchRecipe& recipe) override;

 private:
  std::vector<std::string> argv_;
  ProcessLimits limits_;
  const base::InterruptGuard* interrupts_;
};

}  // namespace benchkit::runner
