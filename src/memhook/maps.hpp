// Maps: what mmap and its relatives hand out, kept as segments of the address space.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/blocks.hpp"
#include "memhook/paths.hpp"
#include "memhook/stack.hpp"

namespace benchkit::memhook {

// Each is told what has just happened, or in the case of unmapped() what is about to: in between another thread could be given the addresses. `frame`: of
// the hook that was called.
void mapped(void* start, std::size_t bytes, int protection, int flags, int descriptor, HookFrame frame) noexcept;
void unmapped(void* start, std::size_t bytes) noexcept;
void moved(void* old_start, std::size_t old_bytes, void* start, std::size_t bytes, HookFrame frame) noexcept;
void protection_changed(void* start, std::size_t bytes, int protection, HookFrame frame) noexcept;
/// All of it is memory now, whatever it was made as.
void populated(void* start, std::size_t bytes, HookFrame frame) noexcept;

/// What of the reserved address space of windows from `tag` on is memory after all: what is resident (mincore), or, with `swapped` and where
/// /proc/self/pagemap can be read, what is resident or swapped out. `told`: for each piece of it, who made it.
[[nodiscard]] std::size_t populated_bytes(unsigned tag, bool swapped, void (*told)(void* context, Path path, std::int64_t bytes),
                                          void* context) noexcept;

void forget_maps() noexcept;
/// Around a fork.
void hold_maps() noexcept;
void release_maps() noexcept;
void renumber_maps(const NewTags& tags) noexcept;

}  // namespace benchkit::memhook
