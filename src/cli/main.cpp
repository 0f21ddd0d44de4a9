#include <benchkit/cli/main.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/keep.hpp"
#include "base/os.hpp"
#include "base/process.hpp"
#include "cli/session.hpp"

namespace benchkit::cli {
namespace {

/// Asks a host, which is another process, what a version stands for. Its last line is the answer: whatever it says before is not for us.
std::function<std::vector<std::string>(const std::string&)> asking(const std::string& program, const std::string& question) {
  return [=](const std::string& version) -> std::vector<std::string> {
    const auto said = base::Helper({program, question, version}).output();
    if (!said) throw Error(fmt::format("the suite's install_spec failed for {}", version), program);
    std::string answer = said->substr(0, said->find_last_not_of('\n') + 1);
    answer.erase(0, answer.rfind('\n') + 1);
    return {answer};
  };
}

/// Takes `--host PROGRAM` and `--host-name NAME`, which a host puts first, off the arguments.
HostSpec take_host(std::vector<std::string>& arguments) {
  HostSpec host;
  host.command_argv = {base::executable_path()};
  const auto take = [&](const char* option) {
    if (arguments.size() < 2 || arguments[0] != option) return std::string{};
    std::string value = arguments[1];
    arguments.erase(arguments.begin(), arguments.begin() + 2);
    return value;
  };
  if (const std::string program = take("--host"); !program.empty()) {
    host.worker_argv = {program};
    host.name = program;
    if (const std::string name = take("--host-name"); !name.empty()) host.name = name;
    if (const std::string question = take("--host-asks"); !question.empty()) host.install_spec = asking(program, question);
  }
  return host;
}

/// A worker, or one of the commands that start themselves again to be one.
bool serves(int argc, char** argv) {
  return base::environment("BENCHKIT_WORKER").has_value() || (argc > 1 && std::string_view(argv[1]) == "--benchkit-worker");
}
bool is_own_worker(int argc, char** argv) { return argc > 1 && std::string_view(argv[1]).starts_with("serve-"); }

}  // namespace

int main(App& app, int argc, char** argv, std::vector<HostCommand> commands) {
  if (serves(argc, argv) && !is_own_worker(argc, argv)) return app.main(argc, argv);
  base::ends_soon() = true;
  const std::string program = base::executable_path();
  HostSpec host{.name = argv[0],
                .worker_argv = {program},
                .in_process = {},
                .in_process_reason = {},
                .command_argv = {program},
                .commands = std::move(commands)};
  if (const App::InstallSpec& said = app.install_spec())
    host.install_spec = [&said](const std::string& version) { return std::vector<std::string>{said(version)}; };
  return run({argv + 1, argv + argc}, host, standard_streams());
}

int main(int argc, char** argv) {
  base::ends_soon() = true;
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    const HostSpec host = take_host(arguments);
    return run(arguments, host, standard_streams());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "benchkit: %s\n", error.what());
    return 2;
  }
}

}  // namespace benchkit::cli
