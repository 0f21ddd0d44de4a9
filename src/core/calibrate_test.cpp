#include "core/calibrate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace benchkit::core {
namespace {

/// An action of `ns_per_call` on a perfect clock, which remembers the batches that were asked for.
struct FakeAction {
  double ns_per_call;
  double fixed_ns = 0;
  std::vector<std::uint64_t> batches;
  std::int64_t operator()(std::uint64_t n) {
    batches.push_back(n);
    return std::llround(fixed_ns + ns_per_call * static_cast<double>(n));
  }
};

constexpr CalibrationGoal kGoal{.resolution_ns = 10, .clock_cost_ns = 25, .target_ns = 0};

class CalibrateEverySpeed : public testing::TestWithParam<double> {};

TEST_P(CalibrateEverySpeed, ReachesAThousandResolutionsAndClockCosts) {
  FakeAction action{GetParam(), 25, {}};
  const auto result = calibrate(kGoal, std::ref(action));
  const double sample = action.ns_per_call * static_cast<double>(result.iterations);
  EXPECT_GE(sample, 0.98 * 25'000) << result.iterations;
  EXPECT_LE(sample, std::max(2.6 * 25'000, action.ns_per_call));
  EXPECT_TRUE(result.warnings.empty());
  EXPECT_LE(action.batches.size(), 12u);
}
INSTANTIATE_TEST_SUITE_P(Speeds, CalibrateEverySpeed, testing::Values(0.3, 1.0, 7.7, 120.0, 9'000.0, 24'999.0, 25'001.0, 3e6, 3e10));

TEST(Calibrate, ASlowActionIsCalledOnce) {
  FakeAction action{3e10, 0, {}};
  const auto result = calibrate(kGoal, std::ref(action));
  EXPECT_EQ(action.batches, std::vector<std::uint64_t>{1});
  EXPECT_EQ(result.iterations, 1u);
  EXPECT_EQ(result.cold_ns, 3e10);
}

TEST(Calibrate, TheTargetMakesSamplesLonger) {
  CalibrationGoal goal = kGoal;
  goal.target_ns = 1'000'000;
  FakeAction action{100, 0, {}};
  const auto result = calibrate(goal, std::ref(action));
  EXPECT_NEAR(static_cast<double>(result.iterations) * 100, 1e6, 1e5);
}

TEST(Calibrate, GrowthIsBoundedByTenTimes) {
  FakeAction action{0.5, 25, {}};
  (void)calibrate(kGoal, std::ref(action));
  for (std::size_t i = 1; i < action.batches.size(); ++i) EXPECT_LE(action.batches[i], 10 * action.batches[i - 1]);
}

TEST(Calibrate, AnActionThatTheCompilerRemovedEndsWithAWarning) {
  FakeAction action{0, 25, {}};
  const auto result = calibrate(kGoal, std::ref(action));
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("optimised away"), std::string::npos);
  EXPECT_LT(result.ns_per_iteration, 0.001);
}

TEST(Calibrate, AClockThatStandsStillEnds) {
  FakeAction action{0, 0, {}};
  const auto result = calibrate(kGoal, std::ref(action));
  EXPECT_EQ(result.warnings.size(), 1u);
  EXPECT_LE(result.iterations, kMostIterations);
}

}  // namespace
}  // namespace benchkit::core
