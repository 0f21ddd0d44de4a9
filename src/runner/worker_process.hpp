// Workers that are processes of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/process.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::runner {

struct ProcessLimits {
  std::int64_t memory_bytes = 0;  ///< resident bytes of the worker's whole process tree; 0: no limit
};

/// In what surroundings workers live.
struct ProcessPlace {
  std::string working_directory{};                                 ///< empty: this process' own
  std::vector<std::pair<std::string, std::string>> environment{};  ///< set on top of this process' own
};

/// Starts `argv` with BENCHKIT_WORKER naming the descriptor of the socket. `layouts`: programs that may stand in place of its first word.
/// `interrupts` may be null.
class ProcessWorkers final : public WorkerFactory {
 public:
  ProcessWorkers(std::vector<std::string> argv, std::vector<std::string> layouts, ProcessLimits limits,
                 const base::InterruptGuard* interrupts, ProcessPlace place = {});
  [[nodiscard]] std::unique_ptr<WorkerLink> start(const protocol::LaunchRecipe& recipe) override;
  void choose_layout(std::size_t number) override { argv_.front() = layouts_.at(number - 1); }
  [[nodiscard]] bool has_room() const override;

 private:
  std::vector<std::string> argv_;
  std::vector<std::string> layouts_;
  ProcessLimits limits_;
  const base::InterruptGuard* interrupts_;
  ProcessPlace place_;
};

/// One process a block that holds all versions, each as a shared object in a thread of its own: nothing but their code tells them apart.
/// `argv`, the libraries in the order in which the versions are started, and the descriptors of their sockets make the command line.
class SharedProcess {
 public:
  struct Version {
    std::string library;
    std::vector<std::string> layouts;  ///< libraries that may stand in its place
  };
  SharedProcess(std::vector<std::string> argv, std::vector<Version> versions, ProcessLimits limits, const base::InterruptGuard* interrupts);
  SharedProcess(const SharedProcess&) = delete;
  SharedProcess& operator=(const SharedProcess&) = delete;
  ~SharedProcess();

  /// The workers of one version; they refer to this object.
  [[nodiscard]] std::unique_ptr<WorkerFactory> workers_of(std::size_t version);

 private:
  struct State;
  class Workers;
  std::unique_ptr<State> state_;
};

}  // namespace benchkit::runner
