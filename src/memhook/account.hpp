// The account: what windows have seen. How a peak is kept exactly for a few nanoseconds an event is told in account.cpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "memhook/abi.h"
#include "memhook/blocks.hpp"
#include "memhook/paths.hpp"
#include "memhook/relaxed.hpp"
#include "memhook/stack.hpp"
#include "memhook/thread.hpp"

namespace benchkit::memhook {

inline constexpr unsigned kMostWindows = 32;
inline constexpr std::int64_t kNoLimit = INT64_MAX;
/// As Share::small of one thread alone, where a window has reservations that it must look at before a large block leaves.
inline constexpr std::int64_t kLookedAt = std::int64_t{64} * 1024;

/// One thread's share of one window. Only its own thread writes it, except for the two limits. One cache line.
struct alignas(64) Share {
  Relaxed<std::uint64_t> serial;  ///< the window that it belongs to; another one's share is stale
  Relaxed<std::int64_t> live;
  Relaxed<std::int64_t> highest;  ///< of `live`
  Relaxed<std::int64_t> limit;    ///< `live` beyond this may be a new peak of all threads together
  Relaxed<std::int64_t> small;    ///< a single event larger than this is taken under the lock
  Relaxed<std::uint64_t> allocated;
  Relaxed<std::uint64_t> allocations;
  Relaxed<std::uint64_t> largest;
};

/// A share as it was when limits were dealt last. Under the account's lock.
struct Dealt {
  std::int64_t live;
  std::uint64_t allocations;
};

/// A place for one thread's shares. It outlives the thread; the next thread that takes it goes on with its numbers.
struct Place {
  Share share[kMostWindows];
  Dealt dealt[kMostWindows];
  bool taken;  ///< by a thread that lives
  int late;  ///< the thread that took it after its destructors had run, by its number in the system; it does not say when it ends. 0: none
  Place* next_free;
  Recent* recent;  ///< of the thread's stack; null until something was attributed
};

struct Window {
  // Read by every event, while the next window may be being opened in this place:
  Relaxed<std::uint64_t> serial;
  Relaxed<unsigned> tag;
  Relaxed<bool> open;
  Relaxed<bool> in_tree;      ///< the whole life of a process whose tree wants the sum
  Relaxed<Place*> of_thread;  ///< null: of the whole process
  // Under the account's lock:
  bool exact;
  bool abandoned;         ///< nobody wants to know what it saw; it ends when those inside it have
  bool pagemap;           ///< what was swapped out of a reservation is populated too
  bool attributed;        ///< exact, and it keeps who held what at the peak
  bool at_peak;           ///< attributed only: no event has taken anything off since the peak was reached
  unsigned shares;        ///< places that have a share
  std::int64_t peak;      ///< with several shares, or exact
  std::int64_t live;      ///< exact only
  std::int64_t error;     ///< largest bound that a peak was found with
  std::int64_t reserved;  ///< address space that is no memory
  std::int64_t most_reserved;
  std::int64_t unbacked;  ///< of it, what becomes memory without a call (reservations.cpp)
  std::int64_t most_unbacked;
  std::int64_t populated;  ///< of that, at the last look
  std::int64_t leaving;    ///< since the last look, by reservations and large blocks together
  std::int64_t left;       ///< populated parts of reservations that are gone
  std::int64_t peak_with_populated;
  std::uint64_t missed;
};

extern Window g_windows[kMostWindows];
/// Levels up to the last window that is open. Those of the process come first, outermost first; those of single threads behind them, with gaps where one has
/// been closed, which the next one takes.
extern std::atomic<unsigned> g_depth;
/// All that an event must know of them in the common case, in one word. 0: none is open, the hooks only pass on. One, of the whole process: its serial
/// and, in the low bits, its tag as a mark has it; a thread that counted in this very state needs to look at nothing else. kManyWindows: what needs a
/// closer look.
extern std::atomic<std::uint64_t> g_state;
inline constexpr std::uint64_t kManyWindows = 1;
inline constexpr unsigned kMarkBits = kTagBits + kSlackBits;
[[nodiscard]] constexpr std::uint64_t state_of(std::uint64_t serial, unsigned tag) noexcept {
  return serial << kMarkBits | tag << kSlackBits;
}
[[nodiscard]] constexpr Mark mark_in(std::uint64_t state) noexcept { return static_cast<Mark>(state); }
[[nodiscard]] constexpr unsigned tag_in(std::uint64_t state) noexcept { return mark_in(state) >> kSlackBits; }

/// What a tag of the half that is not in use has become: the tag of the innermost open window that it was born in, or 0.
extern Relaxed<std::uint16_t> g_become[kMostTag + 1];
/// Within a half.
[[nodiscard]] constexpr bool follows(unsigned tag, unsigned first) noexcept { return tag - first <= (~first & (kTagHalf - 1)); }
/// Whether what has this tag was born in the window whose tag is `first`, or in one inside it. The two may be of different halves.
[[nodiscard]] inline bool is_born_in(unsigned first, unsigned tag) noexcept {
  if (follows(tag, first)) return true;
  if (((tag ^ first) & kTagHalf) == 0) return false;
  std::atomic_thread_fence(std::memory_order_acquire);
  return follows(g_become[tag], first);
}

/// The tag that a block born now gets; windows of single threads need a closer look (tag_here()).
extern std::atomic<unsigned> g_tag;
extern std::atomic<bool> g_thread_windows;
extern std::atomic<bool> g_memray_rules;
/// The attributed window, while it is open.
extern std::atomic<const Window*> g_attributed;

// ---- the slow parts, all under the lock ----

/// The calling thread's place, made at its first event. Null while it is held, and from a signal handler that interrupted the account.
[[nodiscard]] Place* take_place() noexcept;
/// Gives the calling thread a share, for an event of this tag. False: the event is not this window's, which was opened after it in the place of the one
/// that it was meant for, and does not count there.
[[nodiscard]] bool join(Window& window, Share& share, unsigned tag) noexcept;
/// Of what had this birth: `bytes` more, or less, and so many more blocks.
void add_locked(Window& window, Share& share, std::int64_t bytes, Birth birth, int blocks) noexcept;
void over_limit(Window& window) noexcept;
[[nodiscard]] unsigned tag_here(const Place* place) noexcept;
[[nodiscard]] bool is_of_thread(const Window& window, unsigned tag) noexcept;

// ---- the fast part ----

[[gnu::always_inline]] inline Place* here() noexcept {
  Place* const place = t_thread.place;
  return __builtin_expect(place != nullptr, 1) ? place : take_place();
}

/// Whether what this thread makes now is to keep its path.
[[gnu::always_inline]] inline bool is_attributed_here() noexcept {
  const Window* const window = g_attributed.load(std::memory_order_acquire);
  return window != nullptr && (window->of_thread == nullptr || window->of_thread == t_thread.place);
}

/// Whether an event of so many bytes needs no lock.
[[nodiscard, gnu::always_inline]] inline bool is_small(const Share& share, std::size_t bytes) noexcept {
  return __builtin_expect(static_cast<std::int64_t>(bytes) <= share.small, 1);
}
/// True: beyond its limit now (over_limit()).
[[nodiscard, gnu::always_inline]] inline bool add_small(Share& share, std::int64_t bytes) noexcept {
  share.live += bytes;
  const std::int64_t live = share.live;
  if (live <= share.highest) return false;
  share.highest.raise_to(live);
  return __builtin_expect(live > share.limit, 0);
}
[[gnu::always_inline]] inline void count_request(Share& share, std::size_t bytes) noexcept {
  share.allocated += bytes;
  ++share.allocations;
  share.largest.raise_to(bytes);
}

/// `birth()`: of what was made. Asked in the slow part alone, where all of an exact window's events end up.
template <class BirthOf>
inline void add(Window& window, Share& share, std::int64_t bytes, BirthOf&& birth) noexcept {
  if (!is_small(share, static_cast<std::size_t>(bytes))) return add_locked(window, share, bytes, birth(), 1);
  if (add_small(share, bytes)) over_limit(window);
}

template <class BirthOf>
inline void count_in(Window& window, Share& share, std::size_t bytes, BirthOf&& birth) noexcept {
  count_request(share, bytes);
  add(window, share, static_cast<std::int64_t>(bytes), birth);
}
inline void count_out(Window& window, Share& share, std::size_t bytes, Birth birth, int blocks) noexcept {
  if (is_small(share, bytes)) share.live += -static_cast<std::int64_t>(bytes);
  else add_locked(window, share, -static_cast<std::int64_t>(bytes), birth, blocks);
}

/// A block of `bytes` was made in the window of this tag, at `depth` open windows.
template <class BirthOf>
inline void count_allocation(Place& place, unsigned depth, std::size_t bytes, unsigned tag, BirthOf&& birth) noexcept {
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (!is_born_in(window.tag, tag)) continue;  // opened since: what is counted there now would not be taken off when it is freed
    if (__builtin_expect(!window.open || (window.of_thread != nullptr && window.of_thread != &place), 0)) continue;
    Share& share = place.share[level];
    if (__builtin_expect(share.serial != window.serial, 0) && !join(window, share, tag)) continue;
    count_in(window, share, bytes, birth);
  }
}

/// Whether a window is one that what has this tag leaves when it goes, by the hand of this place's thread, which has a share then.
[[gnu::always_inline]] inline bool counts_release(Window& window, Place& place, unsigned tag) noexcept {
  if (!is_born_in(window.tag, tag)) return false;
  if (__builtin_expect(!window.open, 0)) return false;
  if (__builtin_expect(window.of_thread != nullptr, 0) && (window.of_thread != &place || !is_of_thread(window, tag))) return false;
  Share& share = place.share[&window - g_windows];
  return share.serial == window.serial || join(window, share, tag);
}

/// What had this birth is gone, and `blocks` more pieces are there than before (-1 where it was whole): it leaves every window that was open at its birth.
inline void count_release(Place& place, unsigned depth, std::size_t bytes, Birth birth, int blocks) noexcept {
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (!counts_release(window, place, tag_of(birth))) continue;
    Share& share = place.share[level];
    count_out(window, share, bytes, birth, blocks);
    // The sum over the tree must hear of a fall too, or it would hold what is gone.
    if (__builtin_expect(window.in_tree, 0) && share.live < share.limit - 4 * share.small) over_limit(window);
  }
}

/// What was counted as gone is still there after all, as one piece.
inline void count_return(Place& place, unsigned depth, std::size_t bytes, Birth birth) noexcept {
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (!counts_release(window, place, tag_of(birth))) continue;
    add(window, place.share[level], static_cast<std::int64_t>(bytes), [birth] { return birth; });
  }
}

[[gnu::always_inline]] inline unsigned birth_tag(const Place* place) noexcept {
  if (__builtin_expect(g_thread_windows.load(std::memory_order_relaxed), 0)) return tag_here(place);
  return g_tag.load(std::memory_order_relaxed);
}

/// Address space that is no memory was made (or, with a negative number, is gone). `unbacked`: it may become memory without a call. Takes the lock.
void count_reserved(unsigned tag, std::int64_t bytes, bool unbacked) noexcept;
/// These addresses are about to be unmapped, mapped over or given back; what lies before `kept` is only moved. Takes the lock.
void reservations_leave(std::uintptr_t start, std::uintptr_t kept, std::uintptr_t end) noexcept;

}  // namespace benchkit::memhook
