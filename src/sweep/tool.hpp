// Programs that provisioning runs: git, cmake, pip. What they print goes into a log; of a failure its last lines are told.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/process.hpp"

namespace benchkit::sweep {

struct ToolCall {
  std::vector<std::string> argv;
  std::string working_directory{};
  std::vector<std::pair<std::string, std::string>> variables{};
  std::int64_t timeout_ns = 0;  ///< 0: the tool's own
};

class Tool {
 public:
  /// `log`: a file, which is begun anew; empty: none is kept. `timeout_ns`: of a call; 0: none.
  Tool(std::string log, std::int64_t timeout_ns, const base::InterruptGuard* interrupts);

  /// Runs it to its end. Returns what it wrote to its standard output. Throws benchkit::Error with the log's last lines if it fails or takes too
  /// long, and runner::Interrupted; then everything that it started is gone.
  std::string run(const ToolCall& call);

  /// The person wants to stop.
  [[nodiscard]] bool interrupted() const noexcept { return interrupts_ != nullptr && interrupts_->interrupted(); }
  /// A line of our own into the log.
  void note(const std::string& text);

 private:
  struct Ended;
  Ended carry_out(const ToolCall& call);

  std::string log_;
  std::int64_t timeout_ns_;
  const base::InterruptGuard* interrupts_;
};

/// The last lines of a text.
[[nodiscard]] std::string last_lines(const std::string& text, std::size_t count);

}  // namespace benchkit::sweep
