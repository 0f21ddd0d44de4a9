#include "stats/scaling.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

template <class Cost>
std::vector<SizedCost> measured(Random& random, double spread, Cost cost) {
  std::vector<SizedCost> points;
  for (double n = 16; n <= 65536; n *= 4) points.push_back({n, cost(n) * std::exp(spread * normal(random))});
  return points;
}

TEST(Scaling, EachLawIsToldFromTheOthers) {
  Random random(20261125);
  const auto best = [&](auto cost) { return growth_laws(measured(random, 0.01, cost)).at(0).growth; };
  EXPECT_EQ(best([](double) { return 7.0; }), Growth::constant);
  EXPECT_EQ(best([](double n) { return 3 * std::log(n); }), Growth::logarithmic);
  EXPECT_EQ(best([](double n) { return 500 + 2 * n; }), Growth::linear) << "a fixed cost hides the law at small sizes";
  EXPECT_EQ(best([](double n) { return n * std::log(n); }), Growth::linearithmic);
  EXPECT_EQ(best([](double n) { return 1000 + n * n; }), Growth::quadratic);
  EXPECT_EQ(best([](double n) { return n * n * n; }), Growth::cubic);
}

// Without the rule of one standard error every second one would be called log n or n.
TEST(Scaling, WhatDoesNotGrowIsSeldomCalledGrowing) {
  Random random(20261126);
  int constant = 0;
  for (int run = 0; run < 500; ++run)
    constant += growth_laws(measured(random, 0.02, [](double) { return 50.0; })).at(0).growth == Growth::constant ? 1 : 0;
  EXPECT_GT(constant, 400);
}

TEST(Scaling, TheFitIsThatOfTheData) {
  Random random(1);
  const GrowthFit fit = growth_laws(measured(random, 0, [](double n) { return 500 + 2 * n; })).at(0);
  EXPECT_NEAR(fit.offset, 500, 1e-6);
  EXPECT_NEAR(fit.factor, 2, 1e-9);
  EXPECT_LT(fit.error, 1e-9);
  const GrowthFit small = growth_laws(measured(random, 0, [](double n) { return 0.5 + 3 * n; })).at(0);
  EXPECT_NEAR(small.offset, 0.5, 1e-6);
  EXPECT_NEAR(small.factor, 3, 1e-9) << "a small offset is one";
}

TEST(Scaling, FallingCostsAreCalledConstant) {
  Random random(2);
  for (const GrowthFit& fit : growth_laws(measured(random, 0, [](double n) { return 1 / n; }))) EXPECT_GE(fit.factor, 0);
}

TEST(Scaling, TooFewSizesGiveNoLaw) {
  const std::vector<SizedCost> two{{1, 1}, {2, 2}, {2, 2.1}};
  EXPECT_FALSE(power_law(two));
  EXPECT_TRUE(growth_laws(two).empty());
  const std::vector<SizedCost> odd{{1, 1}, {2, 0}, {4, -1}, {0, 5}, {8, std::nan("")}};
  EXPECT_FALSE(power_law(odd)) << "what has no logarithm is left out";
}

TEST(Scaling, TheIntervalOfTheExponentCovers) {
  Random random(20261125);
  constexpr int kRuns = 2000;
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto law = power_law(measured(random, 0.1, [](double n) { return 3 * std::pow(n, 1.4); }));
    if (law->interval.low <= 1.4 && 1.4 <= law->interval.high) ++held;
  }
  EXPECT_NEAR(static_cast<double>(held) / kRuns, 0.95, 0.02);
}

TEST(Scaling, AChangeOfTheLawIsSeenThroughABendThatBothShare) {
  Random random(3);
  const auto bent = [](double n) { return n > 1000 ? 5 * n : n; };
  const auto base = measured(random, 0.01, bent);
  const auto ratios_of = [&](auto cost) {
    std::vector<SizedCost> ratios = measured(random, 0.01, cost);
    for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i].cost /= base[i].cost;
    return ratios;
  };
  const auto worse = power_law(ratios_of([&](double n) { return bent(n) * std::pow(n, 0.4); }));
  EXPECT_NEAR(worse->exponent.value, 0.4, 0.02);
  EXPECT_GT(worse->interval.low, 0);
  const auto same = power_law(ratios_of([&](double n) { return 3 * bent(n); }));
  EXPECT_LT(same->interval.low, 0);
  EXPECT_GT(same->interval.high, 0);
}

RC_GTEST_PROP(ScalingProperty, UnitsChangeNothing, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const double unit = *rc::gen::inRange(1, 1000000) / 1000.0;
  const auto points = measured(random, 0.1, [](double n) { return n * std::sqrt(n); });
  auto scaled = points;
  for (SizedCost& point : scaled) point.cost *= unit;
  RC_ASSERT(std::fabs(power_law(points)->exponent.value - power_law(scaled)->exponent.value) < 1e-9);
  RC_ASSERT(growth_laws(points).at(0).growth == growth_laws(scaled).at(0).growth);
}

}  // namespace
}  // namespace benchkit::stats
