// What a map is worth.
//
// By memray's rules every mmap counts with its length, whatever it is for; a second map over a live one counts again; munmap takes off whatever
// it covers, each layer of it; mremap, mprotect and brk are not seen.
//
// By the rules of truth address space is not memory. What is made with PROT_NONE, with MAP_NORESERVE, or of a file that lies on a disk is
// *reserved*, counted apart. It becomes memory when access is allowed (mprotect) or when it is populated (MAP_POPULATE, madvise); with MAP_NORESERVE, whose
// pages mprotect does not back either, as far as it is found resident (mincore; reservations.cpp says when). A map over a live one takes its place; mremap is the
// end of the old piece and the birth of the new, as realloc is.
//
// The lock here is never held while the account's is taken: pieces are cut out one at a time, then counted.
//
// A munmap is counted before it is done, as free is, and an mremap after it, as realloc is. The pieces are cut out before either (Aside): the system may refuse,
// and then they are put back.
#include "memhook/maps.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "memhook/account.hpp"
#include "memhook/lock.hpp"
#include "memhook/own_memory.hpp"
#include "memhook/segments.hpp"

namespace benchkit::memhook {
namespace {

constexpr long kTmpfs = 0x01021994;
constexpr long kHugetlbfs = 0x958458f6;
/// More than this is not looked at by mincore, which would take seconds; `missed_events` says so.
constexpr std::size_t kMostExamined = std::size_t{16} << 40;

Lock g_maps_lock;
Segments g_segments;
constexpr std::size_t kPagesAtOnce = 8192;
std::uint64_t g_residency[kPagesAtOnce / 8];  // a byte a page
std::uint64_t g_entries[kPagesAtOnce];

/// How many of the pages are resident.
std::size_t resident(std::uintptr_t start, std::size_t pages) noexcept {
  const std::size_t words = (pages + 7) / 8;
  g_residency[words - 1] = 0;
  if (syscall(SYS_mincore, start, pages * page_bytes(), g_residency) != 0) return 0;
  std::size_t count = 0;
  for (std::size_t word = 0; word < words; ++word)
    count += static_cast<std::size_t>(__builtin_popcountll(g_residency[word] & 0x0101010101010101u));
  return count;
}

/// How many have anything in them, in memory or in swap space: bits 63 and 62 of a page's entry (proc_pid_pagemap(5)).
std::size_t present_or_swapped(int pagemap, std::uintptr_t start, std::size_t pages) noexcept {
  const long got = syscall(SYS_pread64, pagemap, g_entries, pages * sizeof g_entries[0], start / page_bytes() * sizeof g_entries[0]);
  std::size_t count = 0;
  for (std::size_t page = 0; got > 0 && page < static_cast<std::size_t>(got) / sizeof g_entries[0]; ++page)
    count += (g_entries[page] >> 62) != 0 ? 1 : 0;
  return count;
}

bool take(std::uintptr_t start, std::uintptr_t end, Segment& piece) noexcept {
  const Inside inside(g_maps_lock);
  return g_segments.take(start, end, piece);
}
void put(const Segment& segment) noexcept {
  const Inside inside(g_maps_lock);
  if (!g_segments.insert(segment)) missed();
}
bool find(std::uintptr_t address, Segment& found) noexcept {
  const Inside inside(g_maps_lock);
  return g_segments.find(address, found);
}

Path new_path(HookFrame frame) noexcept { return is_attributed_here() ? path_from(frame) : 0; }
/// Its path is none of the tree's: it was mapped as the attributed window opened, by an event of the window before.
bool is_from_before_attribution(const Segment& piece) noexcept {
  const Window* const window = g_attributed.load(std::memory_order_acquire);
  return window != nullptr && !is_born_in(window->tag, piece.tag);
}
Birth birth_of_piece(const Segment& piece) noexcept { return birth_of(piece.tag, piece.path); }

bool is_memory(Kind kind) noexcept { return kind == Kind::memory || kind == Kind::populated; }
void count_as_reserved(const Segment& piece, std::int64_t bytes) noexcept {
  count_reserved(piece.tag, bytes, piece.kind == Kind::unbacked || piece.kind == Kind::protected_unbacked);
}

/// A piece of a map is what a block is of the heap: where a map is cut in two there are two.
void count_in(Place& place, const Segment& piece) noexcept {
  const Birth birth = birth_of_piece(piece);
  if (is_memory(piece.kind))
    count_allocation(place, g_depth.load(std::memory_order_relaxed), piece.bytes(), piece.tag, [birth] { return birth; });
  else count_as_reserved(piece, static_cast<std::int64_t>(piece.bytes()));
}
void count_out(Place& place, const Segment& piece) noexcept {
  const std::size_t bytes = piece.bytes() * piece.layers;
  if (is_memory(piece.kind)) count_release(place, g_depth.load(std::memory_order_relaxed), bytes, birth_of_piece(piece), piece.remains - 1);
  else count_as_reserved(piece, -static_cast<std::int64_t>(bytes));
}

/// After count_out(): it is still there. What was cut off of a larger one is a piece by itself now.
void count_again(Place& place, const Segment& piece) noexcept {
  const Birth birth = birth_of_piece(piece);
  const std::size_t bytes = piece.bytes() * piece.layers;
  if (is_memory(piece.kind)) count_return(place, g_depth.load(std::memory_order_relaxed), bytes, birth);
  else count_as_reserved(piece, static_cast<std::int64_t>(bytes));
}
/// It was cut, and stays: there are so many more of them.
void count_cut(Place& place, const Segment& piece) noexcept {
  if (is_memory(piece.kind) && piece.remains > 0)
    count_release(place, g_depth.load(std::memory_order_relaxed), 0, birth_of_piece(piece), piece.remains);
}

bool lies_in_memory(int descriptor) noexcept {
  struct statfs facts;
  return fstatfs(descriptor, &facts) == 0 && (facts.f_type == kTmpfs || facts.f_type == kHugetlbfs);
}

Kind kind_of(int protection, int flags, int descriptor) noexcept {
  if (g_memray_rules.load(std::memory_order_relaxed)) return Kind::memory;
  if ((flags & MAP_ANONYMOUS) == 0 && !lies_in_memory(descriptor)) return Kind::file;
  const bool unbacked = (flags & MAP_NORESERVE) != 0;
  if ((flags & MAP_POPULATE) != 0 && protection != PROT_NONE) return unbacked ? Kind::populated : Kind::memory;
  if (protection == PROT_NONE) return unbacked ? Kind::protected_unbacked : Kind::protected_;
  return unbacked ? Kind::unbacked : Kind::memory;
}

std::uintptr_t address_of(const void* start) noexcept { return reinterpret_cast<std::uintptr_t>(start); }

void remove(Place& place, std::uintptr_t start, std::uintptr_t end) noexcept {
  Segment piece;
  while (take(start, end, piece)) count_out(place, piece);
}

/// memray's layers: what was mapped already gets one more.
void add_layer(std::uintptr_t start, std::uintptr_t end, unsigned tag, Path path) noexcept {
  while (start < end) {
    Segment next;
    const bool more = find(start, next) && next.start < end;
    if (!more || next.start > start) {
      const std::uintptr_t gap_end = more ? next.start : end;
      put({.start = start, .end = gap_end, .tag = tag, .path = path});
      start = gap_end;
      continue;
    }
    Segment piece;
    if (!take(start, end, piece)) break;
    ++piece.layers;
    piece.tag = tag;
    piece.path = path;
    put(piece);
    start = piece.end;
  }
}

/// Turns pieces of one kind into another where `wanted` says so.
template <class Wanted>
void turn(std::uintptr_t start, std::uintptr_t end, HookFrame frame, Wanted&& wanted) noexcept {
  Place* const place = here();
  while (place != nullptr && start < end) {
    Segment piece;
    if (!take(start, end, piece)) return;
    const Kind kind = wanted(piece.kind);
    if (kind != piece.kind) {
      count_out(*place, piece);
      piece.kind = kind;
      if (piece.path == 0 || is_from_before_attribution(piece)) piece.path = new_path(frame);
      if (const unsigned tag = birth_tag(place); is_memory(kind) && tag != 0) piece.tag = tag;
      count_in(*place, piece);
    } else {
      count_cut(*place, piece);
    }
    put(piece);
    start = piece.end;
  }
}

}  // namespace

void mapped(void* start, std::size_t bytes, int protection, int flags, int descriptor, HookFrame frame) noexcept {
  Place* const place = here();
  if (place == nullptr) return;
  const unsigned tag = birth_tag(place);
  if (tag == 0) return;
  const std::uintptr_t begin = address_of(start);
  if (g_memray_rules.load(std::memory_order_relaxed)) {
    const Path path = new_path(frame);
    add_layer(begin, begin + bytes, tag, path);
    count_allocation(*place, g_depth.load(std::memory_order_relaxed), bytes, tag, [birth = birth_of(tag, path)] { return birth; });
    return;
  }
  const std::uintptr_t end = begin + whole_pages(bytes);
  remove(*place, begin, end);
  const Segment segment{.start = begin, .end = end, .tag = tag, .kind = kind_of(protection, flags, descriptor), .path = new_path(frame)};
  put(segment);
  count_in(*place, segment);
}

void unmapped(void* start, std::size_t bytes) noexcept { Aside(start, bytes).goes(); }

Aside::Aside(void* start, std::size_t bytes, std::size_t kept) noexcept : place_(here()) {
  if (place_ == nullptr) return;
  const std::uintptr_t begin = address_of(start);
  const std::uintptr_t end = begin + (g_memray_rules.load(std::memory_order_relaxed) ? bytes : whole_pages(bytes));
  about_to_lose(start, bytes, kept);
  Segment piece;
  if (find(begin, piece) && piece.start <= begin) kind_ = piece.kind;
  while (take(begin, end, piece)) {
    if (count_ < kMost) {
      pieces_[count_++] = piece;
    } else {
      count_out(*place_, piece);
      more_ = true;
    }
  }
}

void Aside::goes() noexcept {
  for (unsigned i = 0; i < count_; ++i) count_out(*place_, pieces_[i]);
  gone_ = true;
}

void Aside::stays() noexcept {
  for (unsigned i = 0; i < count_; ++i) {
    if (gone_) count_again(*place_, pieces_[i]);
    else count_cut(*place_, pieces_[i]);
    put(pieces_[i]);
  }
  if (more_) missed();
}

void Aside::came_to(void* start, std::size_t bytes, HookFrame frame) noexcept {
  if (place_ == nullptr) return;
  goes();
  const unsigned tag = birth_tag(place_);
  if (tag == 0) return;
  const std::uintptr_t begin = address_of(start);
  const Segment segment{.start = begin, .end = begin + whole_pages(bytes), .tag = tag, .kind = kind_, .path = new_path(frame)};
  remove(*place_, segment.start, segment.end);
  put(segment);
  count_in(*place_, segment);
}

void protection_changed(void* start, std::size_t bytes, int protection, HookFrame frame) noexcept {
  if (g_memray_rules.load(std::memory_order_relaxed)) return;
  turn(address_of(start), address_of(start) + whole_pages(bytes), frame, [protection](Kind kind) {
    if (kind == Kind::memory && protection == PROT_NONE) return Kind::protected_;
    if (kind == Kind::protected_ && protection != PROT_NONE) return Kind::memory;
    if (kind == Kind::protected_unbacked && protection != PROT_NONE) return Kind::unbacked;
    return kind;  // what is unbacked keeps what it has, whether it is shut or not
  });
}

void populated(void* start, std::size_t bytes, HookFrame frame) noexcept {
  if (g_memray_rules.load(std::memory_order_relaxed)) return;
  turn(address_of(start), address_of(start) + whole_pages(bytes), frame,
       [](Kind kind) { return kind == Kind::unbacked ? Kind::populated : kind; });
}

void about_to_lose(void* start, std::size_t bytes, std::size_t kept) noexcept {
  if (g_memray_rules.load(std::memory_order_relaxed)) return;
  const std::uintptr_t begin = address_of(start);
  reservations_leave(begin, begin + whole_pages(kept < bytes ? kept : bytes), begin + whole_pages(bytes));
}

void given_back(void* start, std::size_t bytes, HookFrame frame) noexcept {
  if (g_memray_rules.load(std::memory_order_relaxed)) return;
  turn(address_of(start), address_of(start) + whole_pages(bytes), frame,
       [](Kind kind) { return kind == Kind::populated ? Kind::unbacked : kind; });
}

std::size_t populated_bytes(unsigned tag, bool swapped, std::uintptr_t start, std::uintptr_t end, TellPopulated tell,
                            void* context) noexcept {
  const Inside inside(g_maps_lock);
  const int pagemap = swapped ? static_cast<int>(syscall(SYS_openat, AT_FDCWD, "/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) : -1;
  std::size_t populated = 0;
  g_segments.for_each([&](Segment& segment) {
    if (segment.kind != Kind::unbacked || segment.start >= end || segment.end <= start || !is_born_in(tag, segment.tag)) return;
    const std::uintptr_t first = segment.start > start ? segment.start : start;
    const std::uintptr_t last = segment.end < end ? segment.end : end;
    if (last - first > kMostExamined) {
      if (!segment.passed_over) missed();
      segment.passed_over = true;
      return;
    }
    segment.found = 0;
    for (std::uintptr_t at = first; at < last; at += kPagesAtOnce * page_bytes()) {
      const std::size_t left = whole_pages(last - at) / page_bytes();
      const std::size_t pages = left < kPagesAtOnce ? left : kPagesAtOnce;
      segment.found += page_bytes() * (pagemap >= 0 ? present_or_swapped(pagemap, at, pages) : resident(at, pages));
    }
    populated += segment.found;
    if (tell != nullptr) tell(context, segment.path, static_cast<std::int64_t>(segment.found));
  });
  if (pagemap >= 0) syscall(SYS_close, pagemap);
  return populated;
}

void tell_populated_again(unsigned tag, TellPopulated tell, void* context) noexcept {
  const Inside inside(g_maps_lock);
  g_segments.for_each([&](const Segment& segment) {
    if (segment.kind == Kind::unbacked && is_born_in(tag, segment.tag))
      tell(context, segment.path, -static_cast<std::int64_t>(segment.found));
  });
}

void forget_maps() noexcept {
  const Inside inside(g_maps_lock);
  g_segments.clear();
}

void hold_maps() noexcept { g_maps_lock.acquire(); }
void release_maps() noexcept { g_maps_lock.release(); }

void renumber_maps(const NewTags& tags) noexcept {
  const Inside inside(g_maps_lock);
  g_segments.for_each([&](Segment& segment) { segment.tag = tags[segment.tag]; });
}

}  // namespace benchkit::memhook
