// How a worker's end is told apart.
//
// A worker may crash, exit, hang, eat the memory, flood its output, close every descriptor or leave children behind. So the runner
// never trusts the end of the socket alone: it watches the process itself (a pidfd), drains its output all the time (a full pipe
// would stop it), and looks at the memory of the whole process tree every 20 ms where there is a limit. A socket that ends while
// the process lives is given a moment (a dying process closes its descriptors before its end can be seen); after that the
// worker has lost its connection, and status is `protocol`.
//
// A process may serve several versions at once, each over a socket of its own (a lane). It ends with its last lane. What one of them does to
// the process is that one's doing: the others only learn that it is gone.
#include "runner/worker_process.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/channel.hpp"
#include "base/machine.hpp"
#include "base/os.hpp"
#include "base/units.hpp"
#include "runner/output_tail.hpp"

namespace benchkit::runner {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kMemoryInterval = 20 * kMillisecond;
constexpr std::int64_t kGrace = 500 * kMillisecond;
constexpr std::int64_t kForever = std::int64_t{1} << 60;
/// Of the memory: so much must be free where two setups are to be held at once.
constexpr double kRoomForAnother = 0.5;
/// What core/worker.cpp exits with when nobody hears it any more.
constexpr int kLostConnection = 86;

/// The workers that live now, with the words that tell what each has started: one that ends must not take another, or what is another's, for its
/// own stray.
std::map<int, std::string>& live_workers() {
  static std::map<int, std::string> marks;
  return marks;
}

class Process {
 public:
  Process(std::vector<std::string> argv, const protocol::LaunchRecipe& recipe, std::size_t lanes, ProcessLimits limits,
          const base::InterruptGuard* interrupts, const ProcessPlace& place);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { kill_all(); }

  void send(std::size_t lane, const protocol::Message& message);
  [[nodiscard]] Heard receive(std::size_t lane, std::int64_t timeout_ns);
  [[nodiscard]] Json take_output();
  void quit(std::size_t lane);
  std::string stop(std::size_t lane);
  void pause();
  void pin(int cpu);
  [[nodiscard]] int threads() const;

 private:
  /// One version's way to the runner.
  struct Lane {
    int socket = -1;
    bool open = true;
    bool told_to_quit = false;
    base::LineBuffer lines;
  };

  [[nodiscard]] std::optional<Heard> next_line(Lane& lane);
  [[nodiscard]] std::vector<bool> wait(const Lane& lane, std::int64_t deadline_ns);
  void drain(int& descriptor, OutputTail& tail) const;
  void drain_output();
  static void hear_socket(Lane& lane);
  [[nodiscard]] Heard lost(Outcome outcome);
  [[nodiscard]] Heard ended();
  [[nodiscard]] Heard socket_closed();
  [[nodiscard]] std::string how_it_ended();
  void kill_all() noexcept;
  void go_on();

  ProcessLimits limits_;
  const base::InterruptGuard* interrupts_;
  std::set<int> not_ours_;
  std::int64_t kernel_kills_before_;
  base::Subreaper subreaper_;
  int pid_ = -1;
  int pidfd_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::vector<Lane> lanes_;
  OutputTail output_tail_;
  OutputTail error_tail_;
  bool interrupt_told_ = false;
  bool paused_ = false;
};

/// A version's worker: a lane of a process.
class ProcessWorker final : public WorkerLink {
 public:
  ProcessWorker(std::shared_ptr<Process> process, std::size_t lane) : process_(std::move(process)), lane_(lane) {}
  void send(const protocol::Message& message) override { process_->send(lane_, message); }
  [[nodiscard]] Heard receive(std::int64_t timeout_ns) override { return process_->receive(lane_, timeout_ns); }
  [[nodiscard]] Json take_output() override { return process_->take_output(); }
  void quit() override { process_->quit(lane_); }
  std::string stop() override { return process_->stop(lane_); }
  void pause() override { process_->pause(); }
  void pin(int cpu) override { process_->pin(cpu); }
  [[nodiscard]] int threads() const override { return process_->threads(); }

 private:
  std::shared_ptr<Process> process_;
  std::size_t lane_;
};

Process::Process(std::vector<std::string> argv, const protocol::LaunchRecipe& recipe, std::size_t lanes, ProcessLimits limits,
                 const base::InterruptGuard* interrupts, const ProcessPlace& place)
    : limits_(limits), interrupts_(interrupts), not_ours_(base::children()), kernel_kills_before_(base::out_of_memory_kills()) {
  base::SpawnOptions options;
  for (std::size_t i = 0; i < lanes; ++i) {
    const base::SocketPair sockets = base::make_socket_pair();
    lanes_.push_back({.socket = sockets.ours, .open = true, .told_to_quit = false, .lines = {}});
    options.inherit.push_back(sockets.theirs);
    if (lanes > 1) argv.push_back(std::to_string(sockets.theirs));
  }
  const auto output = base::make_pipe();
  const auto errors = base::make_pipe();
  output_ = output[0];
  errors_ = errors[0];

  options.argv = recipe.prefix;
  options.argv.insert(options.argv.end(), argv.begin(), argv.end());
  options.environment = place.environment;
  options.environment.insert(options.environment.end(), recipe.environment.begin(), recipe.environment.end());
  // Of one length, whatever the number: it moves the stack.
  options.environment.emplace_back("BENCHKIT_WORKER_MARK", fmt::format("{:020}", base::monotonic_ns()));
  const std::string mark = options.environment.back().first + "=" + options.environment.back().second;
  options.working_directory = place.working_directory;
  if (lanes == 1) options.environment.emplace_back("BENCHKIT_WORKER", std::to_string(options.inherit.front()));
  if (!recipe.preload.empty()) options.environment.emplace_back("LD_PRELOAD", fmt::format("{}", fmt::join(recipe.preload, ":")));
  options.standard_output = output[1];
  options.standard_error = errors[1];
  options.own_group = true;
  options.dies_with_parent = true;

  std::exception_ptr failure;
  try {
    pid_ = base::spawn(options);
    live_workers().emplace(pid_, mark);
    pidfd_ = base::open_pidfd(pid_);
  } catch (...) {
    failure = std::current_exception();
  }
  for (const int theirs : options.inherit) base::close_descriptor(theirs);
  base::close_descriptor(output[1]);
  base::close_descriptor(errors[1]);
  if (failure) {
    kill_all();
    std::rethrow_exception(failure);
  }
}

void Process::send(std::size_t lane, const protocol::Message& message) {
  // If it cannot be sent, the worker is dying: receive() will say how.
  (void)base::send_all(lanes_[lane].socket, protocol::to_line(message));
  go_on();
}

void Process::pause() {
  if (pid_ > 0 && lanes_.size() == 1 && !std::exchange(paused_, true)) base::halt_group(pid_);
}

void Process::go_on() {
  if (pid_ > 0 && std::exchange(paused_, false)) base::continue_group(pid_);
}

void Process::pin(int cpu) {
  if (pid_ > 0) base::pin_process(pid_, cpu);
}

int Process::threads() const {
  // Beside one for each lane there is the one that started them.
  const int own = lanes_.size() > 1 ? static_cast<int>(lanes_.size()) : 0;
  return pid_ > 0 ? std::max(base::threads_of(pid_) - own, 0) : 0;
}

std::vector<bool> Process::wait(const Lane& lane, std::int64_t deadline_ns) {
  const int interrupt = interrupts_ != nullptr && !interrupt_told_ ? interrupts_->descriptor() : -1;
  std::int64_t timeout_ns = deadline_ns - base::monotonic_ns();
  if (limits_.memory_bytes > 0) timeout_ns = std::min(timeout_ns, kMemoryInterval);
  return base::wait_readable({lane.socket, pidfd_, output_, errors_, interrupt}, timeout_ns);
}

void Process::drain(int& descriptor, OutputTail& tail) const {
  const auto bytes = base::read_available(descriptor);
  if (bytes) {
    tail.append(*bytes);
  } else {
    base::close_descriptor(std::exchange(descriptor, -1));
  }
}

void Process::drain_output() {
  if (output_ >= 0) drain(output_, output_tail_);
  if (errors_ >= 0) drain(errors_, error_tail_);
}

void Process::hear_socket(Lane& lane) {
  const std::string bytes = base::receive_some(lane.socket);
  if (bytes.empty()) {
    base::close_descriptor(std::exchange(lane.socket, -1));
  } else {
    lane.lines.append(bytes);
  }
}

std::optional<Heard> Process::next_line(Lane& lane) {
  const auto line = lane.lines.next();
  if (!line) {
    if (!lane.lines.overflow()) return std::nullopt;
    return lost({Status::protocol, "the worker sent a line without end", Json::object()});
  }
  try {
    return Heard{Heard::Kind::message, protocol::from_line(*line, "worker"), {}};
  } catch (const Error& error) {
    return lost({Status::protocol, "the worker sent what is no message: " + describe(error), {{"line", line->substr(0, 500)}}});
  }
}

Heard Process::receive(std::size_t number, std::int64_t timeout_ns) {
  go_on();
  Lane& lane = lanes_[number];
  const std::int64_t deadline_ns = timeout_ns > 0 ? base::monotonic_ns() + timeout_ns : kForever;
  for (;;) {
    if (auto heard = next_line(lane)) return std::move(*heard);
    if (pid_ < 0) return {Heard::Kind::lost, std::nullopt, {Status::protocol, "the worker is gone", Json::object()}, lanes_.size() > 1};
    if (lane.socket < 0) return socket_closed();
    const std::vector<bool> ready = wait(lane, deadline_ns);
    if (!ready.empty()) {
      if (ready[2] || ready[3]) drain_output();
      if (ready[0]) hear_socket(lane);
      if (ready[1] && !ready[0]) return ended();
      if (ready[4]) {
        interrupt_told_ = true;
        return {Heard::Kind::interrupted, std::nullopt, {}};
      }
    }
    if (limits_.memory_bytes > 0) {
      if (const std::int64_t held = base::resident_bytes_of_tree(pid_); held > limits_.memory_bytes) {
        return lost({Status::memory,
                     fmt::format("held {}, more than the limit of {}", base::format_value(static_cast<double>(held), "B"),
                                 base::format_value(static_cast<double>(limits_.memory_bytes), "B")),
                     {{"resident_bytes", held}, {"limit_bytes", limits_.memory_bytes}}});
      }
    }
    if (base::monotonic_ns() >= deadline_ns) {
      return lost({Status::timeout,
                   fmt::format("no answer within {}", base::format_duration(static_cast<double>(timeout_ns) / 1e9)),
                   {{"limit_ns", timeout_ns}}});
    }
  }
}

/// The process is gone, and the socket has nothing more to say.
Heard Process::ended() {
  live_workers().erase(pid_);
  const base::ProcessEnd end = base::wait_for(std::exchange(pid_, -1));
  if (end.by_signal) {
    const std::string name = base::signal_name(end.code);
    const bool by_kernel = name == "SIGKILL" && base::out_of_memory_kills() > kernel_kills_before_;
    if (by_kernel) {
      return lost({Status::memory, "killed by the kernel for want of memory", {{"peak_bytes", end.peak_bytes}}});
    }
    return lost({Status::signal, fmt::format("killed by {} ({})", name, base::signal_text(end.code)), {{"signal", name}}});
  }
  if (end.code == kLostConnection) return lost({Status::protocol, "the worker lost its connection to the runner", Json::object()});
  return lost({Status::exit, fmt::format("the process ended itself with exit code {}", end.code), {{"exit_code", end.code}}});
}

Heard Process::socket_closed() {
  const std::int64_t deadline_ns = base::monotonic_ns() + kGrace;
  while (base::monotonic_ns() < deadline_ns) {
    const auto ready = base::wait_readable({pidfd_, output_, errors_}, deadline_ns - base::monotonic_ns());
    drain_output();
    if (!ready.empty() && ready[0]) return ended();
  }
  return lost({Status::protocol, "the worker lost its connection to the runner (did the case close descriptors that are not its own?)",
               Json::object()});
}

Heard Process::lost(Outcome outcome) {
  kill_all();
  outcome.details.update(take_output());
  return {Heard::Kind::lost, std::nullopt, std::move(outcome)};
}

Json Process::take_output() {
  drain_output();
  Json printed = Json::object();
  if (!output_tail_.empty()) printed["stdout"] = output_tail_.text();
  if (!error_tail_.empty()) printed["stderr"] = error_tail_.text();
  output_tail_.clear();
  error_tail_.clear();
  return printed;
}

void Process::quit(std::size_t lane) {
  if (pid_ > 0 && !std::exchange(lanes_[lane].told_to_quit, true)) send(lane, protocol::Quit{});
}

std::string Process::stop(std::size_t lane) {
  lanes_[lane].open = false;
  const bool others = std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& other) { return other.open; });
  if (pid_ < 0) {
    if (!others) kill_all();
    return {};
  }
  quit(lane);
  if (others) return {};
  const std::int64_t deadline_ns = base::monotonic_ns() + kGrace;
  while (base::monotonic_ns() < deadline_ns) {
    const auto ready = base::wait_readable({pidfd_, output_, errors_}, deadline_ns - base::monotonic_ns());
    if (!ready.empty() && ready[0]) {
      const std::string how = how_it_ended();
      kill_all();
      return how;
    }
    drain_output();
  }
  kill_all();  // a worker that takes its time is no fault of the cases
  return {};
}

/// Waits for the process, which has ended. Empty if it did what `quit` asks for.
std::string Process::how_it_ended() {
  live_workers().erase(pid_);
  const base::ProcessEnd end = base::wait_for(std::exchange(pid_, -1));
  if (end.by_signal) return fmt::format("killed by {} ({})", base::signal_name(end.code), base::signal_text(end.code));
  return end.code == 0 ? std::string() : fmt::format("exit code {}", end.code);
}

void Process::kill_all() noexcept {
  try {
    if (pid_ > 0) {
      live_workers().erase(pid_);
      base::kill_group(pid_);
      (void)base::wait_for(std::exchange(pid_, -1));
    }
    base::kill_strays([&](int pid) {
      return not_ours_.contains(pid) || std::any_of(live_workers().begin(), live_workers().end(), [&](const auto& worker) {
               return pid == worker.first || base::was_started_with(pid, worker.second);
             });
    });
    // What was written before the end is still in the pipes.
    drain_output();
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody left to kill
  }
  for (Lane& lane : lanes_) base::close_descriptor(std::exchange(lane.socket, -1));
  for (int* descriptor : {&pidfd_, &output_, &errors_}) base::close_descriptor(std::exchange(*descriptor, -1));
}

}  // namespace

ProcessWorkers::ProcessWorkers(std::vector<std::string> argv, std::vector<std::string> layouts, ProcessLimits limits,
                               const base::InterruptGuard* interrupts, ProcessPlace place)
    : argv_(std::move(argv)), layouts_(std::move(layouts)), limits_(limits), interrupts_(interrupts), place_(std::move(place)) {}

std::unique_ptr<WorkerLink> ProcessWorkers::start(const protocol::LaunchRecipe& recipe) {
  return std::make_unique<ProcessWorker>(std::make_shared<Process>(argv_, recipe, 1, limits_, interrupts_, place_), 0);
}

// What is held to a limit is looked at while it is spoken to, and one that is started ahead is not.
bool ProcessWorkers::has_room() const {
  return limits_.memory_bytes == 0 && base::usable_cpus().size() > 1 && base::available_memory_share() > kRoomForAnother;
}

struct SharedProcess::State {
  std::vector<std::string> argv;
  std::vector<Version> versions;
  ProcessLimits limits;
  const base::InterruptGuard* interrupts = nullptr;
  std::shared_ptr<Process> process;
  std::vector<std::size_t> lane_of;  ///< by version
  std::vector<bool> taken;           ///< by version
};

class SharedProcess::Workers final : public WorkerFactory {
 public:
  Workers(State& state, std::size_t version) : state_(state), version_(version) {}

  [[nodiscard]] std::unique_ptr<WorkerLink> start(const protocol::LaunchRecipe& recipe) override {
    if (state_.process == nullptr || state_.taken[version_]) begin(recipe);
    state_.taken[version_] = true;
    return std::make_unique<ProcessWorker>(state_.process, state_.lane_of[version_]);
  }
  /// One process is home to both, and its code need not bear two that set up at a time.
  [[nodiscard]] bool has_room() const override { return false; }
  void choose_layout(std::size_t number) override {
    Version& version = state_.versions[version_];
    version.library = version.layouts.at(number - 1);
  }

 private:
  /// Whoever is started first is loaded first.
  void begin(const protocol::LaunchRecipe& recipe) {
    const std::size_t count = state_.versions.size();
    std::vector<std::string> argv = state_.argv;
    state_.lane_of.assign(count, 0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t version = (version_ + lane) % count;
      argv.push_back(state_.versions[version].library);
      state_.lane_of[version] = lane;
    }
    state_.process = std::make_shared<Process>(std::move(argv), recipe, count, state_.limits, state_.interrupts, ProcessPlace{});
    state_.taken.assign(count, false);
  }

  State& state_;
  std::size_t version_;
};

SharedProcess::SharedProcess(std::vector<std::string> argv, std::vector<Version> versions, ProcessLimits limits,
                             const base::InterruptGuard* interrupts)
    : state_(std::make_unique<State>()) {
  state_->argv = std::move(argv);
  state_->versions = std::move(versions);
  state_->limits = limits;
  state_->interrupts = interrupts;
}
SharedProcess::~SharedProcess() = default;

std::unique_ptr<WorkerFactory> SharedProcess::workers_of(std::size_t version) { return std::make_unique<Workers>(*state_, version); }

}  // namespace benchkit::runner
