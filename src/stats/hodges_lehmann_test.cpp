#include "stats/hodges_lehmann.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

TEST(HodgesLehmann, ByHand) {
  // Averages of 1, 2, 9: 1, 1.5, 2, 5, 5.5, 9.
  EXPECT_EQ(hodges_lehmann(std::vector<double>{9, 1, 2}), 3.5);
  // 10-1, 10-2, 20-1, 20-2 = 9, 8, 19, 18.
  EXPECT_EQ(hodges_lehmann_shift(std::vector<double>{1, 2}, std::vector<double>{10, 20}), 13.5);
  EXPECT_TRUE(std::isnan(hodges_lehmann(std::vector<double>{})));
  EXPECT_TRUE(std::isnan(hodges_lehmann_shift(std::vector<double>{}, std::vector<double>{1})));
}

// Wilcoxon's table, two-sided 5 %: none at n = 5, W <= 0 at 6, W <= 8 at 10: the first and the 9th average.
TEST(HodgesLehmann, TheIntervalEndsAtTheRanksOfWilcoxonsTable) {
  EXPECT_TRUE(std::isinf(hodges_lehmann_interval(std::vector<double>{1, 2, 3, 4, 5}, 0.05).low));
  const Interval six = hodges_lehmann_interval(std::vector<double>{1, 2, 3, 4, 5, 6}, 0.05);
  EXPECT_EQ(six.low, 1);
  EXPECT_EQ(six.high, 6);
  std::vector<double> values;
  std::vector<double> averages;
  for (int i = 0; i < 10; ++i) values.push_back(std::pow(2, i));
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = i; j < 10; ++j) averages.push_back((values[i] + values[j]) / 2);
  }
  std::sort(averages.begin(), averages.end());
  EXPECT_EQ(hodges_lehmann_interval(values, 0.05).low, averages[8]);
  EXPECT_EQ(hodges_lehmann_interval(values, 0.05).high, averages[averages.size() - 9]);
}

TEST(HodgesLehmann, CoversWhateverTheTails) {
  constexpr int kRuns = 3000;
  for (const Noise& noise : kNoises) {
    Random random(20261125);
    int held = 0;
    for (int run = 0; run < kRuns; ++run) {
      std::vector<double> values;
      for (int i = 0; i < 12; ++i) values.push_back(2 + noise.draw(random));
      const Interval interval = hodges_lehmann_interval(values, 0.05);
      if (interval.low <= 2 && 2 <= interval.high) ++held;
    }
    EXPECT_NEAR(static_cast<double>(held) / kRuns, 0.955, 0.02) << noise.name;
  }
}

RC_GTEST_PROP(HodgesLehmannProperty, ShiftsWithTheDataAndLiesWithinItsInterval, (std::vector<int> drawn)) {
  RC_PRE(!drawn.empty() && drawn.size() < 40);
  std::vector<double> values;
  std::vector<double> moved;
  for (const int one : drawn) {
    values.push_back(one % 1000);
    moved.push_back(one % 1000 + 7.0);
  }
  const double centre = hodges_lehmann(values);
  RC_ASSERT(std::fabs(hodges_lehmann(moved) - centre - 7) < 1e-9);
  const Interval interval = hodges_lehmann_interval(values, 0.05);
  RC_ASSERT(interval.low <= centre && centre <= interval.high);
  RC_ASSERT(std::fabs(hodges_lehmann_shift(values, moved) - 7) < 1e-9 || values.size() > 1);
}

}  // namespace
}  // namespace benchkit::stats
