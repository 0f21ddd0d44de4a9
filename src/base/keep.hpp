// Things that live until the process ends.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace benchkit::base {

/// Whether the process ends with what it is about to do: a command by itself, and not a call from Python. Set once, by the program's main.
inline bool& ends_soon() noexcept {
  static bool soon = false;
  return soon;
}

/// In a process that ends soon, keeps a value to its very end, without ever destroying it: then all memory is given back at once, where giving back
/// hundreds of thousands of parts one by one takes a tenth of a second. Elsewhere the value is destroyed. Not for use by several threads.
template <class T>
void keep_until_exit(T value) {
  static auto* const kept = new std::vector<std::shared_ptr<void>>;  // reachable to the end, and so no leak
  if (ends_soon()) kept->push_back(std::make_shared<T>(std::move(value)));
}

}  // namespace benchkit::base
