#include "core/command.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/os.hpp"
#include "base/process.hpp"
#include "core/failure.hpp"

namespace benchkit::core {
namespace {

class CommandAction {
 public:
  explicit CommandAction(const CommandSpec& spec) : ignore_failure_(spec.ignore_failure) {
    const std::string program = base::find_program(spec.argv.front());
    if (program.empty()) {
      throw CaseFailure({Status::error, fmt::format("there is no program \"{}\" along PATH", spec.argv.front()), Json::object()});
    }
    options_.argv = spec.argv;
    options_.argv.front() = program;
    options_.dies_with_parent = true;
    options_.standard_error = 2;  // what it complains of belongs into its record; its standard output goes nowhere
  }

  void operator()() {
    CommandWatch& watch = command_watch();
    options_.environment = watch.environment;
    const base::ProcessEnd end = base::wait_for(base::spawn(options_));
    watch.peak_resident_bytes = std::max(watch.peak_resident_bytes, end.peak_bytes);
    if (end.by_signal) {
      throw CaseFailure({Status::signal,
                         fmt::format("the command was killed by {} ({})", base::signal_name(end.code), base::signal_text(end.code)),
                         {{"signal", base::signal_name(end.code)}}});
    }
    if (end.code != 0 && !ignore_failure_) {
      throw CaseFailure({Status::exit, fmt::format("the command ended with exit code {}", end.code), {{"exit_code", end.code}}});
    }
  }

 private:
  base::SpawnOptions options_;
  bool ignore_failure_;
};

}  // namespace

CommandWatch& command_watch() {
  static CommandWatch watch;
  return watch;
}

Run command_run(CommandSpec spec) {
  return Run([spec = std::move(spec)] { return CommandAction(spec); });
}

}  // namespace benchkit::core
