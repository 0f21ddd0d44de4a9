// A tree of processes that count together, in a file that all of them map.
#pragma once

#include <cstdint>

#include "memhook/abi.h"

namespace benchkit::memhook {

/// What this process holds now, and the most since it told the last time. Returns by how much it may change before the tree should hear again.
[[nodiscard]] std::int64_t tell_tree(const benchkit_memhook_reading& seen, std::int64_t reached) noexcept;
/// In a program that the library was preloaded into, if somebody wants its numbers: at its first call of a hook, since constructors of other libraries may
/// allocate before ours is called, and in ours at the latest. Later calls do nothing.
void join_tree() noexcept;
/// A forked child is a process of its own.
void join_tree_again() noexcept;

/// To be called before a process becomes another program, or ends in a way that may still run code: what it allocated since it told the last time.
void tell_totals() noexcept;
/// Before it ends.
void leave_tree() noexcept;
/// Whether somebody wants this process' numbers, its children's included.
[[nodiscard]] bool is_in_tree() noexcept;
/// A program is about to start that cannot be counted; and it did not start. Both take no lock.
void note_unseen(const char* path) noexcept;
void take_back_unseen() noexcept;

}  // namespace benchkit::memhook
