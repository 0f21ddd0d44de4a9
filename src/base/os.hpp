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

/// The largest resident set of this process since the last reset_peak_resident(), or of its life; -1 unknown.
[[nodiscard]] std::int64_t peak_resident_bytes() noexcept;
/// False where the system does not let a process forget its peak.
bool reset_peak_resident() noexcept;

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

/// The program was linked statically as a whole: a library that it loaded would bring a libc of its own.
[[nodiscard]] bool is_static_program() noexcept;
/// The address of a symbol that some object of this process has, or null.
[[nodiscard]] void* find_symbol(const char* name) noexcept;
/// Loads a shared library, for good. Its handle, or null with the reason.
[[nodiscard]] void* load_library(const std::string& path, std::string& reason);
[[nodiscard]] void* symbol_of(void* library, const char* name) noexcept;
/// The files of the libraries that are loaded now in whose constants one of these texts stands, in the order of loading. Each library is read through once, so the
/// texts must be the same each time.
[[nodiscard]] std::vector<std::string> libraries_with(const std::vector<std::string>& texts);
/// Return addresses on this thread's stack, the innermost first; that in this function is left out. Allocates.
[[nodiscard]] std::vector<std::uint64_t> call_stack();
/// What an address of code belongs to. Only what is loaded now is known.
struct CodePlace {
  std::string module;        ///< the loaded object's path; empty: not known
  std::uint64_t offset = 0;  ///< from where it was loaded
  std::string symbol;        ///< mangled; empty: the object does not tell (only exported names are looked at)
};
[[nodiscard]] CodePlace code_at(std::uint64_t address);
/// The folder of the file that this code is in: a program, or a module in one.
[[nodiscard]] std::string own_folder();

/// Becomes another program (argv[0] is its path). Returns only to throw benchkit::Error.
[[noreturn]] void become(const std::vector<std::string>& argv);

/// Changes when the machine is started anew, as monotonic_ns() does. Empty where the system does not say.
[[nodiscard]] std::string boot_id();

[[nodiscard]] bool is_terminal(int descriptor) noexcept;
/// The columns of the terminal at `descriptor`; 0 if it is none.
[[nodiscard]] std::size_t terminal_width(int descriptor) noexcept;

}  // namespace benchkit::base
