// The whole command line as a function, for a host that links benchkit::cli.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <benchkit/app/app.hpp>

namespace benchkit::cli {

/// A command of the host's own, or in place of one of benchkit's.
struct HostCommand {
  std::string name;
  std::string help;  ///< one line
  /// Takes the arguments behind its name, and returns the exit code. Empty where the host carries it out before it comes here.
  std::function<int(const std::vector<std::string>&)> run;
};

/// The command `benchkit`: `--host PROGRAM` names the suite that it speaks for; without it only commands that need no cases work, and
/// `run --command`. Returns the exit code; never throws.
[[nodiscard]] int main(int argc, char** argv);

/// The same for the cases of `app`, in this program and with commands of its own.
///
///     benchkit::App app("sorting");
///     ...
///     return benchkit::cli::main(app, argc, argv, {{"data", "fetch what the cases read", fetch}});
[[nodiscard]] int main(App& app, int argc, char** argv, std::vector<HostCommand> commands);

}  // namespace benchkit::cli
