// Python's objects, counted one by one instead of by the arena that they come from.
#pragma once

namespace benchkit::python {

/// While one lives, each object that CPython's allocators hand out counts with the size that was asked for, in whatever memory windows are open, and the
/// memory that the allocators take for them does not. Made and destroyed with the GIL held, outside of every memory window, for what is counted must
/// be seen to go. Throws benchkit::Error where that cannot be: a window is open, the interpreter is not the only one or has no GIL.
class ObjectCounting {
 public:
  ObjectCounting();
  ObjectCounting(const ObjectCounting&) = delete;
  ObjectCounting& operator=(const ObjectCounting&) = delete;
  ~ObjectCounting();
  /// Once the windows are closed: throws benchkit::Error if somebody has taken the counting out meanwhile, so that what was seen is not all.
  void check_whole() const;
};

}  // namespace benchkit::python
