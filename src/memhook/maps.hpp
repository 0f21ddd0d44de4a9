// Maps: what mmap and its relatives hand out, kept as segments of the address space.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/blocks.hpp"
#include "memhook/paths.hpp"
#include "memhook/segments.hpp"
#include "memhook/stack.hpp"

namespace benchkit::memhook {

struct Place;

// Each is told what has just happened. `frame`: of the hook that was called.
void mapped(void* start, std::size_t bytes, int protection, int flags, int descriptor, HookFrame frame) noexcept;
void unmapped(void* start, std::size_t bytes) noexcept;
void protection_changed(void* start, std::size_t bytes, int protection, HookFrame frame) noexcept;
/// All of it is memory now, whatever it was made as.
void populated(void* start, std::size_t bytes, HookFrame frame) noexcept;
/// These addresses are about to lose what is in them: to be mapped over, or given back to the system. `kept`: so many of the first bytes are only moved.
void about_to_lose(void* start, std::size_t bytes, std::size_t kept = 0) noexcept;
/// What was populated has been given back; it is address space again.
void given_back(void* start, std::size_t bytes, HookFrame frame) noexcept;

/// What is known of addresses that the system is about to be asked to unmap or to move. It is taken aside first, for as soon as the system has done it others
/// may map there, and what they map is theirs.
class Aside {
 public:
  /// `kept`: so many of the first bytes are only moved.
  Aside(void* start, std::size_t bytes, std::size_t kept = 0) noexcept;
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  /// It does not count any more.
  void goes() noexcept;
  /// The system refused; it is as it was, whether it was said to go or not.
  void stays() noexcept;
  /// It has gone, and is at another place now, or of another size.
  void came_to(void* start, std::size_t bytes, HookFrame frame) noexcept;

 private:
  static constexpr unsigned kMost = 16;
  Place* place_;
  Kind kind_ = Kind::memory;  ///< of the first
  bool gone_ = false;
  bool more_ = false;  ///< they did not all fit in: the others are gone
  unsigned count_ = 0;
  Segment pieces_[kMost];
};

/// Told of each piece of a reservation who made it, and how much of it is memory.
using TellPopulated = void (*)(void* context, Path path, std::int64_t bytes);
/// What of the reserved address space of windows from `tag` on is memory after all, from `start` to `end`: what is resident (mincore), or, with `swapped` and
/// where /proc/self/pagemap can be read, what is resident or swapped out. `tell` may be null.
[[nodiscard]] std::size_t populated_bytes(unsigned tag, bool swapped, std::uintptr_t start, std::uintptr_t end, TellPopulated tell,
                                          void* context) noexcept;
/// What was told by the last populated_bytes() once more, with a minus. The account's lock was held meanwhile.
void tell_populated_again(unsigned tag, TellPopulated tell, void* context) noexcept;

void forget_maps() noexcept;
/// Around a fork.
void hold_maps() noexcept;
void release_maps() noexcept;
void renumber_maps(const NewTags& tags) noexcept;

}  // namespace benchkit::memhook
