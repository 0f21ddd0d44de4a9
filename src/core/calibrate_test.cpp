#include "core/calibrate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

namespace benchkit::core {
namespace {

/// An action of `ns_per_call` on a perfect clock, which remembers the batches that were asked for.
struct FakeAction {
  double ns_per_call;
  double fixed_ns = 0;
  double setup_ns = 0;                         ///< before each call, outside of the window
  std::map<std::size_t, double> hiccups = {};  ///< by number of the batch: what it takes longer
  std::vector<std::uint64_t> batches = {};
  BatchTime operator()(std::uint64_t n) {
    const double window = fixed_ns + ns_per_call * static_cast<double>(n) + hiccups[batches.size()];
    batches.push_back(n);
    return {std::llround(window), std::llround(window + setup_ns * static_cast<double>(n))};
  }
};

constexpr CalibrationGoal kGoal{.resolution_ns = 10, .clock_cost_ns = 25, .target_ns = 0};

class CalibrateEverySpeed : public testing::TestWithParam<double> {};

TEST_P(CalibrateEverySpeed, ReachesAThousandResolutionsAndClockCosts) {
  FakeAction action{GetParam(), 25};
  const auto result = calibrate(kGoal, std::ref(action));
  const double sample = action.ns_per_call * static_cast<double>(result.iterations);
  EXPECT_GE(sample, 0.98 * 25'000) << result.iterations;
  EXPECT_LE(sample, std::max(2.6 * 25'000, action.ns_per_call));
  EXPECT_TRUE(result.warnings.empty());
  EXPECT_LE(action.batches.size(), 12u);
}
INSTANTIATE_TEST_SUITE_P(Speeds, CalibrateEverySpeed, testing::Values(0.3, 1.0, 7.7, 120.0, 9'000.0, 24'999.0, 25'001.0, 3e6, 3e10));

TEST(Calibrate, AnActionDearerThanTheBudgetIsCalledOnce) {
  CalibrationGoal goal = kGoal;
  goal.budget_ns = 1'000'000'000;
  FakeAction action{3e10};
  const auto result = calibrate(goal, std::ref(action));
  EXPECT_EQ(action.batches, std::vector<std::uint64_t>{1});
  EXPECT_EQ(result.iterations, 1u);
  EXPECT_EQ(result.cold_ns, 3e10);
  EXPECT_EQ(result.ns_per_iteration, 3e10);
}

class CalibrateSlowFirstCall : public testing::TestWithParam<double> {};

TEST_P(CalibrateSlowFirstCall, IsNotTheMeasureOfTheOthers) {
  CalibrationGoal goal = kGoal;
  goal.budget_ns = 10'000'000;
  FakeAction action{.ns_per_call = 1, .fixed_ns = 25, .hiccups = {{0, GetParam()}}};
  const auto result = calibrate(goal, std::ref(action));
  EXPECT_GE(result.iterations, 24'000u);
  EXPECT_NEAR(result.cold_ns, GetParam(), 30);
  EXPECT_NEAR(result.ns_per_iteration, 1, 0.01);
  EXPECT_TRUE(result.warnings.empty());
}
// The last one is dearer than the whole budget, and no long wait.
INSTANTIATE_TEST_SUITE_P(Lengths, CalibrateSlowFirstCall, testing::Values(1e4, 1e6, 9e6, 2e7, 9e8));

TEST(Calibrate, ABatchThatWasPreemptedSettlesNothing) {
  for (std::size_t hit = 0; hit < 6; ++hit) {
    FakeAction action{.ns_per_call = 1, .fixed_ns = 25, .hiccups = {{hit, 4e6}}};
    EXPECT_GE(calibrate(kGoal, std::ref(action)).iterations, 24'000u) << "batch " << hit;
  }
}

TEST(Calibrate, FreshSetupsCountAgainstTheTarget) {
  CalibrationGoal goal = kGoal;
  goal.target_ns = 1'000'000;
  FakeAction action{.ns_per_call = 1, .setup_ns = 20'000};
  const auto result = calibrate(goal, std::ref(action));
  EXPECT_NEAR(static_cast<double>(result.iterations) * 20'000, 1e6, 1e5);
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("clock too coarse"), std::string::npos);
}

TEST(Calibrate, WithoutATargetSetupsMayTakeTenTimesWhatTheClockNeeds) {
  FakeAction action{.ns_per_call = 1, .setup_ns = 20'000};
  EXPECT_LE(static_cast<double>(calibrate(kGoal, std::ref(action)).iterations) * 20'000, 1.1 * 10 * 25'000);
}

TEST(Calibrate, WhatAWindowTakesAnywayIsAHundredthOfASample) {
  CalibrationGoal goal = kGoal;
  goal.fixed_ns = 50'000;
  FakeAction action{.ns_per_call = 1, .fixed_ns = 50'000};
  EXPECT_GE(calibrate(goal, std::ref(action)).iterations, 4'900'000u);
  goal.fixed_ns = 5'000'000;  // a busy machine
  FakeAction slow{.ns_per_call = 1, .fixed_ns = 5'000'000};
  const auto result = calibrate(goal, std::ref(slow));
  EXPECT_LE(result.iterations, 100'000'000u) << "the sample stays affordable, and carries the doubt";
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("waking the threads"), std::string::npos);
}

TEST(Calibrate, TheTargetMakesSamplesLonger) {
  CalibrationGoal goal = kGoal;
  goal.target_ns = 1'000'000;
  FakeAction action{100, 0};
  const auto result = calibrate(goal, std::ref(action));
  EXPECT_NEAR(static_cast<double>(result.iterations) * 100, 1e6, 1e5);
}

TEST(Calibrate, GrowthIsBoundedByTenTimes) {
  FakeAction action{0.5, 25};
  (void)calibrate(kGoal, std::ref(action));
  for (std::size_t i = 1; i < action.batches.size(); ++i) EXPECT_LE(action.batches[i], 10 * action.batches[i - 1]);
}

TEST(Calibrate, AnActionThatTheCompilerRemovedEndsWithAWarning) {
  FakeAction action{0, 25};
  const auto result = calibrate(kGoal, std::ref(action));
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("optimised away"), std::string::npos);
  EXPECT_LT(result.ns_per_iteration, 0.001);
}

TEST(Calibrate, AClockThatStandsStillEnds) {
  FakeAction action{0, 0};
  const auto result = calibrate(kGoal, std::ref(action));
  EXPECT_EQ(result.warnings.size(), 1u);
  EXPECT_LE(result.iterations, kMostIterations);
}

}  // namespace
}  // namespace benchkit::core
