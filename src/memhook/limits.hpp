// What is counted in a window by all threads together. Under the account's lock.
#pragma once

#include "memhook/account.hpp"

namespace benchkit::memhook {

/// Whether several threads, or processes, count in it by limits.
[[nodiscard]] bool is_shared(const Window& window) noexcept;
/// The sum of all, a new peak if it is one, and new limits.
void deal_limits(Window& window) noexcept;
[[nodiscard]] std::int64_t live_of(const Window& window) noexcept;
/// The limits of one that is shared were dealt just now, or it may be higher. Without what was populated of reservations it is the heap's.
[[nodiscard]] std::int64_t peak_so_far(const Window& window, bool with_populated = true) noexcept;
/// No window is open.
void forget_reservations() noexcept;
/// Before so much leaves the window: looks at its reservations, if that pays.
void look_at_reservations(Window& window, std::int64_t leaving) noexcept;
/// What of its reservations is memory when it closes, and what is not known of their part in the peak.
void close_reservations(Window& window, benchkit_memhook_reading& out) noexcept;
/// What it has seen. The limits of one that is shared were dealt just now.
void sum_up(const Window& window, benchkit_memhook_reading& out) noexcept;
/// An event of an attributed window.
void count_attributed(Window& window, std::int64_t bytes, Path path, int blocks) noexcept;
[[nodiscard]] std::uint64_t missed_events() noexcept;

}  // namespace benchkit::memhook
