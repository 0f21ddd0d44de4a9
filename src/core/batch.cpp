// How a batch is carried out.
//
// Reused state: one live setup, and the loop that action.hpp instantiated with the action's type.
//
// Fresh state for every call (`reuse = false`): pausing a clock around each setup costs more than most actions. So a portion of
// states is set up first, then the window opens and the loop goes over them, then all are torn down. A portion is only as
// large as one window needs to be: long enough that reading the clock twice is at most a thousandth of it, so that little memory is
// held and the states are still in the cache. It is found by doubling, and never exceeds `max_states`.
//
// Several threads: they are started first and wait at a gate; the window opens when all stand there and closes when the last
// one is through. So the value is the wall time in which every thread made `n` calls, divided by `n`.
#include "core/batch.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <latch>
#include <thread>
#include <vector>

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

/// Where the threads of one batch wait for each other. A thread that fails before its window counts itself through both ends.
class Gate {
 public:
  explicit Gate(std::ptrdiff_t threads) : ready_(threads), go_(1), through_(threads) {}
  void arrive() { ready_.count_down(), go_.wait(); }
  void leave() { through_.count_down(); }
  void wait_until_ready() { ready_.wait(); }
  void open() { go_.count_down(); }
  void wait_until_through() { through_.wait(); }

 private:
  std::latch ready_, go_, through_;
};

/// The window that each thread sees: it only keeps the gate.
class GateWindow final : public detail::Window {
 public:
  explicit GateWindow(Gate& gate) : gate_(gate) {}
  void begin() override {
    gate_.arrive();
    began_ = true;
  }
  void end() override {
    gate_.leave();
    ended_ = true;
  }
  /// For a thread that failed: it must not keep the others waiting.
  void finish() {
    if (!began_) gate_.arrive();
    if (!ended_) gate_.leave();
  }

 private:
  Gate& gate_;
  bool began_ = false;
  bool ended_ = false;
};

}  // namespace

LiveCase::LiveCase(const Case& definition, Clock& clock) : definition_(definition), clock_(clock) {
  if (!definition.run) throw Error("the case has no `run`");
  if (definition.threads < 1) throw Error("`threads` must be at least 1");
  if (definition.max_states < 1) throw Error("`max_states` must be at least 1");
  if (!definition.reuse && definition.threads > 1) throw Error("`reuse = false` and several threads do not go together");
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
  if (!definition_.reuse) return run_fresh(n, window, log);
  if (definition_.threads > 1) return run_threads(n, window, log);
  setup_->batch(n, definition_.keep_result, window, log);
}

void LiveCase::run_fresh(std::uint64_t n, detail::Window& window, ProbeLog& log) {
  TimedWindow timed(window, clock_);
  std::uint64_t portion = portion_ > 0 ? portion_ : 1;
  for (std::uint64_t done = 0; done < n;) {
    const std::uint64_t now = std::min(portion, n - done);
    definition_.run.fresh_batch(now, definition_.keep_result, timed, log);
    done += now;
    if (portion_ > 0) continue;
    const double floor_ns = kClockShare * clock_.info().cost_ns;
    if (now == portion && (static_cast<double>(timed.open_ns) >= floor_ns || portion >= definition_.max_states)) {
      portion_ = portion;
    } else if (now == portion) {
      portion = std::min(portion * 2, definition_.max_states);
    }
  }
}

void LiveCase::run_threads(std::uint64_t n, detail::Window& window, ProbeLog& log) {
  const auto count = static_cast<std::size_t>(definition_.threads);
  Gate gate(definition_.threads);
  std::vector<ProbeLog> logs(count);
  std::vector<std::exception_ptr> failures(count);
  {
    std::vector<std::jthread> threads;
    threads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        GateWindow at_gate(gate);
        try {
          setup_->batch(n, definition_.keep_result, at_gate, logs[i]);
        } catch (...) {
          failures[i] = std::current_exception();
        }
        at_gate.finish();
      });
    }
    gate.wait_until_ready();
    window.begin();
    gate.open();
    gate.wait_until_through();
    window.end();
  }
  for (const ProbeLog& said : logs) log.add(said);
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace benchkit::core
