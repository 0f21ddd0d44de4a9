// What the operating system says of this process and thread, and the little that is asked of it. One implementation a system: os_*.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace benchkit::base {

/// Nanoseconds on the monotonic clock that all processes of this machine share.
[[nodiscard]] std::int64_t monotonic_ns() noexcept;
/// CPU time of this process (all threads) and of the children that it has waited for.
[[nodiscard]] std::int64_t process_cpu_ns() noexcept;
/// Seconds since 1970 as an ISO 8601 text in UTC with milliseconds.
[[nodiscard]] std::string utc_now();

/// What befell the calling thread so far.
struct ThreadUsage {
  std::int64_t cpu_ns = 0;
  std::int64_t involuntary_switches = 0;
  std::int64_t minor_faults = 0;
};
[[nodiscard]] ThreadUsage thread_usage() noexcept;

/// Time that the hypervisor gave to others so far, summed over the CPUs; 0 where the system does not say.
[[nodiscard]] std::int64_t steal_ns() noexcept;
/// The CPU on which the calling thread runs; -1 unknown.
[[nodiscard]] int current_cpu() noexcept;

[[nodiscard]] std::int64_t process_id() noexcept;
/// Ends the process at once: no destructors, no atexit handlers, no flushing.
[[noreturn]] void exit_now(int code) noexcept;

/// The value of an environment variable, which is then removed, so that children do not see it.
[[nodiscard]] std::optional<std::string> take_environment(const char* name);
[[nodiscard]] std::optional<std::string> environment(const char* name);

/// The file of the running program.
[[nodiscard]] std::string executable_path();
/// A program as a shell would find it: a path with a slash as such, else along PATH. Empty if there is none.
[[nodiscard]] std::string find_program(const std::string& name);
[[nodiscard]] bool is_executable(const std::string& path);
[[nodiscard]] std::string working_directory();

/// Becomes another program (argv[0] is its path). Returns only to throw benchkit::Error.
[[noreturn]] void become(const std::vector<std::string>& argv);

[[nodiscard]] bool is_terminal(int descriptor) noexcept;
/// The columns of the terminal at `descriptor`; 0 if it is none.
[[nodiscard]] std::size_t terminal_width(int descriptor) noexcept;

}  // namespace benchkit::base
