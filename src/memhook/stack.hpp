// The call path that a thread is on.
#pragma once

#include "memhook/paths.hpp"

namespace benchkit::memhook {

/// What is known of a thread's stack, from its last allocation to its next.
struct Recent;

/// The frame of a hook, or of what else was called from outside: its caller's frame pointer and, after it, the address that it returns to. A hook takes
/// it itself and hands it down. By its address a hook cannot be told from its caller: linked into a program, it lies in the midst of the program's code.
using HookFrame = const void*;
#define BENCHKIT_HOOK_FRAME __builtin_frame_address(0)

/// 0 where it cannot be told: the tree is full, the stack is too deep, there is no memory.
[[nodiscard]] Path path_from(HookFrame frame) noexcept;
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
