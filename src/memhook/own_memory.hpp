// Memory of the hooks' own: taken from the kernel page by page, never from the allocator that is being watched.
#pragma once

#include <cstddef>
#include <cstdint>

namespace benchkit::memhook {

/// What the kernel maps and protects in: 4 KiB, but up to 64 on other processors.
[[nodiscard]] std::size_t page_bytes() noexcept;
[[nodiscard]] inline std::uintptr_t page_of(std::uintptr_t address) noexcept { return address & ~(page_bytes() - 1); }
[[nodiscard]] inline std::size_t whole_pages(std::size_t bytes) noexcept { return page_of(bytes + page_bytes() - 1); }

/// Zeroed pages that cost nothing until they are touched; nullptr if there are none (`ulimit -v`).
[[nodiscard]] void* take_pages(std::size_t bytes) noexcept;
void give_back_pages(void* pages, std::size_t bytes) noexcept;
/// Makes pages zero again and frees what they held.
void wipe_pages(void* pages, std::size_t bytes) noexcept;

}  // namespace benchkit::memhook
