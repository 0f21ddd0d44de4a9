// Patching: the relocations of loaded objects lead to the hooks, and back.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/abi.h"

namespace benchkit::memhook {

[[nodiscard]] bool is_attached() noexcept;
[[nodiscard]] int attach(char* why, std::size_t size) noexcept;
[[nodiscard]] int detach() noexcept;
/// Objects that were loaded since are patched, and slots that lead to the functions themselves again are put right; cheap where there is nothing to do.
/// False: some had been overwritten, so that events may have been missed, which is counted if a window is open; `why` is filled in only where a known tool is
/// still at work.
bool look_after_patches(char* why, std::size_t size) noexcept;
void describe_attachment(benchkit_memhook_attachment& out) noexcept;
/// While an attributed window's paths are to be had: what is unloaded is kept in mind.
void watch_unloading(bool watch) noexcept;
/// As benchkit_memhook_interface::unloaded.
[[nodiscard]] int unloaded_at(std::uint64_t address, char* file, std::size_t size, std::uint64_t* offset) noexcept;
/// Around a fork: the child must not be born with the lock held.
void hold_patching() noexcept;
void release_patching() noexcept;

}  // namespace benchkit::memhook
