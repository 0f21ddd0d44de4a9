#include "core/command.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/os.hpp"
#include "base/process.hpp"
#include "core/failure.hpp"

namespace benchkit::core {
namespace {

/// How to start a program that is looked up along PATH now. `what`: which of a case's commands it is, in complaints.
base::SpawnOptions spawn_options(const std::vector<std::string>& argv, const std::string& what) {
  const std::string program = base::find_program(argv.front());
  if (program.empty())
    throw CaseFailure({Status::error, fmt::format("{}there is no program \"{}\" along PATH", what, argv.front()), Json::object()});
  base::SpawnOptions options;
  options.argv = argv;
  options.argv.front() = program;
  options.dies_with_parent = true;
  options.standard_error = 2;  // what it complains of belongs into its record; its standard output goes nowhere
  return options;
}

void check_end(const base::ProcessEnd& end, bool ignore_failure, const std::string& who) {
  if (end.by_signal) {
    throw CaseFailure({Status::signal,
                       fmt::format("{} was killed by {} ({})", who, base::signal_name(end.code), base::signal_text(end.code)),
                       {{"signal", base::signal_name(end.code)}}});
  }
  if (end.code != 0 && !ignore_failure)
    throw CaseFailure({Status::exit, fmt::format("{} ended with exit code {}", who, end.code), {{"exit_code", end.code}}});
}

/// One of the commands around the measured one, under the name of its option.
void run_beside(const std::vector<std::string>& argv, const std::string& option) {
  if (argv.empty()) return;
  base::SpawnOptions options = spawn_options(argv, option + ": ");
  options.standard_output = 2;
  check_end(base::wait_for(base::spawn(options)), false, "the command of " + option);
}

class CommandAction {
 public:
  explicit CommandAction(const CommandSpec& spec) : options_(spawn_options(spec.argv, {})), ignore_failure_(spec.ignore_failure) {}

  void operator()() {
    CommandWatch& watch = command_watch();
    options_.environment = watch.environment;
    const base::ProcessEnd end = base::wait_for(base::spawn(options_));
    watch.peak_resident_bytes = std::max(watch.peak_resident_bytes, end.peak_bytes);
    check_end(end, ignore_failure_, "the command");
  }

 private:
  base::SpawnOptions options_;
  bool ignore_failure_;
};

class LiveCommand final : public LiveSetup {
 public:
  explicit LiveCommand(const CommandSpec& spec) : spec_(spec) {
    run_beside(spec.setup, "--setup");
    try {
      action_.emplace(spec);
    } catch (const CaseFailure&) {
      try {
        run_beside(spec.cleanup, "--cleanup");
      } catch (const CaseFailure&) {  // NOLINT(bugprone-empty-catch): a second failure would hide the first
      }
      throw;
    }
  }
  LiveCommand(const LiveCommand&) = delete;
  LiveCommand& operator=(const LiveCommand&) = delete;
  ~LiveCommand() noexcept(false) override { run_beside(spec_.cleanup, "--cleanup"); }

  void batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) override {
    const auto in_one_window = [&](std::uint64_t calls) {
      detail::measure<CommandAction>(calls, keep_result, window, probe, [&](std::uint64_t) -> CommandAction& { return *action_; });
    };
    if (spec_.prepare.empty()) return in_one_window(n);
    for (std::uint64_t i = 0; i < n; ++i) {
      run_beside(spec_.prepare, "--prepare");
      in_one_window(1);
    }
  }

 private:
  const CommandSpec& spec_;
  std::optional<CommandAction> action_;
};

class CommandRun final : public Run::Implementation {
 public:
  explicit CommandRun(CommandSpec spec) : spec_(std::move(spec)) {}
  std::unique_ptr<LiveSetup> open() override { return std::make_unique<LiveCommand>(spec_); }
  void fresh_batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) override {
    for (std::uint64_t i = 0; i < n; ++i) open()->batch(1, keep_result, window, probe);
  }

 private:
  CommandSpec spec_;
};

}  // namespace

CommandWatch& command_watch() {
  static CommandWatch watch;
  return watch;
}

Run command_run(CommandSpec spec) { return Run(std::make_shared<CommandRun>(std::move(spec))); }

}  // namespace benchkit::core
