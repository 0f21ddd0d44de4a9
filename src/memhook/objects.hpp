// Objects of an allocator that takes its memory from the process' own (an interpreter's), counted one by one. For the ABI, which tells the rules.
//
// While such an allocator works, its thread is *held*: it has no place to count at, so that arenas and large blocks, which are the objects'
// memory, do not count beside the objects. An object may have the address of the block that it was made of; that block has no mark, for it was made
// while the thread was held.
#pragma once

#include <cstddef>

namespace benchkit::memhook {

void hold() noexcept;
void resume() noexcept;
void object_made(void* object, std::size_t size) noexcept;
void object_gone(void* object) noexcept;
[[nodiscard]] void* object_moved(void* object, std::size_t size, void* (*move)(void*, void*, std::size_t), void* context) noexcept;

}  // namespace benchkit::memhook
