// Memory by the hundred megabytes.
#pragma once

#include <cstddef>
#include <vector>

namespace benchkit::base {

/// Tells the system that so much memory will be filled from end to end, so that it may be given in large pages: each small one costs a trip to the
/// kernel when it is first touched, which for hundreds of thousands of records takes as long as to parse them. No harm where the system has none.
void expect_to_fill(const void* memory, std::size_t bytes) noexcept;

/// Room for so many, all of which will come.
template <class T>
void reserve_to_fill(std::vector<T>& list, std::size_t count) {
  list.reserve(count);
  expect_to_fill(list.data(), list.capacity() * sizeof(T));
}

}  // namespace benchkit::base
