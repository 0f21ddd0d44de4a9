// Windows as the ABI has them: opened, read, closed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/abi.h"

namespace benchkit::memhook {

[[nodiscard]] std::int64_t open_window(int account, int flags, char* why, std::size_t size) noexcept;
[[nodiscard]] int read_window(std::int64_t handle, benchkit_memhook_reading* out) noexcept;
[[nodiscard]] int reset_window(std::int64_t handle) noexcept;
[[nodiscard]] int close_window(std::int64_t handle, benchkit_memhook_reading* out) noexcept;
[[nodiscard]] int visit_window_paths(std::int64_t handle, benchkit_memhook_path_visitor visit, void* data) noexcept;
[[nodiscard]] int forget_window_paths(std::int64_t handle) noexcept;
/// Of an attributed window, open or closed.
[[nodiscard]] bool keeps_paths() noexcept;
[[nodiscard]] int use_walker(const benchkit_memhook_walker* walker) noexcept;
/// Makes a window one that tells the process tree what it sees.
void put_in_tree(std::int64_t handle) noexcept;
/// Around a fork: every lock of the account, the maps, the paths and the blocks is held over it, so that the child finds them free and what they guard
/// whole. Patching's lock goes before.
void hold_account() noexcept;
void release_account() noexcept;
/// In a child that was forked: locks are free again, and windows that the parent opened are closed.
void forked_child() noexcept;

}  // namespace benchkit::memhook
