// The places where threads count, and what goes over all of them. Under the account's lock.
#pragma once

#include "memhook/account.hpp"
#include "memhook/lock.hpp"

namespace benchkit::memhook {

inline constexpr unsigned kMostPlaces = 4096;

extern Lock g_account_lock;
extern Place* g_places[kMostPlaces];
extern unsigned g_place_count;

/// A place that a thread has left is for the next one, but not as long as a window of that thread alone is open: another one's doings are not its.
void free_if_nobodys(Place& place) noexcept;

[[nodiscard]] inline unsigned level_of(const Window& window) noexcept { return static_cast<unsigned>(&window - g_windows); }

/// Calls `use(share)` for every thread's share of the window.
template <class Use>
void for_each_share(const Window& window, Use&& use) noexcept {
  const unsigned level = level_of(window);
  for (unsigned i = 0; i < g_place_count; ++i) {
    Share& share = g_places[i]->share[level];
    if (share.serial == window.serial) use(share, *g_places[i]);
  }
}

}  // namespace benchkit::memhook
