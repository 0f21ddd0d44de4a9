// One call of the command line: what it was told, where it writes, which suite it speaks for.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include <benchkit/cli/main.hpp>

namespace benchkit::cli {

/// The suite that a command speaks for, and how its workers are started. No host at all: only --command and reading commands work.
struct HostSpec {
  std::string name;                      ///< as a person calls it: "./sorting", "python -m benchmarks"
  std::vector<std::string> worker_argv;  ///< starts a worker; empty: `in_process` measures, too
  std::vector<std::string> layouts{};    ///< programs of the same code, laid out otherwise, that may stand for the first word
  /// Answers one request line with the reply lines; the empty request asks for the hello. Where the cases are in this process already, so
  /// that what there is can be told without a worker; and in a notebook, where none can be started. Empty: a worker is asked.
  std::function<std::vector<std::string>(const std::string&)> in_process;
  std::string in_process_reason;          ///< why no worker can be started, e.g. "a notebook"; empty: one can
  std::vector<std::string> command_argv;  ///< starts this command line itself: {"benchkit"}, {"python", "-m", "benchkit"}
  std::vector<HostCommand> commands{};
  std::string not_resumable{};  ///< why a run of it cannot go on later, or empty
  /// What a bare version of what is measured stands for, for `sweep`: requirements, the package under test first. Empty: the suite does not say.
  std::function<std::vector<std::string>(const std::string& version)> install_spec{};
  [[nodiscard]] bool given() const noexcept { return !worker_argv.empty() || in_process; }
};

/// Where a command writes, and what the other side can show.
struct Streams {
  std::ostream& out;
  std::ostream& err;
  std::size_t width = 0;           ///< of the terminal at `out`; 0: none
  bool colour = false;             ///< at `out`
  std::size_t progress_width = 0;  ///< of the terminal at `err`: one line of progress is shown there; 0: none
};

/// What a program returns that SIGINT ended.
inline constexpr int kInterrupted = 130;

/// Runs the command line. `arguments` are those after the program's name. Returns the exit code: 0 fine, 1 a case failed,
/// 2 wrong usage or an output that cannot be written, 130 interrupted. Never throws.
[[nodiscard]] int run(const std::vector<std::string>& arguments, const HostSpec& host, const Streams& streams);

/// The standard streams, with NO_COLOR and the terminal's width respected.
[[nodiscard]] Streams standard_streams();

}  // namespace benchkit::cli
