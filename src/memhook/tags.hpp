// The tags by which it is known in which window something was born. Under the account's lock.
#pragma once

#include "memhook/account.hpp"

namespace benchkit::memhook {

/// The tag of a window that opens: above all others of its half. `of_thread`: as Window says.
[[nodiscard]] unsigned next_tag(const Place* of_thread) noexcept;

}  // namespace benchkit::memhook
