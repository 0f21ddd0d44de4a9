#include <benchkit/cli/main.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "base/os.hpp"
#include "cli/session.hpp"

namespace benchkit::cli {
namespace {

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
  }
  return host;
}

}  // namespace

int main(int argc, char** argv) {
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
