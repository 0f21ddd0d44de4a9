// How the interface says no.
#pragma once

#include <stdio.h>

#include <cstddef>

namespace benchkit::memhook {

/// Writes the reason into `why`, at most `size` bytes with the terminator, with `word` in place of a %s. Returns -1.
[[gnu::format(printf, 3, 0)]] inline int refuse(char* why, std::size_t size, const char* format, const char* word = "") noexcept {
  if (why != nullptr && size > 0) snprintf(why, size, format, word);
  return -1;
}

}  // namespace benchkit::memhook
