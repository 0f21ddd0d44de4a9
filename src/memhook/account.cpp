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
// Windows nest. A block carries the tag of the innermost window at its birth; tags rise with each window opened. A window whose tag is not
// above a block's was open when the block was born, so freeing it counts there, and in no other. How tags begin again is told in blocks.hpp.
//
// The technique of escrowed limits is that of distributed counters with a threshold (P. O'Neil, "The escrow transactional method", 1986).
#include "memhook/account.hpp"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "memhook/keep_errno.hpp"
#include "memhook/lock.hpp"
#include "memhook/maps.hpp"
#include "memhook/own_memory.hpp"
#include "memhook/refuse.hpp"
#include "memhook/tree.hpp"
#include "memhook/unwind_rules.hpp"

namespace benchkit::memhook {

__thread Thread t_thread __attribute__((tls_model("initial-exec")));
Window g_windows[kMostWindows];
std::atomic<unsigned> g_depth{0};
std::atomic<std::uint64_t> g_state{0};
Relaxed<std::uint16_t> g_become[kMostTag + 1];
std::atomic<unsigned> g_tag{0};
std::atomic<bool> g_thread_windows{false};
std::atomic<bool> g_memray_rules{false};
std::atomic<const Window*> g_attributed{nullptr};

namespace {

constexpr unsigned kMostPlaces = 4096;
constexpr std::int64_t kErrorShare = 2048;
constexpr std::int64_t kErrorFloor = 4096;
/// As Share::small: whoever takes this place next gets limits at its first event.
constexpr std::int64_t kAskAtOnce = 0;

Lock g_account_lock;
Place* g_places[kMostPlaces];
unsigned g_place_count = 0;
Place* g_free_places = nullptr;
Place* g_late_places = nullptr;
std::uint64_t g_serials = 0;
unsigned g_last_tag = 0;
const Place* g_tag_owner[kMostTag + 1];
std::atomic<std::uint64_t> g_missed{0};
pthread_key_t g_exit_key;
bool g_exit_key_made = false;
/// The window whose paths are kept, from its opening until they are forgotten; 0: none.
std::int64_t g_attributed_handle = 0;
bool g_closed_at_peak = false;

void deal_limits(Window& window) noexcept;
void read(const Window& window, benchkit_memhook_reading& out) noexcept;
bool is_shared(const Window& window) noexcept;

/// A place that a thread has left is for the next one, but not as long as a window of that thread alone is open: another one's doings are not its.
void free_if_nobodys(Place& place) noexcept {
  if (place.taken || place.late != 0) return;
  for (unsigned level = 0; level < g_depth.load(std::memory_order_relaxed); ++level) {
    if (g_windows[level].open && g_windows[level].of_thread == &place) return;
  }
  place.next_free = g_free_places;
  g_free_places = &place;
}

void give_back_place(void* place) noexcept {
  const Inside inside(g_account_lock);
  // What this thread did is taken in while it is the one that did it.
  for (unsigned level = 0; level < g_depth.load(std::memory_order_relaxed); ++level) {
    if (g_windows[level].open && is_shared(g_windows[level])) deal_limits(g_windows[level]);
  }
  t_thread.state = 0;
  t_thread.place = nullptr;
  t_thread.ends = true;
  auto* const left = static_cast<Place*>(place);
  left->taken = false;
  free_if_nobodys(*left);
}

/// The places of threads that took them late are free when the threads are gone. It asks the system for each: only where no other place is free.
void free_late_places() noexcept {
  const KeepErrno keep;
  for (Place** at = &g_late_places; *at != nullptr;) {
    Place& place = **at;
    if (syscall(SYS_tgkill, getpid(), place.late, 0) == 0 || errno != ESRCH) {
      at = &place.next_free;
      continue;
    }
    *at = place.next_free;
    place.late = 0;
    free_if_nobodys(place);
  }
}

unsigned level_of(const Window& window) noexcept { return static_cast<unsigned>(&window - g_windows); }

/// Calls `use(share)` for every thread's share of the window.
template <class Use>
void for_each_share(const Window& window, Use&& use) noexcept {
  const unsigned level = level_of(window);
  for (unsigned i = 0; i < g_place_count; ++i) {
    Share& share = g_places[i]->share[level];
    if (share.serial == window.serial) use(share, *g_places[i]);
  }
}

std::int64_t sum_of(const Window& window) noexcept {
  std::int64_t sum = 0;
  for_each_share(window, [&](const Share& share, const Place&) { sum += share.live; });
  return sum;
}

/// The sum of all, a new peak if it is one, and new limits. Lock held.
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
    read(window, seen);
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

bool is_shared(const Window& window) noexcept { return !window.exact && (window.shares > 1 || window.in_tree); }

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

void read(const Window& window, benchkit_memhook_reading& out) noexcept {
  memset(&out, 0, sizeof out);
  out.live_bytes = sum_of(window);
  out.peak_bytes = peak_of(window);
  if (out.live_bytes > out.peak_bytes) out.peak_bytes = out.live_bytes;  // others went on since it was looked for
  for_each_share(window, [&](const Share& share, const Place&) {
    out.allocated_bytes += share.allocated;
    out.allocations += share.allocations;
    if (share.largest > out.largest_bytes) out.largest_bytes = share.largest;
  });
  out.reserved_bytes = static_cast<std::uint64_t>(window.most_reserved);
  out.peak_error_bytes = !is_shared(window) ? 0 : static_cast<std::uint64_t>(window.error);
  out.missed_events = g_missed.load(std::memory_order_relaxed) - window.missed;
  out.threads = window.shares;
}

Window* find_window(std::int64_t handle) noexcept {
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (window.open && static_cast<std::int64_t>(window.serial) == handle) return &window;
  }
  return nullptr;
}

/// In the order of their tags; returns how many.
unsigned sort_open_windows(Window* (&by_tag)[kMostWindows]) noexcept {
  unsigned count = 0;
  for (Window& window : g_windows) {
    if (!window.open) continue;
    unsigned at = count++;
    for (; at > 0 && by_tag[at - 1]->tag > window.tag; --at) by_tag[at] = by_tag[at - 1];
    by_tag[at] = &window;
  }
  return count;
}

/// What the last turn has left of the tags of a half that is to be taken up again, in marks and maps.
void bring_up_to_date(unsigned half) noexcept {
  static NewTags tags;
  for (unsigned tag = 0; tag <= kMostTag; ++tag) tags[tag] = (tag & kTagHalf) == half ? g_become[tag] : static_cast<std::uint16_t>(tag);
  renumber(tags);
  renumber_maps(tags);
}

/// The open windows get the first tags of the other half, in their order. What was born in a closed one was born in those around it that are open: in the
/// process' own, and in its thread's. Those of other threads it never was in.
void change_halves() noexcept {
  const unsigned half = ~g_last_tag & kTagHalf;
  Window* by_tag[kMostWindows];
  const unsigned count = sort_open_windows(by_tag);
  if (count == 0) {
    forget_everything();
    forget_maps();
  } else {
    bring_up_to_date(half);
  }
  for (unsigned tag = half ^ kTagHalf; tag <= g_last_tag; ++tag) {
    unsigned become = 0;
    for (unsigned i = 0; i < count && by_tag[i]->tag <= tag; ++i) {
      if (by_tag[i]->of_thread == nullptr || by_tag[i]->of_thread == g_tag_owner[tag]) become = half + i + 1;
    }
    g_become[tag] = static_cast<std::uint16_t>(become);
  }
  std::atomic_thread_fence(std::memory_order_release);  // whoever finds a window's new tag finds what the old ones have become
  for (unsigned i = 0; i < count; ++i) {
    by_tag[i]->tag = half + i + 1;
    g_tag_owner[half + i + 1] = by_tag[i]->of_thread;
  }
  g_last_tag = half + count;
}

/// A tag above all others of its half.
unsigned next_tag() noexcept {
  if ((g_last_tag & (kTagHalf - 1)) == kTagHalf - 1) change_halves();
  return ++g_last_tag;
}

/// The tag that blocks get which are born outside of any thread's own windows, and the state by which events find their way.
void set_state() noexcept {
  unsigned tag = 0;
  bool of_threads = false;
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    if (!g_windows[level].open) continue;
    if (g_windows[level].of_thread != nullptr) of_threads = true;
    else tag = g_windows[level].tag;
  }
  g_tag = tag;
  g_thread_windows = of_threads;
  const Window& outermost = g_windows[0];
  const bool is_plain = depth == 1 && outermost.open && outermost.of_thread == nullptr && !outermost.in_tree && !outermost.attributed;
  g_state = depth == 0 ? 0 : is_plain ? state_of(outermost.serial, outermost.tag) : kManyWindows;
}

/// An event of an exact window. Lock held.
void count_exactly(Window& window, std::int64_t bytes) noexcept {
  window.live += bytes;
  if (window.live > window.peak) window.peak = window.live;
}

/// ... of one that is attributed.
void count_attributed(Window& window, std::int64_t bytes, Path path, int blocks) noexcept {
  if (window.at_peak && (bytes < 0 || blocks < 0)) {
    peak_passed();
    window.at_peak = false;
  }
  hold(path, bytes, blocks);
  if (window.live + bytes > window.peak) window.at_peak = true;
  count_exactly(window, bytes);
}

void attribute_populated(void* window, Path path, std::int64_t bytes) noexcept {
  auto& of = *static_cast<Window*>(window);
  if (of.attributed && bytes > 0) count_attributed(of, bytes, path, 1);
}

}  // namespace

Place* take_place() noexcept {
  if (t_thread.held > 0) return nullptr;
  if (t_thread.busy) {
    missed();
    return nullptr;
  }
  Place* place = nullptr;
  {
    const Inside inside(g_account_lock);
    if (g_free_places == nullptr) free_late_places();
    if (g_free_places != nullptr) {
      place = g_free_places;
      g_free_places = place->next_free;
    } else if (g_place_count < kMostPlaces) {
      place = static_cast<Place*>(take_pages(sizeof(Place)));
      if (place != nullptr) g_places[g_place_count++] = place;
    }
    if (place == nullptr) {
      g_missed.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
    forget_recent(place->recent);
    t_thread.place = place;
    if (t_thread.ends) {
      place->late = static_cast<int>(syscall(SYS_gettid));
      place->next_free = g_late_places;
      g_late_places = place;
      return place;
    }
    place->taken = true;
  }
  // May allocate, and then comes back here with the place already taken.
  if (!g_exit_key_made) g_exit_key_made = pthread_key_create(&g_exit_key, give_back_place) == 0;
  if (g_exit_key_made) pthread_setspecific(g_exit_key, place);
  return place;
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

unsigned tag_here(const Place* place) noexcept {
  unsigned tag = g_tag.load(std::memory_order_relaxed);
  std::uint64_t newest = 0;
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    const Window& window = g_windows[level];
    const bool is_own = window.open && window.of_thread == place && place != nullptr;
    if (!is_own || window.serial < newest) continue;
    newest = window.serial;
    tag = window.tag;
  }
  return tag;
}

bool is_of_thread(const Window& window, unsigned tag) noexcept {
  return g_tag_owner[follows(tag, window.tag) ? tag : unsigned{g_become[tag]}] == window.of_thread;
}

void missed() noexcept { g_missed.fetch_add(1, std::memory_order_relaxed); }

void count_reserved(unsigned tag, std::int64_t bytes) noexcept {
  const Inside inside(g_account_lock);
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (!is_born_in(window.tag, tag) || !window.open || window.of_thread != nullptr) continue;
    window.reserved += bytes;
    if (window.reserved > window.most_reserved) window.most_reserved = window.reserved;
  }
}

std::int64_t open_window(int account, int flags, char* why, std::size_t size) noexcept {
  Place* const place = here();
  if (place == nullptr) return refuse(why, size, "no memory for the hooks' own tables");
  const Inside inside(g_account_lock);
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  const bool memray = account == BENCHKIT_MEMHOOK_MEMRAY;
  const bool of_thread = (flags & BENCHKIT_MEMHOOK_THIS_THREAD) != 0;
  const bool attributed = (flags & BENCHKIT_MEMHOOK_ATTRIBUTE) != 0;
  unsigned level = 0;
  while (level < depth && g_windows[level].open) ++level;
  if (level == kMostWindows) return refuse(why, size, "32 windows are open, those of single threads included: there cannot be more");
  if (depth > 0 && memray != g_memray_rules) {
    return refuse(why, size, "a window of the other account is open: nested windows follow the rules of the outermost one");
  }
  if (!of_thread && g_thread_windows) {
    return refuse(why, size, "a window of the whole process cannot be opened while one of a single thread is open");
  }
  if (attributed && g_attributed_handle != 0) {
    return refuse(why, size, "another attributed window is open, or its call paths have not been taken yet: one at a time");
  }
  if (attributed && !begin_paths()) return refuse(why, size, "no memory for the call paths of an attributed window");
  if (depth == 0) {
    g_memray_rules = memray;
    forget_maps();
  }
  Window& window = g_windows[level];
  const unsigned tag = next_tag();
  // Events that began in a window that was here before may still read it: its tag goes from the old one to the new.
  Window fresh{};
  fresh.tag = tag;
  window = fresh;
  window.serial = ++g_serials;
  window.exact = attributed || (flags & BENCHKIT_MEMHOOK_EXACT) != 0;
  window.attributed = attributed;
  window.pagemap = (flags & BENCHKIT_MEMHOOK_PAGEMAP) != 0;
  window.of_thread = of_thread ? place : nullptr;
  window.missed = g_missed.load(std::memory_order_relaxed);
  window.open = true;
  g_tag_owner[tag] = window.of_thread;
  if (attributed) {
    g_attributed_handle = static_cast<std::int64_t>(window.serial);
    forget_rules();
    keep_paths_of_blocks(true);
    g_attributed.store(&window, std::memory_order_release);
  }
  if (level == depth) g_depth.store(depth + 1, std::memory_order_release);
  set_state();
  return static_cast<std::int64_t>(window.serial);
}

int read_window(std::int64_t handle, benchkit_memhook_reading* out) noexcept {
  const Inside inside(g_account_lock);
  Window* const window = find_window(handle);
  if (window == nullptr) return -1;
  if (is_shared(*window)) deal_limits(*window);
  read(*window, *out);
  return 0;
}

int reset_window(std::int64_t handle) noexcept {
  const Inside inside(g_account_lock);
  Window* const window = find_window(handle);
  if (window == nullptr) return -1;
  window->error = 0;
  for_each_share(*window, [](Share& share, const Place&) { share.highest = share.live; });
  window->peak = 0;
  window->at_peak = window->attributed;
  if (window->exact) window->peak = window->live;
  else if (is_shared(*window)) deal_limits(*window);
  return 0;
}

namespace {

/// Whether a window that is open was opened inside this one.
bool has_inner(const Window& window) noexcept {
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    const Window& other = g_windows[level];
    const bool concerns = window.of_thread == nullptr || other.of_thread == window.of_thread;
    if (other.open && concerns && other.serial > window.serial) return true;
  }
  return false;
}

/// Its paths, if it kept any, can be had from now on.
void end_window(Window& window) noexcept {
  if (window.attributed) {
    g_attributed.store(nullptr, std::memory_order_release);
    keep_paths_of_blocks(false);
    stop_paths();
    g_closed_at_peak = window.at_peak;
  }
  window.open = false;
  if (Place* const of_thread = window.of_thread; of_thread != nullptr) free_if_nobodys(*of_thread);
}

/// Ends those that waited for the ones inside them. Returns the one that was attributed, or 0.
std::int64_t end_abandoned() noexcept {
  std::int64_t attributed = 0;
  for (bool ended = true; ended;) {
    ended = false;
    for (Window& window : g_windows) {
      if (!window.open || !window.abandoned || has_inner(window)) continue;
      if (window.attributed) attributed = static_cast<std::int64_t>(window.serial);
      end_window(window);
      ended = true;
    }
  }
  return attributed;
}

}  // namespace

int close_window(std::int64_t handle, benchkit_memhook_reading* out) noexcept {
  std::int64_t unwanted_paths = 0;
  {
    const Inside inside(g_account_lock);
    Window* const window = find_window(handle);
    if (window == nullptr) return -1;
    if (has_inner(*window)) {
      if (out != nullptr) return -1;
      window->abandoned = true;
      return 0;
    }
    if (is_shared(*window)) deal_limits(*window);
    if (out != nullptr) {
      read(*window, *out);
      if (window->reserved > 0 && window->of_thread == nullptr) {
        out->populated_bytes = populated_bytes(window->tag, window->pagemap, attribute_populated, window);
        out->live_bytes += static_cast<std::int64_t>(out->populated_bytes);
        if (out->live_bytes > out->peak_bytes) out->peak_bytes = out->live_bytes;
        out->missed_events =
            g_missed.load(std::memory_order_relaxed) - window->missed;  // a reservation may be too large to be looked through
      }
    }
    end_window(*window);
    unwanted_paths = end_abandoned();
    unsigned left = g_depth.load(std::memory_order_relaxed);
    while (left > 0 && !g_windows[left - 1].open) --left;
    g_depth.store(left, std::memory_order_release);
    set_state();
  }
  if (unwanted_paths != 0) (void)forget_window_paths(unwanted_paths);
  return 0;
}

namespace {

/// Whether this window is closed and its paths can be had.
bool has_paths(std::int64_t handle) noexcept {
  const Inside inside(g_account_lock);
  return handle != 0 && handle == g_attributed_handle && g_attributed.load(std::memory_order_relaxed) == nullptr;
}

}  // namespace

int visit_window_paths(std::int64_t handle, benchkit_memhook_path_visitor visit, void* data) noexcept {
  {
    const Inside inside(g_account_lock);
    const Window* const open = g_attributed.load(std::memory_order_relaxed);
    if (open != nullptr && static_cast<std::int64_t>(open->serial) == handle) {
      visit_growing_paths(open->at_peak, visit, data);
      return 0;
    }
  }
  if (!has_paths(handle)) return -1;
  visit_paths(g_closed_at_peak, visit, data);
  return 0;
}

int forget_window_paths(std::int64_t handle) noexcept {
  if (!has_paths(handle)) return -1;
  end_paths();
  const Inside inside(g_account_lock);
  g_attributed_handle = 0;
  return 0;
}

bool keeps_paths() noexcept {
  const Inside inside(g_account_lock);
  return g_attributed_handle != 0;
}

int use_walker(const benchkit_memhook_walker* walker) noexcept {
  // Under no lock but the linker's: who holds that may allocate.
  const CodeRange interpreter = walker != nullptr ? object_around(walker->interpreter) : CodeRange{};
  const Inside inside(g_account_lock);
  if (g_attributed_handle != 0) return -1;
  set_walker(walker);
  leave_out(interpreter);
  return 0;
}

void put_in_tree(std::int64_t handle) noexcept {
  const Inside inside(g_account_lock);
  Window* const window = find_window(handle);
  if (window == nullptr) return;
  window->in_tree = true;
  set_state();
  deal_limits(*window);
}

namespace {

void release_locks() noexcept {
  release_blocks();
  release_paths();
  release_maps();
  g_account_lock.release();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  t_thread.forks = t_thread.busy = false;
}

}  // namespace

// In the order in which they are taken elsewhere. A signal handler that allocates meanwhile must stay out; one that forks in the midst of a slow part has
// one of them already.
void hold_account() noexcept {
  if (t_thread.busy) return;
  t_thread.forks = t_thread.busy = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  g_account_lock.acquire();
  hold_maps();
  hold_paths();
  hold_blocks();
}

void release_account() noexcept {
  if (t_thread.forks) release_locks();
}

void forked_child() noexcept {
  release_locks();
  for (Window& window : g_windows) window.open = window.in_tree = false;
  g_attributed = nullptr;
  if (std::exchange(g_attributed_handle, 0) != 0) abandon_paths();
  keep_paths_of_blocks(false);
  g_depth = 0;
  set_state();
}

}  // namespace benchkit::memhook
