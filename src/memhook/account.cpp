// The peak of several threads, exactly enough and nearly for nothing.
//
// A lock or a shared counter around each event would be exact, and is what others do; it makes two threads that allocate at once several times
// slower. But an exact sum is needed only when a *new peak* may have been reached. So:
//
//   * Each thread counts for itself: live bytes, and the highest that they were. While one thread alone has allocated in a window, its own
//     highest is the peak, to the byte, and nothing is shared.
//   * With several threads each has a *limit* for its live bytes. The limits are chosen so that, as long as every thread stays within its own,
//     the sum cannot exceed the known peak by more than the error that is allowed. Freeing needs no check; allocating one comparison.
//   * A thread that passes its limit takes the lock, adds up the live bytes of all, sets the peak if the sum is one, and deals out the distance
//     between sum and peak as new limits. In a steady state that is rare. While memory grows, each such step raises the peak by at least the
//     error that is allowed, a 2,048th of it, so the steps are logarithmic in the growth.
//   * A thread that has ended leaves its place behind, with what it still holds and no room: the next thread that takes it over asks at once.
//   * What a thread does after its destructors have run (libc frees what it kept for it) is counted at a place that is its own until the system knows
//     the thread no more. It gets no room either.
//   * If only one thread has done anything since the limits were dealt last, its own highest on top of the others' live bytes is exact. So threads
//     that work one after another (an interpreter with a lock, a pool that waits) cost no exactness either.
//   * The others go on while they are added up, so a sum may be wrong by what is in flight. A single event that is larger than a small part of
//     the error is therefore taken under the same lock (`Share::small`), and what is in flight is small.
//
// The allowed error is a 2,048th (0.049 %) of the peak, or 4 KiB a thread where that is more; half of it goes into the limits, half bounds what
// is in flight. The bound stands in the reading. An exact window (BENCHKIT_MEMHOOK_EXACT) takes every event under the lock.
//
// The technique of escrowed limits is that of distributed counters with a threshold (P. O'Neil, "The escrow transactional method", 1986).
#include "memhook/account.hpp"

#include <string.h>

#include "memhook/limits.hpp"
#include "memhook/places.hpp"
#include "memhook/tree.hpp"

namespace benchkit::memhook {

Window g_windows[kMostWindows];
std::atomic<unsigned> g_depth{0};

namespace {

constexpr std::int64_t kErrorShare = 2048;
constexpr std::int64_t kErrorFloor = 4096;
/// As Share::small: whoever takes this place next gets limits at its first event.
constexpr std::int64_t kAskAtOnce = 0;

std::atomic<std::uint64_t> g_missed{0};

std::int64_t sum_of(const Window& window) noexcept {
  std::int64_t sum = 0;
  for_each_share(window, [&](const Share& share, const Place&) { sum += share.live; });
  return sum;
}

/// The highest of any one share, or the peak that is known already.
std::int64_t highest_of(const Window& window) noexcept {
  std::int64_t peak = window.peak;
  for_each_share(window, [&](const Share& share, const Place&) {
    if (share.highest > peak) peak = share.highest;
  });
  return peak;
}

/// Lock held, limits dealt if they are shared. With one share its own highest is the peak.
std::int64_t peak_of(const Window& window) noexcept { return window.exact || is_shared(window) ? window.peak : highest_of(window); }

/// An event of an exact window. Lock held.
void count_exactly(Window& window, std::int64_t bytes) noexcept {
  window.live += bytes;
  if (window.live > window.peak) window.peak = window.live;
}

}  // namespace

void missed() noexcept { g_missed.fetch_add(1, std::memory_order_relaxed); }
std::uint64_t missed_events() noexcept { return g_missed.load(std::memory_order_relaxed); }

std::int64_t live_of(const Window& window) noexcept { return window.exact ? window.live : sum_of(window); }
std::int64_t peak_so_far(const Window& window, bool with_populated) noexcept {
  const std::int64_t peak = peak_of(window);
  return with_populated && window.peak_with_populated > peak ? window.peak_with_populated : peak;
}

bool is_shared(const Window& window) noexcept { return !window.exact && (window.shares > 1 || window.in_tree); }

void deal_limits(Window& window) noexcept {
  std::int64_t sum = 0;
  std::int64_t highest_over_live = 0;
  unsigned threads = 0;
  unsigned active = 0;
  for_each_share(window, [&](const Share& share, Place& place) {
    const Dealt& dealt = place.dealt[level_of(window)];
    const std::int64_t live = share.live;
    sum += live;
    threads += place.taken ? 1 : 0;
    if (live == dealt.live && share.allocations == dealt.allocations) return;
    ++active;
    highest_over_live = share.highest - live;
  });
  const std::int64_t reached = active == 1 ? sum + highest_over_live : sum;
  if (reached > window.peak) window.peak = reached;
  if (threads == 0) threads = 1;
  const std::int64_t floor = kErrorFloor * static_cast<std::int64_t>(threads);
  const std::int64_t error = window.peak / kErrorShare > floor ? window.peak / kErrorShare : floor;
  std::int64_t portion = error / (4 * static_cast<std::int64_t>(threads));
  std::int64_t room = (window.peak - sum) / threads;
  if (window.in_tree) {
    benchkit_memhook_reading seen;
    sum_up(window, seen);
    portion = tell_tree(seen, reached) / threads;
    room = 0;  // others wait to hear of a rise, be it a peak of ours or not
  }
  if (active > 1 && error > window.error) window.error = error;
  for_each_share(window, [&](Share& share, Place& place) {
    const std::int64_t live = share.live;
    place.dealt[level_of(window)] = {live, share.allocations};
    share.highest = live;
    // The places of threads that have ended get no part of the room, which was divided among the others.
    share.small = place.taken ? portion : kAskAtOnce;
    share.limit = place.taken ? live + room + 2 * portion : live;
  });
}

void sum_up(const Window& window, benchkit_memhook_reading& out) noexcept {
  memset(&out, 0, sizeof out);
  out.live_bytes = sum_of(window);
  out.peak_bytes = peak_so_far(window);
  if (out.live_bytes > out.peak_bytes) out.peak_bytes = out.live_bytes;  // others went on since it was looked for
  for_each_share(window, [&](const Share& share, const Place&) {
    out.allocated_bytes += share.allocated;
    out.allocations += share.allocations;
    if (share.largest > out.largest_bytes) out.largest_bytes = share.largest;
  });
  out.reserved_bytes = static_cast<std::uint64_t>(window.most_reserved);
  out.peak_error_bytes = !is_shared(window) ? 0 : static_cast<std::uint64_t>(window.error);
  out.missed_events = missed_events() - window.missed;
  out.threads = window.shares;
}

void count_attributed(Window& window, std::int64_t bytes, Path path, int blocks) noexcept {
  if (window.at_peak && (bytes < 0 || blocks < 0)) {
    peak_passed();
    window.at_peak = false;
  }
  hold(path, bytes, blocks);
  if (window.live + bytes > window.peak) window.at_peak = true;
  count_exactly(window, bytes);
}

bool join(Window& window, Share& share, unsigned tag) noexcept {
  if (t_thread.busy) {
    missed();
    return false;
  }
  const Inside inside(g_account_lock);
  // While this thread waited for the lock the window may have been closed, and another one opened in its place.
  if (!window.open || !is_born_in(window.tag, tag)) return false;
  share.live = share.highest = 0;
  share.allocated = share.allocations = share.largest = 0;
  share.limit = share.small = kNoLimit;
  if (window.unbacked > 0) share.small = kLookedAt;
  if (window.exact) share.small = -1;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  ++window.shares;
  // Before this share is one of them: what the others did until now. The first one's own highest is the peak so far.
  if (window.shares == 2 && !window.exact) window.peak = highest_of(window);
  if (window.shares > 2 && !window.exact) deal_limits(window);
  t_thread.place->dealt[level_of(window)] = {0, 0};
  share.serial = window.serial;
  if (is_shared(window)) deal_limits(window);
  return true;
}

void add_locked(Window& window, Share& share, std::int64_t bytes, Birth birth, int blocks) noexcept {
  if (t_thread.busy) return missed();
  const Inside inside(g_account_lock);
  // The event may have begun before this window was opened, in the place of one that was closed meanwhile; and what could not be remembered
  // would never be taken off again.
  if (!window.open || share.serial != window.serial || !is_born_in(window.tag, tag_of(birth))) return;
  if (bytes < 0) look_at_reservations(window, -bytes);
  share.live += bytes;
  share.highest.raise_to(share.live);
  if (window.exact) {
    if (window.attributed) count_attributed(window, bytes, path_of(birth), blocks);
    else count_exactly(window, bytes);
  } else if (share.live > share.limit || share.small == kAskAtOnce) {
    deal_limits(window);
  }
}

void over_limit(Window& window) noexcept {
  if (t_thread.busy) return missed();
  const Inside inside(g_account_lock);
  // It may have been closed since, and another one be open in its place.
  if (window.open && !window.exact) deal_limits(window);
}

}  // namespace benchkit::memhook
