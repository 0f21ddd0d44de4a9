#include "stats/group_sequential.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "stats/planned_looks_test.hpp"
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

// Yuen's t of all 13 blocks errs in 5.4 % itself; looks that took each step for full err in 7.5 % (bench/error_rates.cpp).
TEST(GroupSequential, FewBlocksErrAsOftenAsAllowed) {
  EXPECT_LT(false_calls_of_looks(13, 6000, 20261126).looks, 0.0605);
  EXPECT_LT(false_calls_of_looks(20, 6000, 20261126).looks, 0.0605);
}

/// How often a motion without drift is called at `level` at one of ten looks or at its end, which comes at `fraction`.
double called_with_end(double fraction, double level, double drift = 0) {
  static const PlannedLooks looks(10);
  Random random(20261126);
  constexpr int kRuns = 20000;
  int called = 0;
  for (int run = 0; run < kRuns; ++run) {
    double motion = 0;
    double at = 0;
    const auto p_at = [&](double next) {
      motion += normal(random) * std::sqrt(next - at) + drift * (next - at);
      at = next;
      return normal_tail(motion / std::sqrt(at));
    };
    std::vector<double> p_values;
    for (double next = 0.1; next < fraction - 1e-9; next += 0.1) p_values.push_back(p_at(next));
    if (looks.level(p_values, EarlyEnd{fraction, p_at(fraction)}) <= level) ++called;
  }
  return static_cast<double>(called) / kRuns;
}

TEST(GroupSequential, DataThatEndEarlyErrAsOftenAsAllowedToo) {
  for (const double fraction : {0.07, 0.13, 0.3, 0.52, 0.75, 0.95}) {
    EXPECT_NEAR(called_with_end(fraction, 0.05), 0.05, 0.005) << fraction;
    EXPECT_NEAR(called_with_end(fraction, 0.005), 0.005, 0.0016) << fraction;
  }
}

// Three standard errors at the end, in a quarter of the data: nine times of ten a test of just that length finds it, at 5 % on one side.
TEST(GroupSequential, DataThatEndEarlyAreNotStarved) {
  const double drift = 3 / std::sqrt(0.25);
  EXPECT_GT(called_with_end(0.25, 0.05, drift), 0.90);
  EXPECT_NEAR(called_with_end(0.25, 0.05, drift), normal_tail(1.645 - 3), 0.01);
}

TEST(GroupSequential, AnEndBeforeTheFirstLookIsTheUsualTestAndOneAtThePlansIsTheLastLook) {
  const PlannedLooks looks(6);
  for (const double p : {0.4, 0.03, 1e-5}) {
    EXPECT_EQ(looks.level({}, EarlyEnd{0.1, p}), p);
    std::vector<double> p_values{0.5, 0.2, 0.01, 0.02, 0.03};
    const double with_end = looks.level(p_values, EarlyEnd{1, p});
    p_values.push_back(p);
    EXPECT_NEAR(with_end / looks.level(p_values), 1, 0.01);
  }
  EXPECT_EQ(looks.level(std::array{0.5}, EarlyEnd{0.3, 0.7}), 1);
  EXPECT_LT(looks.level(std::array{0.5}, EarlyEnd{0.3, 1e-200}), 1e-100) << "beyond the grid";
  EXPECT_LE(looks.level(std::array{1e-9}, EarlyEnd{0.3, 0.7}), looks.level(std::array{1e-9})) << "what was reached stays reached";
}

RC_GTEST_PROP(GroupSequentialProperty, AnEndCallsWhereItsOwnLevelIsReached, ()) {
  static const PlannedLooks looks(8);
  const auto behind = *rc::gen::inRange<std::size_t>(0, 8);
  const double fraction = (static_cast<double>(behind) + *rc::gen::inRange(5, 100) / 100.0) / 8;
  const double level = std::pow(10, -*rc::gen::inRange(4, 60) / 10.0);
  const std::vector<double> nothing(behind, 0.5);
  const double alone = looks.level_at_end(behind, fraction, level);
  RC_ASSERT(std::fabs(looks.level(nothing, EarlyEnd{fraction, alone}) / level - 1) < 1e-4);
  RC_ASSERT(alone <= level * 1.02);
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
