// Smoke: every case once, untimed: does it still run?
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/filter.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::runner {

struct SmokeOptions {
  Filter filter;
  std::vector<std::string> suite_options;  ///< handed to the worker verbatim
  std::int64_t timeout_ns = 0;             ///< longest silence of a worker; a case's own limit goes before it; 0: none
};

/// Told how each case ended, in the suite's order.
class SmokeObserver {
 public:
  virtual ~SmokeObserver() = default;
  virtual void begins(const std::string& case_id, std::size_t number, std::size_t count) = 0;
  virtual void ended(const std::string& case_id, const Outcome& outcome) = 0;

 protected:
  SmokeObserver() = default;
  SmokeObserver(const SmokeObserver&) = default;
  SmokeObserver& operator=(const SmokeObserver&) = default;
};

struct SmokeReport {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  bool interrupted = false;
  std::string stopped;  ///< why it could not go on (no worker could be started any more), or empty
};

/// Setup, one call, teardown of every selected case; a worker that is lost is replaced. Throws benchkit::Error as run() does, and
/// Interrupted while the cases are listed.
[[nodiscard]] SmokeReport smoke(const SmokeOptions& options, WorkerFactory& workers, SmokeObserver& observer);

}  // namespace benchkit::runner
