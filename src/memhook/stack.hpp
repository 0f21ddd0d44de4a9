// The call path that a thread is on.
#pragma once

#include "memhook/paths.hpp"

namespace benchkit::memhook {

/// What is known of a thread's stack, from its last allocation to its next.
struct Recent;

/// From within a hook. 0 where it cannot be told: the tree is full, the stack is too deep, there is no memory.
[[nodiscard]] Path path_here() noexcept;
/// Code of which no frame is told.
struct CodeRange {
  std::uintptr_t begin = 0, end = 0;
};
/// The loaded object that an address is in.
[[nodiscard]] CodeRange object_around(const void* address) noexcept;
void leave_out(const CodeRange& code) noexcept;

/// Another thread takes over: nothing of it holds any more.
void forget_recent(Recent* recent) noexcept;

}  // namespace benchkit::memhook
