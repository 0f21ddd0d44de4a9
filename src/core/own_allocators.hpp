// Libraries with an allocator of their own, which keeps what it once took from the system.
#pragma once

#include <string>

namespace benchkit::core {

/// What is to be said of memory that was counted while such libraries are loaded (docs/memory.md), or empty. Not said of one whose allocator was told, by its
/// environment variable, to keep nothing.
[[nodiscard]] std::string own_allocators_doubt();

}  // namespace benchkit::core
