// Cases that are commands: any program, started, waited for, its end checked.
#pragma once

#include <string>
#include <vector>

#include <benchkit/core/action.hpp>

namespace benchkit::core {

struct CommandSpec {
  std::vector<std::string> argv;  ///< argv[0] is looked up along PATH once, at setup
  bool ignore_failure = false;    ///< any exit code will do; a signal never does
};

/// A way to run whose action is one life of the program. Its output goes to /dev/null, its input is empty. An exit code other than 0 ends the
/// case with status `exit`, a signal with `signal`.
[[nodiscard]] Run command_run(CommandSpec spec);

}  // namespace benchkit::core
