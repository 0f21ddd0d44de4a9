#include "stats/group_sequential.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "stats/quantiles.hpp"
#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

/// The level of reaching a height at the last look, and not before.
double level_at_last(std::size_t count, double height) {
  std::vector<double> p_values(count, 0.5);
  p_values.back() = normal_tail(height);
  return PlannedLooks(count).level(p_values);
}

// Jennison and Turnbull, Group Sequential Methods (2000), table 2.3: the constants of two-sided tests at 10 %, 5 % and 1 %. One side errs
// half as often (a path that reaches both is too rare to show at 5 %).
TEST(GroupSequential, TheKnownConstants) {
  EXPECT_NEAR(level_at_last(2, 1.977), 0.025, 0.0001);
  EXPECT_NEAR(level_at_last(5, 2.040), 0.025, 0.0001);
  EXPECT_NEAR(level_at_last(10, 2.087), 0.025, 0.0001);
  EXPECT_NEAR(level_at_last(5, 2.621), 0.005, 0.00005);
  EXPECT_NEAR(level_at_last(5, 1.751), 0.05, 0.0005);
}

TEST(GroupSequential, ASingleLookIsTheUsualTest) {
  for (const double p : {0.3, 0.05, 0.001, 1e-7}) EXPECT_NEAR(PlannedLooks(1).level(std::array{p}) / p, 1, 0.005);
}

TEST(GroupSequential, EarlyLooksNeedMore) {
  const PlannedLooks looks(5);
  const std::array<double, 5> p_values{1e-6, 0.5, 0.5, 0.5, 0.5};
  EXPECT_GT(looks.level(p_values), 0.01) << "a millionth at the first look is not much at the end";
  EXPECT_EQ(looks.level({}), 1);
  EXPECT_EQ(looks.level(std::array{0.9}), 1);
  EXPECT_LT(looks.level(std::array{0.0}), 1e-20) << "certainty is certainty at any look";
}

TEST(GroupSequential, AllLooksTogetherErrAsOftenAsAllowed) {
  const PlannedLooks looks(10);
  Random random(20261125);
  constexpr int kRuns = 20000;
  int wrong = 0;
  for (int run = 0; run < kRuns; ++run) {
    double sum = 0;
    std::vector<double> p_values;
    for (std::size_t look = 1; look <= 10; ++look) {
      sum += normal(random);
      p_values.push_back(normal_tail(sum / std::sqrt(static_cast<double>(look))));
    }
    if (looks.level(p_values) <= 0.05) ++wrong;
  }
  EXPECT_NEAR(static_cast<double>(wrong) / kRuns, 0.05, 0.005);
}

RC_GTEST_PROP(GroupSequentialProperty, ALookStopsWhereItsOwnLevelIsReached, ()) {
  static const PlannedLooks looks(8);
  const auto look = *rc::gen::inRange<std::size_t>(0, 8);
  const double level = std::pow(10, -*rc::gen::inRange(4, 60) / 10.0);
  std::vector<double> p_values(look + 1, 0.5);
  p_values.back() = looks.level_at(look, level);
  RC_ASSERT(std::fabs(looks.level(p_values) / level - 1) < 1e-6);
}

RC_GTEST_PROP(GroupSequentialProperty, WhatWasReachedStaysReached, ()) {
  static const PlannedLooks looks(8);
  double level = 1;
  double least = 1;
  std::vector<double> p_values;
  for (int look = 0; look < 8; ++look) {
    p_values.push_back(std::pow(10, -*rc::gen::inRange(0, 80) / 10.0));
    const double next = looks.level(p_values);
    RC_ASSERT(next <= level);
    least = std::fmin(least, p_values.back());
    RC_ASSERT(next >= least * 0.99);
    level = next;
  }
}

}  // namespace
}  // namespace benchkit::stats
