// The library with the allocation hooks, loaded when it is first needed and not before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memhook/abi.h"

namespace benchkit::core {

/// Where the library is, for meters, which nobody hands a path. Empty: only the usual places are tried.
void set_memory_hooks_path(std::string path);

/// Why memory cannot be counted here, or empty. Loads nothing.
[[nodiscard]] std::string memory_hooks_unavailable();
/// The library's file, or empty.
[[nodiscard]] std::string memory_hooks_file();
/// "WHO: the peak may be off by up to N", with N rounded up to a power of two, so that the same doubt is one line and not one a sample.
[[nodiscard]] std::string several_bound(const char* who, std::uint64_t error_bytes);
/// Whether allocations go through the hooks right now; a time that is measured then carries their cost.
[[nodiscard]] bool memory_hooks_attached();

/// What a meter of time says of its samples: that they are hooked, where they are. No verdict uses such samples.
[[nodiscard]] std::vector<std::string> hooked_warnings();

/// The hooks, loaded and in place. `path`: a library to try besides the usual places. Throws benchkit::Error. Where they are in place it
/// allocates nothing: an outer window may be open.
[[nodiscard]] const benchkit_memhook_interface& attached_memory_hooks(const char* path = "");

/// Takes the hooks out, where they were put in while the process ran and no window is open.
void let_go_of_memory_hooks() noexcept;

/// As long as it lives nothing counts that the calling thread allocates or frees.
class NotCounted {
 public:
  explicit NotCounted(const benchkit_memhook_interface& hooks) : hooks_(hooks) { hooks_.hold(); }
  NotCounted(const NotCounted&) = delete;
  NotCounted& operator=(const NotCounted&) = delete;
  ~NotCounted() { hooks_.resume(); }

 private:
  const benchkit_memhook_interface& hooks_;
};

}  // namespace benchkit::core
