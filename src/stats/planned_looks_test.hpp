// How often looks at blocks that have no effect call one: for the tests, and for the figures of docs/benchmarks.md.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "stats/estimate.hpp"
#include "stats/group_sequential.hpp"
#include "stats/simulation_test.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::stats {

/// Shares of all runs that called an effect at 5 %, on either side.
struct FalseCalls {
  double looks = 0;       ///< twelve looks at `planned` blocks, each at the whole blocks of its step
  double full_steps = 0;  ///< the same, were each step taken for full
  double one_test = 0;    ///< one test of all of them
};

inline FalseCalls false_calls_of_looks(std::size_t planned, int runs, std::uint64_t seed) {
  constexpr std::size_t kLooks = 12;
  static const PlannedLooks looks(kLooks);
  Random random(seed);
  FalseCalls calls;
  for (int run = 0; run < runs; ++run) {
    std::vector<double> blocks;
    std::vector<double> above;
    std::vector<double> below;
    std::vector<double> fractions;
    for (std::size_t look = 1; look <= kLooks; ++look) {
      const std::size_t count = planned * look / kLooks;
      while (blocks.size() < count) blocks.push_back(normal(random));
      const bool enough = count >= 3;
      const Estimate estimate = trimmed_mean(blocks);
      above.push_back(enough ? p_above(estimate, 0) : 1);
      below.push_back(enough ? p_below(estimate, 0) : 1);
      fractions.push_back(information_at(count, planned));
    }
    const auto called = [](double one_side, double other_side) { return 2 * std::min(one_side, other_side) <= 0.05 ? 1.0 : 0.0; };
    calls.looks += called(looks.level(above, {}, fractions), looks.level(below, {}, fractions)) / runs;
    calls.full_steps += called(looks.level(above), looks.level(below)) / runs;
    calls.one_test += called(above.back(), below.back()) / runs;
  }
  return calls;
}

}  // namespace benchkit::stats
