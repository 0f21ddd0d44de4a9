#include "stats/allocation_test.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "stats/owned_blocks_test.hpp"
#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

// By hand: blocks (1, 3) and (5, 7): within 2, mean squares between 16, so (16 - 2) / 2.
TEST(Allocation, ComponentsByHand) {
  const OwnedBlocks data{{1, 3, 5, 7}, {0, 0, 1, 1}};
  EXPECT_DOUBLE_EQ(variance_components(data.view()).within, 2);
  EXPECT_DOUBLE_EQ(variance_components(data.view()).between, 7);
}

TEST(Allocation, ComponentsAreFoundInUnbalancedBlocks) {
  Random random(1);
  OwnedBlocks data;
  for (int block = 0; block < 2000; ++block) {
    const double luck = 3 * normal(random);
    for (int i = 0; i < 2 + block % 5; ++i) {
      data.values.push_back(luck + normal(random));
      data.blocks.push_back(block);
    }
  }
  EXPECT_NEAR(variance_components(data.view()).between, 9, 0.6);
  EXPECT_NEAR(variance_components(data.view()).within, 1, 0.06);
}

TEST(Allocation, WhatCannotBeKnownIsSaid) {
  const OwnedBlocks one_block{{1, 2}, {0, 0}};
  const OwnedBlocks one_each{{1, 2}, {0, 1}};
  EXPECT_TRUE(std::isnan(variance_components(one_block.view()).within));
  EXPECT_TRUE(std::isnan(variance_components(one_each.view()).within));
  const VarianceComponents unknown{std::nan(""), std::nan("")};
  EXPECT_EQ(samples_per_block(100, 1, unknown, 50), 50u);
}

// The rule is a minimum: no other number of samples a block gives a smaller variance for the same time.
RC_GTEST_PROP(AllocationProperty, NoOtherNumberOfSamplesIsBetter, ()) {
  const double block_cost = *rc::gen::inRange(1, 1000);
  const double sample_cost = *rc::gen::inRange(1, 100);
  const VarianceComponents components{*rc::gen::inRange(1, 100) / 10.0, *rc::gen::inRange(1, 1000) / 10.0};
  const auto price = [&](double samples) {
    return (components.between + components.within / samples) * (block_cost + samples * sample_cost);
  };
  const std::size_t best = samples_per_block(block_cost, sample_cost, components, 1000);
  for (const std::size_t other : {best / 2, best + best / 2 + 1, std::size_t{1}, std::size_t{1000}}) {
    if (other >= 1 && other != best) RC_ASSERT(price(static_cast<double>(best)) <= price(static_cast<double>(other)) * 1.05);
  }
}

}  // namespace
}  // namespace benchkit::stats
