// When a reservation is memory.
//
// What is mapped with MAP_NORESERVE becomes memory page by page as it is written, and no call tells of that. The system can be asked (mincore), but not at every
// event. A window's peak is only missed where something *leaves*: so just before a part of a reservation is unmapped, moved, mapped over or given back
// (madvise), and before a large block is freed, the window looks at what is populated, and takes what is live and populated together for a peak if it
// is one. It looks no more often than pays: when all of it could be a new peak, and when a sixteenth of what was there at the last look has left since.
//
// What is left is told as a bound: at no time more was populated than the most address space that was reserved so, nor more than all that was found in what left
// and at the close. So the peak lies below the heap's own plus that.
#include "memhook/account.hpp"
#include "memhook/limits.hpp"
#include "memhook/lock.hpp"
#include "memhook/maps.hpp"
#include "memhook/places.hpp"
#include "memhook/tree.hpp"

namespace benchkit::memhook {
namespace {

constexpr std::uintptr_t kEverywhere = ~std::uintptr_t{0};
/// A look is worth it when this part has left of what was populated, or of the address space.
constexpr std::int64_t kPopulatedShare = 16;
constexpr std::int64_t kSpaceShare = 4096;
/// Below this part of the peak the bound is not worth telling: that of several threads is as large.
constexpr std::int64_t kErrorShare = 2048;

/// Whether any window that is open ever had some: else nobody need take the lock.
std::atomic<bool> g_any{false};

bool has_reservations(const Window& window) noexcept { return window.open && window.of_thread == nullptr && window.unbacked > 0; }

void attribute(void* window, Path path, std::int64_t bytes) noexcept {
  if (bytes != 0) count_attributed(*static_cast<Window*>(window), bytes, path, bytes > 0 ? 1 : -1);
}

/// Takes what is live and populated now for a peak, if it is one.
void look(Window& window) noexcept {
  const auto tell = window.attributed ? &attribute : nullptr;
  window.populated = static_cast<std::int64_t>(populated_bytes(window.tag, window.pagemap, 0, kEverywhere, tell, &window));
  if (window.attributed) tell_populated_again(window.tag, &attribute, &window);
  const std::int64_t both = live_of(window) + window.populated;
  if (both > window.peak_with_populated) window.peak_with_populated = both;
  if (!window.in_tree) return;
  benchkit_memhook_reading seen;
  sum_up(window, seen);
  (void)tell_tree(seen, both);
}

}  // namespace

void count_reserved(unsigned tag, std::int64_t bytes, bool unbacked) noexcept {
  const Inside inside(g_account_lock);
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (!is_born_in(window.tag, tag) || !window.open || window.of_thread != nullptr) continue;
    window.reserved += bytes;
    if (window.reserved > window.most_reserved) window.most_reserved = window.reserved;
    if (!unbacked) continue;
    g_any.store(true, std::memory_order_relaxed);
    window.unbacked += bytes;
    if (window.unbacked > window.most_unbacked) window.most_unbacked = window.unbacked;
    for_each_share(window, [](Share& share, const Place&) {
      if (share.small == kNoLimit) share.small = kLookedAt;
    });
  }
}

void look_at_reservations(Window& window, std::int64_t leaving) noexcept {
  if (!has_reservations(window)) return;
  window.leaving += leaving;
  const std::int64_t peak = peak_so_far(window);
  if (!window.in_tree && live_of(window) + window.unbacked <= peak) return;
  if (window.leaving <= window.populated / kPopulatedShare + window.unbacked / kSpaceShare) return;
  window.leaving = 0;
  look(window);
}

void forget_reservations() noexcept { g_any.store(false, std::memory_order_relaxed); }

void reservations_leave(std::uintptr_t start, std::uintptr_t kept, std::uintptr_t end) noexcept {
  if (!g_any.load(std::memory_order_relaxed)) return;
  const Inside inside(g_account_lock);
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    Window& window = g_windows[level];
    if (!has_reservations(window)) continue;
    const auto populated = [&](std::uintptr_t from, std::uintptr_t to) {
      return from == to ? 0 : static_cast<std::int64_t>(populated_bytes(window.tag, window.pagemap, from, to, nullptr, nullptr));
    };
    const std::int64_t gone = populated(kept, end);
    const std::int64_t leaving = gone + populated(start, kept);
    if (leaving == 0) continue;
    window.left += gone;
    look_at_reservations(window, leaving);
  }
}

void close_reservations(Window& window, benchkit_memhook_reading& out) noexcept {
  if (window.of_thread != nullptr || window.most_unbacked == 0) return;
  const std::int64_t heap_peak = peak_so_far(window, false);
  if (has_reservations(window))
    out.populated_bytes = populated_bytes(window.tag, window.pagemap, 0, kEverywhere, window.attributed ? &attribute : nullptr, &window);
  const auto populated = static_cast<std::int64_t>(out.populated_bytes);
  out.live_bytes += populated;
  if (out.live_bytes > out.peak_bytes) out.peak_bytes = out.live_bytes;
  const std::int64_t found = window.left + populated;
  const std::int64_t doubt = heap_peak + (found < window.most_unbacked ? found : window.most_unbacked) - out.peak_bytes;
  // An attributed window has counted what it found into its heap's peak, which its paths add up to.
  if (!window.attributed && doubt > out.peak_bytes / kErrorShare) out.peak_error_bytes += static_cast<std::uint64_t>(doubt);
  out.missed_events = missed_events() - window.missed;  // a reservation may be too large to be looked through
}

}  // namespace benchkit::memhook
