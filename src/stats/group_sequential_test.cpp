#include "stats/group_sequential.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

constexpr std::array<double, 5> kFifths{0.2, 0.4, 0.6, 0.8, 1};

// Jennison and Turnbull, Group Sequential Methods (2000): five equal steps, two-sided 5 %.
TEST(GroupSequential, TheKnownBounds) {
  const std::vector<double> bounds = obrien_fleming_bounds(kFifths, 0.05);
  ASSERT_EQ(bounds.size(), 5u);
  const std::array<double, 5> known{4.877, 3.357, 2.680, 2.290, 2.031};
  for (std::size_t i = 0; i < known.size(); ++i) EXPECT_NEAR(bounds[i], known[i], 0.002) << i;
}

TEST(GroupSequential, ASingleLookIsTheUsualTest) {
  EXPECT_NEAR(obrien_fleming_bounds(std::array<double, 1>{1}, 0.05)[0], 1.959964, 1e-5);
  EXPECT_NEAR(obrien_fleming_spent(1, 0.05), 0.05, 1e-12);
  EXPECT_EQ(obrien_fleming_spent(0, 0.05), 0);
}

TEST(GroupSequential, LooksAtUnequalStepsErrAsOftenAsAllowed) {
  const std::array<double, 4> fractions{0.15, 0.5, 0.6, 1};
  const std::vector<double> bounds = obrien_fleming_bounds(fractions, 0.05);
  Random random(20261125);
  constexpr int kRuns = 40000;
  int wrong = 0;
  for (int run = 0; run < kRuns; ++run) {
    double sum = 0;
    double last = 0;
    for (std::size_t look = 0; look < fractions.size(); ++look) {
      sum += std::sqrt(fractions[look] - last) * normal(random);
      last = fractions[look];
      if (std::fabs(sum) / std::sqrt(last) >= bounds[look]) {
        ++wrong;
        break;
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(wrong) / kRuns, 0.05, 0.0035);
}

}  // namespace
}  // namespace benchkit::stats
