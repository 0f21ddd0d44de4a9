#include "stats/moments.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace benchkit::stats {
namespace {

TEST(Moments, KnownValues) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(mean(std::vector<double>{1, 2, 6}), 3);
  EXPECT_EQ(variance(std::vector<double>{1, 2, 6}), 7);
  EXPECT_EQ(variance(std::vector<double>{0.1, 0.1, 0.1}), 0);
}

// The quartiles of the standard normal distribution lie at +-0.6745.
TEST(Moments, TheRobustSpreadOfANormalSampleIsItsStandardDeviation) {
  EXPECT_NEAR(robust_spread(std::vector<double>{-0.6744897501960817, 0.6744897501960817}, 0), 1, 1e-12);
  EXPECT_EQ(robust_spread(std::vector<double>{}, 0), 0);
}

TEST(Moments, HalfOfTheValuesCannotCarryTheSpreadAway) {
  EXPECT_LT(robust_spread(std::vector<double>{-1, 1, -1, 1, 1e9, -1e9, 1e9}, 0), 1.5);
}

RC_GTEST_PROP(MomentsProperty, ScalesAndMovesWithTheData, (std::vector<int> drawn, int shift)) {
  RC_PRE(!drawn.empty());
  const double offset = shift % 1000;
  std::vector<double> values;
  std::vector<double> moved;
  for (const int one : drawn) {
    values.push_back(one % 10000);
    moved.push_back(3.0 * (one % 10000) + offset);
  }
  RC_ASSERT(std::fabs(median(moved) - (3 * median(values) + offset)) < 1e-6);
  RC_ASSERT(std::fabs(robust_spread(moved, median(moved)) - 3 * robust_spread(values, median(values))) < 1e-6);
}

}  // namespace
}  // namespace benchkit::stats
