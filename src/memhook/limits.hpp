// What is counted in a window by all threads together. Under the account's lock.
#pragma once

#include "memhook/account.hpp"

namespace benchkit::memhook {

/// Whether several threads, or processes, count in it by limits.
[[nodiscard]] bool is_shared(const Window& window) noexcept;
/// The sum of all, a new peak if it is one, and new limits.
void deal_limits(Window& window) noexcept;
/// What it has seen. The limits of one that is shared were dealt just now.
void sum_up(const Window& window, benchkit_memhook_reading& out) noexcept;
/// An event of an attributed window.
void count_attributed(Window& window, std::int64_t bytes, Path path, int blocks) noexcept;
[[nodiscard]] std::uint64_t missed_events() noexcept;

}  // namespace benchkit::memhook
