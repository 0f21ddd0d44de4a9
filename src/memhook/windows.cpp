// Windows: how they open and close, one inside the other, and what is kept of an attributed one until its paths have been taken.
//
// Levels are places in g_windows. A window of the process lies inside those that were open before it; one of a single thread inside those of the process and of
// that thread. They close in the opposite order: one that is to close while another is open inside it is abandoned if nobody wants its numbers, and
// otherwise refused.
#include "memhook/windows.hpp"

#include <utility>

#include "memhook/account.hpp"
#include "memhook/limits.hpp"
#include "memhook/lock.hpp"
#include "memhook/maps.hpp"
#include "memhook/places.hpp"
#include "memhook/refuse.hpp"
#include "memhook/tags.hpp"
#include "memhook/unwind_rules.hpp"

namespace benchkit::memhook {

std::atomic<std::uint64_t> g_state{0};
std::atomic<bool> g_memray_rules{false};
std::atomic<const Window*> g_attributed{nullptr};

namespace {

std::uint64_t g_serials = 0;
/// The window whose paths are kept, from its opening until they are forgotten; 0: none.
std::int64_t g_attributed_handle = 0;
bool g_closed_at_peak = false;

Window* find_window(std::int64_t handle) noexcept {
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (window.open && static_cast<std::int64_t>(window.serial) == handle) return &window;
  }
  return nullptr;
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

/// Whether this window is closed and its paths can be had.
bool has_paths(std::int64_t handle) noexcept {
  const Inside inside(g_account_lock);
  return handle != 0 && handle == g_attributed_handle && g_attributed.load(std::memory_order_relaxed) == nullptr;
}

void release_locks() noexcept {
  release_blocks();
  release_paths();
  release_maps();
  g_account_lock.release();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  t_thread.forks = t_thread.busy = false;
}

}  // namespace

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
    forget_reservations();
  }
  Window& window = g_windows[level];
  const unsigned tag = next_tag(of_thread ? place : nullptr);
  // Events that began in a window that was here before may still read it: its tag goes from the old one to the new.
  Window fresh{};
  fresh.tag = tag;
  window = fresh;
  window.serial = ++g_serials;
  window.exact = attributed || (flags & BENCHKIT_MEMHOOK_EXACT) != 0;
  window.attributed = attributed;
  window.pagemap = (flags & BENCHKIT_MEMHOOK_PAGEMAP) != 0;
  window.of_thread = of_thread ? place : nullptr;
  window.missed = missed_events();
  window.open = true;
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
  sum_up(*window, *out);
  return 0;
}

int reset_window(std::int64_t handle) noexcept {
  const Inside inside(g_account_lock);
  Window* const window = find_window(handle);
  if (window == nullptr) return -1;
  window->error = 0;
  for_each_share(*window, [](Share& share, const Place&) { share.highest = share.live; });
  window->peak = window->peak_with_populated = window->left = 0;
  window->most_unbacked = window->unbacked;
  window->at_peak = window->attributed;
  if (window->exact) window->peak = window->live;
  else if (is_shared(*window)) deal_limits(*window);
  return 0;
}

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
      sum_up(*window, *out);
      close_reservations(*window, *out);
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
