// Processes: starting one, hearing of its end, ending it with all that it left behind.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace benchkit::base {

/// How a process ended.
struct ProcessEnd {
  bool by_signal = false;
  int code = 0;                 ///< the exit code, or the signal's number
  std::int64_t cpu_ns = 0;      ///< user + system time of the process and of those it waited for
  std::int64_t peak_bytes = 0;  ///< largest resident set
};

/// "SIGSEGV" for 11, "signal 77" for one without a name.
[[nodiscard]] std::string signal_name(int signal);
/// "Segmentation fault" for 11.
[[nodiscard]] std::string signal_text(int signal);

struct SpawnOptions {
  std::vector<std::string> argv;                                 ///< argv[0] is looked up along PATH
  std::vector<std::pair<std::string, std::string>> environment;  ///< set on top of this process' own
  std::string working_directory;                                 ///< empty: this process' own
  std::vector<int> inherit;                                      ///< descriptors that the child keeps under the same numbers
  int standard_output = -1;                                      ///< -1: /dev/null
  int standard_error = -1;                                       ///< -1: /dev/null
  bool own_group = false;                                        ///< a process group of its own
  bool dies_with_parent = false;                                 ///< killed when the thread that started it ends
};

/// Starts a process; its standard input is /dev/null. Signal handlers and mask are the default ones in the child. Returns its pid.
/// Throws benchkit::Error naming the program if it cannot be started.
[[nodiscard]] int spawn(const SpawnOptions& options);
/// Waits for the end of a child.
[[nodiscard]] ProcessEnd wait_for(int pid);
/// The end of a child, if it has ended.
[[nodiscard]] std::optional<ProcessEnd> poll_end(int pid);
/// A descriptor that becomes readable when the process ends.
[[nodiscard]] int open_pidfd(int pid);
void kill_group(int group) noexcept;
/// Stops every process of the group (SIGSTOP), and lets it go on.
void halt_group(int group) noexcept;
void continue_group(int group) noexcept;
/// Binds every thread of a process to one CPU; -1: to all that this process may use. Does what it can: a thread that ends meanwhile is none.
void pin_process(int pid, int cpu) noexcept;
/// The CPUs that this process may use.
[[nodiscard]] std::vector<int> usable_cpus();
/// How many threads a process and its descendants have; 0 if it is gone.
[[nodiscard]] int threads_of(int pid) noexcept;
void kill_process(int pid) noexcept;

/// A pipe whose reading end never blocks; both ends are closed on exec.
[[nodiscard]] std::array<int, 2> make_pipe();
/// What can be read now without waiting, up to 1 MiB. nullopt at the end of the stream.
[[nodiscard]] std::optional<std::string> read_available(int descriptor);

/// While it lives, orphans among this process' descendants become its children (Linux: PR_SET_CHILD_SUBREAPER), so that what escapes
/// a process group can still be found. The last one that goes restores what was before the first. Not for several threads at once.
class Subreaper {
 public:
  Subreaper();
  Subreaper(const Subreaper&) = delete;
  Subreaper& operator=(const Subreaper&) = delete;
  ~Subreaper();
};

/// The direct children of this process.
[[nodiscard]] std::set<int> children();
/// Kills and reaps every child that is not spared, and what they leave, until none is there. Returns how many there were.
std::size_t kill_strays(const std::function<bool(int pid)>& is_spared);
/// Whether a process was started with this in its environment: "NAME=value". False where that cannot be read.
[[nodiscard]] bool was_started_with(int pid, const std::string& variable);
/// Resident bytes of a process and all its descendants.
[[nodiscard]] std::int64_t resident_bytes_of_tree(int pid);
/// How many processes the kernel killed for want of memory since the system started; -1 unknown.
[[nodiscard]] std::int64_t out_of_memory_kills();

/// A short helper program that runs beside us; started on construction. Its standard error is dropped.
class Helper {
 public:
  explicit Helper(const std::vector<std::string>& argv);
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  ~Helper();
  /// Waits for its end: what it printed, or nullopt if it could not be started or failed.
  [[nodiscard]] std::optional<std::string> output();

 private:
  int pid_ = -1;
  int pipe_ = -1;
};

/// While it lives, SIGINT and SIGTERM set a flag instead of ending the process; a second one of them ends it after all.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
  [[nodiscard]] bool interrupted() const noexcept;
  /// Becomes readable at the first signal.
  [[nodiscard]] int descriptor() const noexcept;
};

/// Waits until one of the descriptors is readable or closed (negative ones are ignored); which ones are. Empty: time is up.
[[nodiscard]] std::vector<bool> wait_readable(const std::vector<int>& descriptors, std::int64_t timeout_ns);

}  // namespace benchkit::base
