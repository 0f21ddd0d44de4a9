#include "stats/block_steps.hpp"

#include <gtest/gtest.h>

#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

using Blocks = std::vector<std::vector<BlockMember>>;

/// Blocks of two neighbours each, which differ by ten times what is between their members.
Blocks of_neighbours(Random& random, const std::vector<double>& levels, std::size_t blocks_of_pair, const Noise& noise) {
  Blocks blocks;
  for (std::size_t version = 1; version < levels.size(); ++version) {
    for (std::size_t i = 0; i < blocks_of_pair; ++i) {
      const double machine = 0.1 * normal(random);
      blocks.push_back({{version - 1, levels[version - 1] + machine + 0.01 * noise.draw(random)},
                        {version, levels[version] + machine + 0.01 * noise.draw(random)}});
    }
  }
  return blocks;
}

TEST(BlockSteps, ASteadySeriesHasNoneMoreOftenThanPromised) {
  Random random(20261126);
  constexpr int kRuns = 400;
  for (const Noise& noise : kNoises) {
    int wrong = 0;
    for (int run = 0; run < kRuns; ++run)
      wrong += block_steps(of_neighbours(random, std::vector<double>(6, 0.0), 10, noise), 6).found.empty() ? 0 : 1;
    EXPECT_LE(wrong, 33) << noise.name << ": 20 are expected at the most; three standard errors are 13";
  }
}

TEST(BlockSteps, StepsOfEitherDirectionAreNamed) {
  Random random(1);
  const BlockSteps steps = block_steps(of_neighbours(random, {0, 0, 1, 1, 0.5, 0.5, 2}, 8, kNoises[0]), 7);
  ASSERT_EQ(steps.found.size(), 3u);
  EXPECT_EQ(steps.found[0].first, 2u);
  EXPECT_EQ(steps.found[1].first, 4u);
  EXPECT_EQ(steps.found[2].first, 6u);
  EXPECT_NEAR(steps.found[1].shift, -0.5, 0.02);
  EXPECT_EQ(steps.open, 0u);
}

TEST(BlockSteps, SplitsThatTooFewBlocksSpanAreOpen) {
  Random random(2);
  Blocks blocks = of_neighbours(random, {0, 0, 1}, 3, kNoises[0]);
  EXPECT_EQ(block_steps(blocks, 3).open, 0u);
  blocks.pop_back();
  EXPECT_EQ(block_steps(blocks, 3).open, 1u);
  EXPECT_EQ(block_steps({}, 3).open, 2u);
}

// Three that agree to the last digit are no certainty.
TEST(BlockSteps, BlocksThatAgreeCountAsCoinsThatFallAlike) {
  const std::vector<BlockMember> block{{0, 0.25}, {1, 0.5}};
  EXPECT_TRUE(block_steps(Blocks(5, block), 2).found.empty());
  const BlockSteps steps = block_steps(Blocks(6, block), 2);
  ASSERT_EQ(steps.found.size(), 1u);
  EXPECT_DOUBLE_EQ(steps.found[0].p, 2.0 / 64);
}

}  // namespace
}  // namespace benchkit::stats
