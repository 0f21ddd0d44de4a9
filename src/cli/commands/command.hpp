// Command: one word of the command line: what it takes and what it does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"

namespace benchkit::cli {

/// What a command is told when it is carried out.
struct Context {
  const HostSpec& host;
  const Streams& streams;
  const CLI::App& app;                        ///< the whole command line, for its completion
  const std::vector<std::string>& arguments;  ///< as they were given
};

/// Carries the command out. Returns the exit code. May throw benchkit::Error.
using Action = std::function<int(const Context&)>;

/// One row of commands.def.
struct CommandEntry {
  const char* name;
  const char* help;
  bool hidden;
  /// Adds the command's options, and returns what it does with them.
  Action (*declare)(Arguments& command, const SuiteOptions& of_suite);
};

#define BENCHKIT_COMMAND(name) CommandEntry name##_command();
#include "cli/commands/commands.def"
#undef BENCHKIT_COMMAND

}  // namespace benchkit::cli
