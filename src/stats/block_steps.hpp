// Where a series of versions changed, told within the blocks that hold several of them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "stats/change_point.hpp"

namespace benchkit::stats {

/// What one version says in one block.
struct BlockMember {
  std::size_t version = 0;
  double value = 0;  ///< a log-ratio or the like: blocks differ by an amount that is added
};

struct StepOptions {
  double alpha = 0.05;     ///< of all splits together
  double least_shift = 0;  ///< smaller ones are no changes, whatever their p
};

struct BlockSteps {
  std::vector<ChangePoint> found;  ///< in the order of the versions
  std::size_t open = 0;  ///< how many of the versions from the second on have too few blocks that hold a version on both sides of them
};

/// The fewest blocks in which a step can be seen.
inline constexpr std::size_t kFewestForStep = 3;

/// The steps of a series of `versions` versions; a block holds any of them, each once. Linear in the members of the blocks, times the versions.
[[nodiscard]] BlockSteps block_steps(std::span<const std::vector<BlockMember>> blocks, std::size_t versions,
                                     const StepOptions& options = {});

}  // namespace benchkit::stats
