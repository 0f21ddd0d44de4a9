// How a batch is carried out.
//
// Reused state: one live setup, and the loop that action.hpp instantiated with the action's type.
//
// Fresh state for every call (`reuse = false`): pausing a clock around each setup costs more than most actions. So a portion of
// states is set up first, then the window opens and the loop goes over them, then all are torn down. A portion is only as
// large as one window needs to be: long enough that reading the clock twice is at most a thousandth of it, so that little memory is
// held and the states are still in the cache. It is found by doubling, from call to call of run() (calibration makes a batch ten times longer each
// time, so it is found there), and is kept for the life of the setup.
//
// What lives until a window has ended (fresh states, results that are kept) is bounded: 64 MiB by the size of its type, and `max_states` by number, for
// what hangs on it is not known. A batch that is longer comes in portions of a window each.
//
// Several threads: they are started first and wait at a gate; the window opens when all stand there and closes when the last
// one is through. So the value is the wall time in which every thread made `n` calls, divided by `n`. If a thread cannot be started, the others
// are called off at the gate.
#include "core/batch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <latch>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

/// A window must last this many times what reading the clock costs.
constexpr double kClockShare = 1000;

/// Passes the window on and keeps the time that it was open.
class TimedWindow final : public detail::Window {
 public:
  TimedWindow(detail::Window& inner, Clock& clock) : inner_(inner), clock_(clock) {}
  void begin() override {
    begin_ns_ = clock_.now_ns();
    inner_.begin();
  }
  void end() override {
    inner_.end();
    open_ns = clock_.now_ns() - begin_ns_;
  }
  std::int64_t open_ns = 0;

 private:
  detail::Window& inner_;
  Clock& clock_;
  std::int64_t begin_ns_ = 0;
};

/// Thrown at the gate to those who came in vain.
struct CalledOff {};

/// Where the threads of one batch wait for each other.
class Gate {
 public:
  explicit Gate(std::ptrdiff_t threads) : ready_(threads), go_(1), through_(threads) {}

  // What each thread does.
  void arrive() { ready_.count_down(), go_.wait(); }
  void leave() { through_.count_down(); }
  /// A thread that failed before its window: nobody waits for it.
  void pass_by() { ready_.count_down(), through_.count_down(); }
  [[nodiscard]] bool called_off() const noexcept { return called_off_; }

  // What the one who started them does.
  void wait_until_ready() { ready_.wait(); }
  void open() { go_.count_down(); }
  void call_off() {
    called_off_ = true;
    open();
  }
  void wait_until_through() { through_.wait(); }

 private:
  std::latch ready_, go_, through_;
  std::atomic<bool> called_off_ = false;
};

/// The window that each thread sees: it only keeps the gate.
class GateWindow final : public detail::Window {
 public:
  explicit GateWindow(Gate& gate) : gate_(gate) {}
  void begin() override {
    began_ = true;
    gate_.arrive();
    if (gate_.called_off()) throw CalledOff{};
  }
  void end() override {
    gate_.leave();
    ended_ = true;
  }
  /// For a thread that failed: it must not keep the others waiting.
  void finish() {
    if (!began_) gate_.pass_by();
    else if (!ended_) gate_.leave();
  }

 private:
  Gate& gate_;
  bool began_ = false;
  bool ended_ = false;
};

/// Calls that one window may hold.
std::uint64_t most_in_a_window(const Case& definition) {
  constexpr std::uint64_t kMostBytes = 64 << 20;
  const Run::Footprint footprint = definition.run.footprint();
  const std::uint64_t bytes = (definition.reuse ? 0 : footprint.state_bytes) + (definition.keep_result ? footprint.result_bytes : 0);
  if (definition.reuse && (!definition.keep_result || bytes == 0)) return UINT64_MAX;
  const std::uint64_t held = std::min(definition.max_states, bytes > 0 ? kMostBytes / bytes : UINT64_MAX);
  return std::max<std::uint64_t>(held / static_cast<std::uint64_t>(definition.threads), 1);
}

}  // namespace

LiveCase::LiveCase(const Case& definition, Clock& clock) : definition_(definition), clock_(clock) {
  if (!definition.run) throw Error("the case has no `run`");
  if (definition.threads < 1) throw Error("`threads` must be at least 1");
  if (definition.max_states < 1) throw Error("`max_states` must be at least 1");
  if (!definition.reuse && definition.threads > 1) throw Error("`reuse = false` and several threads do not go together");
  most_ = most_in_a_window(definition);
  if (definition.reuse) setup_ = definition.run.open();
}

LiveCase::~LiveCase() {
  try {
    tear_down();
  } catch (...) {  // NOLINT(bugprone-empty-catch): whoever wants to know calls tear_down()
  }
}

void LiveCase::tear_down() {
  delete setup_.release();  // a unique_ptr would make a teardown that throws the end of the process
}

void LiveCase::run(std::uint64_t n, detail::Window& window, ProbeLog& log) {
  if (!definition_.reuse) {
    run_fresh(n, window, log);
  } else {
    for (std::uint64_t done = 0; done < n; done += std::min(most_, n - done)) run_portion(std::min(most_, n - done), window, log);
  }
  log.check_times(n);
}

void LiveCase::run_portion(std::uint64_t n, detail::Window& window, ProbeLog& log) {
  if (definition_.threads > 1) return run_threads(n, window, log);
  setup_->batch(n, definition_.keep_result, window, log);
}

void LiveCase::run_fresh(std::uint64_t n, detail::Window& window, ProbeLog& log) {
  const double floor_ns = kClockShare * clock_.info().cost_ns;
  TimedWindow timed(window, clock_);
  for (std::uint64_t done = 0; done < n;) {
    const std::uint64_t now = std::min(portion_, n - done);
    definition_.run.fresh_batch(now, definition_.keep_result, timed, log);
    done += now;
    if (!portion_grows_ || now < portion_) continue;
    portion_grows_ = portion_ < most_ && static_cast<double>(timed.open_ns) < floor_ns;
    if (portion_grows_) portion_ = std::min(portion_ * 2, most_);
  }
}

void LiveCase::run_threads(std::uint64_t n, detail::Window& window, ProbeLog& log) {
  const auto count = static_cast<std::size_t>(definition_.threads);
  Gate gate(definition_.threads);
  thread_logs_.resize(count, log.empty_copy());
  for (ProbeLog& each : thread_logs_) each.clear();
  std::vector<std::exception_ptr> failures(count);
  {
    std::vector<std::jthread> threads;
    threads.reserve(count);
    try {
      for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
          GateWindow at_gate(gate);
          try {
            setup_->batch(n, definition_.keep_result, at_gate, thread_logs_[i]);
          } catch (...) {
            failures[i] = std::current_exception();
          }
          at_gate.finish();
        });
      }
    } catch (const std::system_error& error) {
      gate.call_off();
      throw Error(fmt::format("cannot start {} threads: {}", count, error.code().message()));
    }
    gate.wait_until_ready();
    window.begin();
    gate.open();
    gate.wait_until_through();
    window.end();
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  log.add_threads(thread_logs_, n);
}

std::int64_t LiveCase::fixed_ns() {
  if (definition_.threads == 1) return 0;
  struct Nothing final : detail::Window {
    void begin() override {}
    void end() override {}
  } nothing;
  std::array<std::int64_t, 5> took{};
  for (std::int64_t& each : took) {
    ProbeLog log;
    TimedWindow timed(nothing, clock_);
    run_threads(0, timed, log);
    each = timed.open_ns;
  }
  thread_logs_.clear();  // the next ones belong to another log
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

}  // namespace benchkit::core
