// A batch: `n` calls of a case's action under a meter, whatever the case asks for (fresh states, threads).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <benchkit/core/case.hpp>

#include "core/clock.hpp"
#include "core/probe_log.hpp"

namespace benchkit::core {

/// The live setup of one case and the way to call its action. Construction is the setup; may throw whatever the case throws.
class LiveCase {
 public:
  LiveCase(const Case& definition, Clock& clock);
  LiveCase(const LiveCase&) = delete;
  LiveCase& operator=(const LiveCase&) = delete;
  ~LiveCase();

  /// Calls the action `n` times (on each of the case's threads) inside windows; what it reports goes to `log`. Throws what the
  /// action throws, after every thread has come to its end, and benchkit::Error if the threads cannot be started, or if the action times only some of
  /// its calls itself.
  void run(std::uint64_t n, detail::Window& window, ProbeLog& log);

  /// What a window takes without any call: waking the case's threads. 0 where there is one only.
  [[nodiscard]] std::int64_t fixed_ns();

  /// The teardown. Throws what it throws; the destructor does the same but swallows it.
  void tear_down();

 private:
  void run_portion(std::uint64_t n, detail::Window& window, ProbeLog& log);
  void run_fresh(std::uint64_t n, detail::Window& window, ProbeLog& log);
  void run_threads(std::uint64_t n, detail::Window& window, ProbeLog& log);

  const Case& definition_;
  Clock& clock_;
  std::unique_ptr<LiveSetup> setup_;
  std::vector<ProbeLog> thread_logs_;
  std::uint64_t most_;         ///< calls that one window may hold, for what lives until it has ended
  std::uint64_t portion_ = 1;  ///< fresh states made at a time; grows until a window is long enough, or to `most_`
  bool portion_grows_ = true;
};

}  // namespace benchkit::core
