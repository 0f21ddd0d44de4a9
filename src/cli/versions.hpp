// The versions that a run measures: the suite that the command speaks for, and what it is compared with (`--against`).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/header.hpp"
#include "cli/suite.hpp"
#include "runner/runner.hpp"

namespace benchkit::cli {

/// How many layouts of a program's code lie beside it. Throws benchkit::Error for what is no program.
[[nodiscard]] std::size_t count_layouts(const HostSpec& host, const CommandCaseOptions& commands, bool inproc);

/// Which versions a command was asked for.
struct VersionChoice {
  std::string against{};    ///< as --against has it; empty: none
  bool itself = false;      ///< against more workers of the same
  std::string label{};      ///< of the head, as --label has it; may be empty
  bool inproc = false;      ///< all versions in one process, as shared objects
  std::size_t layouts = 0;  ///< how many of each version's code there must be, as benchkit_layouts() makes them
};

/// What is given to a run, and what is asked of it again when it is resumed. Starts git at once.
class Versions {
 public:
  /// Throws benchkit::Error for a version that is not there.
  Versions(const Context& context, const CommandCaseOptions& commands, const VersionChoice& choice, runner::ProcessLimits limits,
           const base::InterruptGuard* interrupts);

  /// The base first, the head last. They refer to this object.
  [[nodiscard]] std::vector<runner::Target> targets();
  /// What is known of each, in the same order. The first call waits for git and hashes the programs; the others repeat what it found.
  [[nodiscard]] const std::vector<Version>& versions();

 private:
  struct One {
    HostSpec host;
    CommandCaseOptions commands;
    std::string label;
    std::string spec;  ///< empty: the head
    std::unique_ptr<runner::WorkerFactory> workers;
  };
  [[nodiscard]] Version version(const One& one);

  [[nodiscard]] static One base_of(const Context& context, const CommandCaseOptions& commands, const std::string& against);
  void share_process(const Context& context, runner::ProcessLimits limits, const base::InterruptGuard* interrupts);

  GitState git_;
  std::vector<Version> versions_;                  ///< empty until they are asked for
  std::unique_ptr<runner::SharedProcess> shared_;  ///< where all are in one process
  std::vector<One> all_;
};

}  // namespace benchkit::cli
