// Memory windows: what a stretch of code allocates, and the most that it holds at once.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#include <benchkit/model/call_paths.hpp>

// Where the library with the hooks is: a build in its own tree says so on the command line of the compiler, an installed package in a header that is
// written when it is installed.
#ifndef BENCHKIT_MEMHOOK_PATH
#if __has_include(<benchkit/base/installed.hpp>)
#include <benchkit/base/installed.hpp>
#else
#define BENCHKIT_MEMHOOK_PATH ""
#endif
#endif

namespace benchkit {

/// The rules by which memory is counted (docs/memory.md).
enum class Account {
  truth,   ///< what the process really holds: address space is not memory, realloc(p, 0) frees
  memray,  ///< byte for byte what memray says of the same events
};

struct MemoryOptions {
  Account account = Account::truth;
  bool exact = false;                         ///< no error with several threads, at the price of a lock around each allocation
  bool this_thread = false;                   ///< only what the calling thread does counts, and no reservations that it fills
  const char* hooks = BENCHKIT_MEMHOOK_PATH;  ///< the library to load, if it is not loaded yet; $BENCHKIT_MEMHOOK goes before it
  /// Keep which call paths held the bytes at the peak: exact too, and slower. One such window at a time.
  bool attribute = false;
  /// What was swapped out of a MAP_NORESERVE map counts as populated too (/proc/self/pagemap), not only what is resident when the window closes.
  bool pagemap = false;
};

/// What a window has seen. All in bytes, but for counts.
struct MemoryReading {
  std::int64_t live_bytes = 0;         ///< allocated in the window and not freed
  std::int64_t peak_bytes = 0;         ///< the most that was live at once (high-water mark)
  std::uint64_t allocated_bytes = 0;   ///< all that was asked for
  std::uint64_t allocations = 0;       ///< how often
  std::uint64_t largest_bytes = 0;     ///< the largest single request
  std::uint64_t reserved_bytes = 0;    ///< the most address space held that is no memory; under Account::truth
  std::uint64_t populated_bytes = 0;   ///< what of it proved to be memory when the window closed; part of live and peak
  std::uint64_t peak_error_bytes = 0;  ///< bound of the peak's error (docs/memory.md); as a rule 0 with one allocating thread
  std::uint64_t missed_events =
      0;                      ///< calls from a signal handler that could not be counted; above 0 also where a tool took the hooks away
  std::uint32_t threads = 0;  ///< threads that took part
};

/// Counts from construction to close() or destruction. The first window puts the hooks in place (some milliseconds); they stay until
/// detach_memory_hooks(). Windows nest, and close in the opposite order; one that is destroyed before those inside it
/// ends with them. Blocks that are older than the window never count.
///
/// The constructor throws benchkit::Error where memory cannot be counted: the hooks' library is not found, the program was built with a sanitizer, memray
/// or heaptrack is at work, a window with other rules is open, or another attributed one.
class MemoryWindow {
 public:
  explicit MemoryWindow(const MemoryOptions& options = {});
  MemoryWindow(const MemoryWindow&) = delete;
  MemoryWindow& operator=(const MemoryWindow&) = delete;
  ~MemoryWindow();

  /// So far. After close(): what close() returned.
  [[nodiscard]] MemoryReading read() const;
  /// The peak begins anew at what is live now.
  void reset_peak();
  /// Throws benchkit::Error if a window inside this one is still open. In a child that was forked meanwhile the window is none: all is 0.
  MemoryReading close();
  /// Of an attributed window that is closed: who held the bytes at its peak. Else empty.
  [[nodiscard]] const CallPaths& call_paths() const noexcept { return call_paths_; }
  /// Of an attributed window that is open: who held the bytes at the highest peak so far. Else empty. Threads that allocate wait while it is
  /// found out. May be called from any thread; what the call itself allocates does not count.
  [[nodiscard]] CallPaths call_paths_so_far() const;

 private:
  std::int64_t handle_ = 0;
  bool attribute_ = false;
  MemoryReading last_;
  CallPaths call_paths_;
};

/// Puts every patched call back to the allocator. Throws benchkit::Error while a window is open.
void detach_memory_hooks();

/// What measure_peak() saw, and what the function returned.
template <class Result>
struct PeakOf : MemoryReading {
  CallPaths call_paths;  ///< with MemoryOptions::attribute
  Result result;
};
template <>
struct PeakOf<void> : MemoryReading {
  CallPaths call_paths;
};

/// Calls `function` once inside a window. Throws what it throws, and as MemoryWindow does.
template <std::invocable Function>
[[nodiscard]] auto measure_peak(Function&& function, const MemoryOptions& options = {}) {
  using Result = std::decay_t<std::invoke_result_t<Function&>>;
  MemoryWindow window(options);
  if constexpr (std::is_void_v<Result>) {
    std::invoke(function);
    const MemoryReading reading = window.close();
    return PeakOf<void>{reading, window.call_paths()};
  } else {
    Result result = std::invoke(function);
    const MemoryReading reading = window.close();
    return PeakOf<Result>{reading, window.call_paths(), std::move(result)};
  }
}

}  // namespace benchkit
