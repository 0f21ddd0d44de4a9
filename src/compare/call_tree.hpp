// Call paths added up: as a tree from the outermost call inwards, and by function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <benchkit/model/call_paths.hpp>

namespace benchkit::compare {

/// What was held when the peak was reached.
struct Held {
  std::int64_t bytes = 0;
  std::int64_t allocations = 0;
  Held& operator+=(const Held& other) {
    bytes += other.bytes;
    allocations += other.allocations;
    return *this;
  }
  friend bool operator==(const Held&, const Held&) = default;
};

/// What a frame is called: its function, or "libm.so.6+0x40" where that is not known.
[[nodiscard]] std::string name_of(const Frame& frame);

/// A call and what it led to. Frames are the same call where function, file and line are; offsets count only where no function is known.
struct CallNode {
  Frame frame;
  Held all;                        ///< its own and that of all below
  Held self;                       ///< of paths that end here
  std::vector<CallNode> children;  ///< heaviest first
};

/// The tree under a root that stands for the whole and has no frame. What was too small to keep is not in it.
[[nodiscard]] CallNode call_tree(const CallPaths& paths);

/// A function, wherever it was called from.
struct FunctionUse {
  Frame frame;  ///< of its heaviest path
  Held self;    ///< of paths that end in it
  Held all;     ///< of paths that it is on, each counted once
};

/// All functions, those that held most by themselves first.
[[nodiscard]] std::vector<FunctionUse> by_function(const CallPaths& paths);

/// What all shares are of: the peak, or what the paths and the rest add up to where that is more.
[[nodiscard]] std::int64_t whole_of(const CallPaths& paths);

}  // namespace benchkit::compare
