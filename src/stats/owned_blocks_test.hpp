// Values with the blocks that they are of, for tests: what a BlockedValues looks at.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/blocks.hpp"

namespace benchkit::stats {

struct OwnedBlocks {
  std::vector<double> values;
  std::vector<std::int64_t> blocks;
  [[nodiscard]] BlockedValues view() const { return {values, blocks}; }
};

}  // namespace benchkit::stats
