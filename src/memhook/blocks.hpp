// What is known of a live block: the size that was asked for, and the window that it was born in.
//
// The allocator knows a block's size only rounded up, and asking it (malloc_usable_size) costs as much as the rest of the counting. A header
// before each block would break alignment, and the blocks that were there before the hooks. So what is known stands beside the heap:
//
//   A *mark* of two bytes for each 16 bytes of the heap, at an address computed from the block's: the slack (by how much the chunk, its
//   header included, is larger than what was asked for, 6 bits) and the tag of the window (10 bits). glibc's chunk header, the word before each
//   block, gives the chunk's size in one load; slack taken off, that is the size to the byte. Marks are made 8 MiB at a time, for 64 MiB of
//   addresses (the size of a glibc heap), and are memory only where they were written.
//
//   While an attributed window is open a block's call path stands beside the marks too: four bytes for each 16 of the heap hold path and slack, and
//   the mark says that there is more to know than it tells.
//
//   Where that does not do (large slack of aligned blocks, an allocator that is not glibc's, address space that may not grow), a hash
//   table of addresses, in shards with a lock each, has size and tag.
//
// Tag 0 is "not from a window". Tags rise with each window, in the lower half of the numbers and in the upper half by turns. When a half is used up the
// open windows get the first tags of the other one, and a table says what each tag of the half that was left has become (account.hpp). Marks are not looked at
// then: an old tag is understood as it is met, also in a mark that is only just being written by who saw the window before. Before a half is taken up
// again, what is left of its last turn is brought up to date (renumber()).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "memhook/paths.hpp"
#include "memhook/relaxed.hpp"
#include "memhook/stack.hpp"

namespace benchkit::memhook {

using Mark = std::uint16_t;
using MarkPlace = Relaxed<Mark>;

inline constexpr unsigned kSlackBits = 6;
inline constexpr unsigned kInTable = (1u << kSlackBits) - 1;
inline constexpr unsigned kTagBits = 16 - kSlackBits;
inline constexpr unsigned kMostTag = (1u << kTagBits) - 1;
inline constexpr unsigned kTagHalf = 1u << (kTagBits - 1);
inline constexpr unsigned kRegionBits = 26;
inline constexpr unsigned kGranuleBits = 4;
inline constexpr std::size_t kRegions = std::size_t{1} << (48 - kRegionBits);
inline constexpr std::size_t kMarksARegion = std::size_t{1} << (kRegionBits - kGranuleBits);

/// When a block was born and by whom, in one word, so that counting without paths handles no more words than it has to: the tag in the highest bits,
/// below them what is left of a mark, in the lower half the path. 0: unknown, or from before the window.
using Birth = std::uint64_t;
inline constexpr unsigned kMarkShift = 48;
[[nodiscard]] constexpr Birth birth_of(unsigned tag, Path path) noexcept { return Birth{tag} << (kMarkShift + kSlackBits) | path; }
[[nodiscard]] constexpr unsigned tag_of(Birth birth) noexcept { return static_cast<unsigned>(birth >> (kMarkShift + kSlackBits)); }
[[nodiscard]] constexpr Path path_of(Birth birth) noexcept { return static_cast<Path>(birth); }

struct Block {
  std::size_t size = 0;
  Birth birth = 0;
};

/// The regions' marks, by the address' upper bits. Where there is no address space for all of them it is one region, which has none.
struct RegionTable {
  std::atomic<MarkPlace*>* regions;
  std::uintptr_t mask;
};
/// Changed before any window is open.
extern RegionTable g_regions;
/// A mark alone can tell what is to know of a new block: the allocator is glibc's, so that the word before a block is its chunk's header, there is room
/// for all regions, and no window is attributed. It may change at any time, and either way is right.
extern Relaxed<bool> g_marks_suffice;
/// Some block may stand in the table without a mark that says so.
extern std::atomic<bool> g_ask_table;

/// Once, before the first window: finds out whether blocks have glibc's headers, and makes the table of regions; `usable` is the allocator's malloc_usable_size.
void examine_allocator(void* (*allocate)(std::size_t), void (*release)(void*), std::size_t (*usable)(void*), bool is_glibc) noexcept;

void remember_elsewhere(std::uintptr_t address, std::size_t size, unsigned tag, HookFrame frame) noexcept;
/// What is no block of the process' allocator: nothing stands before it that would say its size.
void remember_foreign(std::uintptr_t address, const Block& as) noexcept;
/// A block that was forgotten lives on after all.
void remember_again(void* block, const Block& as) noexcept;
/// `mark`: what it was, or 0 if there is none.
[[nodiscard]] Block forget_elsewhere(std::uintptr_t address, unsigned mark) noexcept;

/// From now on blocks keep their paths, or no longer. None has one at the beginning.
void keep_paths_of_blocks(bool keep) noexcept;
/// Of a live block of this thread's.
[[nodiscard]] Birth birth_of_block(const void* block) noexcept;

/// Of the whole chunk, its header included, which the header's highest bits say.
[[nodiscard]] inline std::size_t chunk_bytes(std::uintptr_t address) noexcept {
  constexpr std::size_t kFlags = 7;
  return *reinterpret_cast<const std::size_t*>(address - sizeof(std::size_t)) & ~kFlags;
}

[[nodiscard]] inline std::atomic<MarkPlace*>& region_of(std::uintptr_t address) noexcept {
  return g_regions.regions[(address >> kRegionBits) & g_regions.mask];
}
[[nodiscard]] inline std::size_t mark_index(std::uintptr_t address) noexcept { return (address >> kGranuleBits) & (kMarksARegion - 1); }

/// A block was made in the window of this tag, by a call of the hook with this frame.
inline void remember(void* block, std::size_t size, unsigned tag, HookFrame frame) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  MarkPlace* const marks = region_of(address).load(std::memory_order_acquire);
  if (__builtin_expect(marks != nullptr && g_marks_suffice, 1)) {
    const std::size_t slack = chunk_bytes(address) - size;
    if (__builtin_expect(slack < kInTable, 1)) {
      marks[mark_index(address)] = static_cast<Mark>(tag << kSlackBits | slack);
      return;
    }
  }
  remember_elsewhere(address, size, tag, frame);
}

/// A block is about to be freed: what is known of it, which is then forgotten.
inline Block forget(void* block) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  MarkPlace* const marks = region_of(address).load(std::memory_order_acquire);
  if (__builtin_expect(marks != nullptr, 1)) {
    MarkPlace& place = marks[mark_index(address)];
    const unsigned mark = place;
    if (mark != 0) {
      place = 0;
      const unsigned slack = mark & kInTable;
      if (__builtin_expect(slack != kInTable, 1)) return {chunk_bytes(address) - slack, Birth{mark} << kMarkShift};
      return forget_elsewhere(address, mark);
    }
  }
  if (__builtin_expect(g_ask_table.load(std::memory_order_relaxed), 0)) return forget_elsewhere(address, 0);
  return {};
}

// The same two where marks suffice, in as few instructions as can be: an event costs little more than this. `of_window` is a mark's tag in its place.

[[gnu::always_inline]] inline MarkPlace* marks_at(std::uintptr_t address) noexcept {
  return g_regions.regions[(address >> kRegionBits) & (kRegions - 1)].load(std::memory_order_acquire);
}

/// False: nothing was done, its mark would not tell all.
[[nodiscard, gnu::always_inline]] inline bool remember_by_mark(const void* block, std::size_t size, Mark of_window) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  MarkPlace* const marks = marks_at(address);
  if (__builtin_expect(marks == nullptr, 0)) return false;
  const std::size_t slack = chunk_bytes(address) - size;
  if (__builtin_expect(slack >= kInTable, 0)) return false;
  marks[mark_index(address)] = static_cast<Mark>(of_window | slack);
  return true;
}

/// What is known of a block whose mark tells all and names this window; else null. It is to be forgotten by whoever counts it.
[[nodiscard, gnu::always_inline]] inline MarkPlace* find_mark(const void* block, Mark of_window, std::size_t& size) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  MarkPlace* const marks = marks_at(address);
  if (__builtin_expect(marks == nullptr, 0)) return nullptr;
  MarkPlace& place = marks[mark_index(address)];
  const unsigned slack = unsigned{place} ^ of_window;  // with another tag it is larger than any slack
  if (__builtin_expect(slack >= kInTable, 0)) return nullptr;
  size = chunk_bytes(address) - slack;
  return &place;
}

/// Around a fork: the table's locks.
void hold_blocks() noexcept;
void release_blocks() noexcept;

/// Every mark is wiped and the table emptied: no window is open.
void forget_everything() noexcept;
/// What each tag becomes; 0: from before all windows that are open.
using NewTags = std::uint16_t[kMostTag + 1];
/// Marks that change meanwhile keep sense: each is exchanged by itself.
void renumber(const NewTags& tags) noexcept;

}  // namespace benchkit::memhook
