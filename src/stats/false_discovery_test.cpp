#include "stats/false_discovery.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "stats/quantiles.hpp"
#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

TEST(FalseDiscovery, ByHand) {
  const std::vector<double> levels = adjusted_levels(std::vector<double>{0.01, 0.04, 0.03, 0.5});
  EXPECT_DOUBLE_EQ(levels[0], 0.04);
  EXPECT_DOUBLE_EQ(levels[1], 0.04 * 4 / 3);
  EXPECT_DOUBLE_EQ(levels[2], 0.04 * 4 / 3) << "no larger than that of a larger p";
  EXPECT_DOUBLE_EQ(levels[3], 0.5);
  EXPECT_EQ(adjusted_levels(std::vector<double>{std::nan("")})[0], 1);
  EXPECT_TRUE(adjusted_levels({}).empty());
}

/// The mean share of false ones among those that are called, and the mean share of the true ones that are found.
struct Rates {
  double false_share = 0;
  double found = 0;
};
Rates rates(std::size_t count, std::size_t changed, double effect) {
  Random random(20261125);
  constexpr int kRuns = 300;
  Rates sum;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> p;
    const double shared = normal(random);  // one machine's mood: positive dependence
    for (std::size_t i = 0; i < count; ++i)
      p.push_back(normal_tail(0.5 * shared + std::sqrt(0.75) * normal(random) + (i < changed ? effect : 0)));
    const std::vector<double> levels = adjusted_levels(p);
    double called = 0;
    double right = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (levels[i] > 0.05) continue;
      ++called;
      if (i < changed) ++right;
    }
    sum.false_share += called > 0 ? (called - right) / called : 0;
    sum.found += right / static_cast<double>(changed);
  }
  return {sum.false_share / kRuns, sum.found / kRuns};
}

TEST(FalseDiscovery, IsHeldOverASuiteOf600) {
  const Rates result = rates(600, 30, 4.5);
  EXPECT_LT(result.false_share, 0.06);
  EXPECT_GT(result.found, 0.8);
}

RC_GTEST_PROP(FalseDiscoveryProperty, KeepsTheOrderAndIsNeverBelowTheRawLevel, (std::vector<unsigned> drawn)) {
  std::vector<double> p;
  for (const unsigned one : drawn) p.push_back((one % 1000) / 1000.0);
  const std::vector<double> levels = adjusted_levels(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    RC_ASSERT(levels[i] >= p[i]);
    RC_ASSERT(levels[i] <= 1);
    for (std::size_t j = 0; j < p.size(); ++j) RC_ASSERT(!(p[i] < p[j]) || levels[i] <= levels[j]);
  }
}

RC_GTEST_PROP(FalseDiscoveryProperty, TheCalledOnesAreThoseOfTheStepUpRule, (std::vector<unsigned> drawn)) {
  std::vector<double> p;
  for (const unsigned one : drawn) p.push_back((one % 200) / 1000.0);
  std::vector<double> sorted = p;
  std::sort(sorted.begin(), sorted.end());
  std::size_t called = 0;
  for (std::size_t k = 1; k <= sorted.size(); ++k) {
    if (sorted[k - 1] * (static_cast<double>(sorted.size()) / static_cast<double>(k)) <= 0.05) called = k;
  }
  const std::vector<double> levels = adjusted_levels(p);
  RC_ASSERT(static_cast<std::size_t>(std::count_if(levels.begin(), levels.end(), [](double level) { return level <= 0.05; })) == called);
}

}  // namespace
}  // namespace benchkit::stats
