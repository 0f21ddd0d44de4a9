#include "sweep/tool.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/channel.hpp"
#include "base/os.hpp"
#include "base/table.hpp"
#include "base/units.hpp"
#include "runner/conversation.hpp"

namespace benchkit::sweep {
namespace {

constexpr std::size_t kTailLines = 8;
constexpr std::size_t kMostKept = std::size_t{1} << 16;
constexpr std::int64_t kForever = std::int64_t{1} << 60;

}  // namespace

struct Tool::Ended {
  base::ProcessEnd end;
  bool too_slow = false;
  std::string output;  ///< of the standard output alone
  std::string tail;    ///< of both
};

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t begin = text.find_last_not_of("\n ");
  if (begin == std::string::npos) return {};
  const std::size_t end = begin + 1;
  for (; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && --count == 0) break;
  }
  return text.substr(begin, end - begin);
}

Tool::Tool(std::string log, std::int64_t timeout_ns, const base::InterruptGuard* interrupts)
    : log_(std::move(log)), timeout_ns_(timeout_ns), interrupts_(interrupts) {
  if (log_.empty()) return;
  std::filesystem::create_directories(std::filesystem::path(log_).parent_path());
  std::ofstream(log_, std::ios::trunc);
}

void Tool::note(const std::string& text) {
  if (!log_.empty()) std::ofstream(log_, std::ios::app) << text << "\n";
}

Tool::Ended Tool::carry_out(const ToolCall& call) {
  note(fmt::format("$ {}", fmt::join(call.argv, " ")));
  const auto output = base::make_pipe();
  const auto errors = base::make_pipe();
  base::SpawnOptions options{.argv = call.argv,
                             .environment = call.variables,
                             .working_directory = call.working_directory,
                             .inherit = {},
                             .standard_output = output[1],
                             .standard_error = errors[1],
                             .own_group = true,
                             .dies_with_parent = true};
  std::optional<int> pid;
  std::exception_ptr cannot;
  try {
    pid = base::spawn(options);
  } catch (const Error&) {
    cannot = std::current_exception();
  }
  base::close_descriptor(output[1]);
  base::close_descriptor(errors[1]);
  Ended ended;
  std::ofstream log;
  if (!log_.empty()) log.open(log_, std::ios::app);
  const auto take = [&](int descriptor, bool is_output) {
    const auto text = base::read_available(descriptor);
    if (!text) return false;
    log << *text;
    ended.tail += *text;
    if (ended.tail.size() > 2 * kMostKept) ended.tail.erase(0, ended.tail.size() - kMostKept);
    if (is_output) ended.output += *text;
    return true;
  };
  bool interrupted = false;
  if (pid) {
    const int pidfd = base::open_pidfd(*pid);
    const std::int64_t limit_ns = call.timeout_ns > 0 ? call.timeout_ns : timeout_ns_ > 0 ? timeout_ns_ : kForever;
    const std::int64_t deadline_ns = base::monotonic_ns() + limit_ns;
    bool output_open = true;
    bool errors_open = true;
    for (;;) {
      const int stop = interrupts_ != nullptr ? interrupts_->descriptor() : -1;
      const std::int64_t left_ns = deadline_ns - base::monotonic_ns();
      const auto ready = base::wait_readable({pidfd, output_open ? output[0] : -1, errors_open ? errors[0] : -1, stop},
                                             std::max<std::int64_t>(left_ns, 0));
      if (output_open) output_open = take(output[0], true);
      if (errors_open) errors_open = take(errors[0], false);
      interrupted = interrupts_ != nullptr && interrupts_->interrupted();
      ended.too_slow = ready.empty() && left_ns <= 0;
      if (interrupted || ended.too_slow || (!ready.empty() && ready[0])) break;
    }
    base::kill_group(*pid);
    ended.end = base::wait_for(*pid);
    if (output_open) take(output[0], true);
    if (errors_open) take(errors[0], false);
    base::close_descriptor(pidfd);
  }
  base::close_descriptor(output[0]);
  base::close_descriptor(errors[0]);
  if (interrupted) throw runner::Interrupted();
  if (cannot) std::rethrow_exception(cannot);
  return ended;
}

std::string Tool::run(const ToolCall& call) {
  Ended ended = carry_out(call);
  if (!ended.too_slow && !ended.end.by_signal && ended.end.code == 0) return std::move(ended.output);
  const std::string how = ended.too_slow        ? std::string("took too long and was ended")
                          : ended.end.by_signal ? fmt::format("was killed by {}", base::signal_name(ended.end.code))
                                                : fmt::format("failed with exit code {}", ended.end.code);
  const std::string program = std::filesystem::path(call.argv.front()).filename().string();
  const std::string tail = last_lines(ended.tail, kTailLines);
  throw Error(fmt::format("{} {}{}{}", program, how, tail.empty() ? "" : ":\n", tail), {}, log_.empty() ? "" : "its log: " + log_);
}

}  // namespace benchkit::sweep
