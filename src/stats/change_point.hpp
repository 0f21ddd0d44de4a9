// Where a series of versions changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace benchkit::stats {

/// A version from which on the numbers differ from those of the versions before it.
struct ChangePoint {
  std::size_t first = 0;  ///< the index of the first version after the change; never 0
  double shift = 0;       ///< of the medians: of the stretch that begins here less that of the stretch before, in the values' unit
  double p = 1;           ///< the error level at which there is a change here at all
};

struct ChangePointOptions {
  double alpha = 0.05;             ///< of each split
  double least_shift = 0;          ///< smaller ones are no changes, whatever their p
  std::size_t permutations = 999;  ///< at the most: a level that is clearly no low one takes few
  std::uint64_t seed = 1;          ///< the same seed gives the same result
};

/// The lowest level that a change among so many versions of one value each can have, however large it is: its own order is one of those that
/// chance may draw.
[[nodiscard]] double lowest_level(std::size_t versions);

/// The change points of a series, in its order. `versions[i]` holds the block values (or log-ratios) of the i-th version; a version may have
/// any number of them, none too. Blocks of one version stay together. Quadratic in the number of blocks.
[[nodiscard]] std::vector<ChangePoint> change_points(std::span<const std::vector<double>> versions, const ChangePointOptions& options = {});

}  // namespace benchkit::stats
