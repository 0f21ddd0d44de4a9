#include "stats/wilson.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace benchkit::stats {
namespace {

// Newcombe (1998), table I: 81 of 263 -> 0.2553, 0.3662; 0 of 20 -> 0, 0.1611.
TEST(Wilson, PublishedExamples) {
  EXPECT_NEAR(wilson_interval(81, 263).low, 0.2553, 5e-5);
  EXPECT_NEAR(wilson_interval(81, 263).high, 0.3662, 5e-5);
  for (const std::size_t trials : {3, 20, 48, 1000}) {
    EXPECT_EQ(wilson_interval(0, trials).low, 0);
    EXPECT_EQ(wilson_interval(trials, trials).high, 1);
  }
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.1611, 5e-5);
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
  EXPECT_NEAR(wilson_interval(1, 1).low, 0.2065, 5e-5) << "one trial is one";
}

RC_GTEST_PROP(WilsonProperty, HoldsTheShareAndIsMirrored, ()) {
  const auto trials = *rc::gen::inRange<std::size_t>(1, 10000);
  const auto hits = *rc::gen::inRange<std::size_t>(0, trials + 1);
  const Interval interval = wilson_interval(hits, trials);
  const double share = static_cast<double>(hits) / static_cast<double>(trials);
  RC_ASSERT(interval.low <= share + 1e-12 && share <= interval.high + 1e-12);
  RC_ASSERT(std::abs(wilson_interval(trials - hits, trials).low - (1 - interval.high)) < 1e-9);
}

TEST(Wilson, CoversASmallShare) {
  std::mt19937_64 random(5);
  std::binomial_distribution<std::size_t> draw(400, 0.01);
  int held = 0;
  for (int i = 0; i < 4000; ++i) {
    const Interval interval = wilson_interval(draw(random), 400);
    if (interval.low <= 0.01 && 0.01 <= interval.high) ++held;
  }
  EXPECT_NEAR(held / 4000.0, 0.95, 0.02);
}

}  // namespace
}  // namespace benchkit::stats
