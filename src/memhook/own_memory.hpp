// Memory of the hooks' own: taken from the kernel page by page, never from the allocator that is being watched.
#pragma once

#include <cstddef>
#include <cstdint>

namespace benchkit::memhook {

/// Zeroed pages that cost nothing until they are touched; nullptr if there are none (`ulimit -v`).
[[nodiscard]] void* take_pages(std::size_t bytes) noexcept;
void give_back_pages(void* pages, std::size_t bytes) noexcept;
/// Makes pages zero again and frees what they held.
void wipe_pages(void* pages, std::size_t bytes) noexcept;

}  // namespace benchkit::memhook
