// Cases that are commands: any program, started, waited for, its end checked.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <benchkit/core/action.hpp>

namespace benchkit::core {

/// What a meter wants of the programs that are started, and what they leave for it.
struct CommandWatch {
  std::vector<std::pair<std::string, std::string>> environment;  ///< on top of this process' own
  std::int64_t peak_resident_bytes = 0;                          ///< largest resident set of those that ended
};
/// One for the process: commands are run one after the other.
[[nodiscard]] CommandWatch& command_watch();

struct CommandSpec {
  std::vector<std::string> argv;  ///< argv[0] is looked up along PATH once, at setup
  bool ignore_failure = false;    ///< any exit code will do; a signal never does
  /// Commands around it, empty where there is none. All must end with exit code 0, whatever `ignore_failure` says.
  std::vector<std::string> setup;    ///< once for each setup of the case, before its program is looked up: it may be what builds it
  std::vector<std::string> prepare;  ///< before each call, outside the window
  std::vector<std::string> cleanup;  ///< at the teardown, also where a call has failed; not where `setup` has
};

/// A way to run whose action is one life of the program. Its output goes to /dev/null, its input is empty. An exit code other than 0 ends the
/// case with status `exit`, a signal with `signal`. What the commands around it print goes to this process' standard error.
[[nodiscard]] Run command_run(CommandSpec spec);

}  // namespace benchkit::core
