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

TEST(Scaling, TheOtherLawsStandInTheOrderOfTheirErrors) {
  Random random(6);
  int simpler = 0;
  for (int trial = 0; trial < 50; ++trial) {
    const auto fits = growth_laws(measured(random, 0.1, [&](double n) { return std::pow(n, 0.5 + 0.04 * trial); }));
    ASSERT_EQ(fits.size(), 6u);
    for (std::size_t i = 2; i < fits.size(); ++i) EXPECT_LE(fits[i - 1].error, fits[i].error) << trial << ' ' << i;
    simpler += fits[0].error > fits[1].error ? 1 : 0;
  }
  EXPECT_GT(simpler, 0) << "the first is the simplest that misses by no more than chance would have it";
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

/// In how many of 2,000 runs the interval of points so made holds an exponent.
template <class Points>
double exponent_coverage(double exponent, const Points& points) {
  constexpr int kRuns = 2000;
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto law = power_law(points());
    if (law->interval.low <= exponent && exponent <= law->interval.high) ++held;
  }
  return static_cast<double>(held) / kRuns;
}

TEST(Scaling, TheIntervalOfTheExponentCovers) {
  Random random(20261125);
  const double covered = exponent_coverage(1.4, [&] { return measured(random, 0.1, [](double n) { return 3 * std::pow(n, 1.4); }); });
  EXPECT_GT(covered, 0.94);
  EXPECT_LT(covered, 0.985) << "wider than it need be";
}

/// The slope of the logarithms over all sizes from 16 to 65536.
template <class Cost>
double slope_of_range(const Cost& cost) {
  std::vector<SizedCost> dense;
  for (double log_size = std::log(16); log_size <= std::log(65536); log_size += 0.005)
    dense.push_back({std::exp(log_size), cost(std::exp(log_size))});
  return power_law(dense)->exponent.value;
}

// Other sizes of the same curve give another slope, where it is no straight line: the interval must say so. By noise alone it covered 80 and 84 %.
TEST(Scaling, TheIntervalOfTheExponentCoversWhereTheLawDoesNotHold) {
  Random random(20261126);
  std::uniform_real_distribution<double> log_size(std::log(16), std::log(65536));
  const auto covered = [&](auto cost) {
    return exponent_coverage(slope_of_range(cost), [&] {
      std::vector<SizedCost> points;
      for (int i = 0; i < 7; ++i) {
        const double n = std::exp(log_size(random));
        points.push_back({n, cost(n) * std::exp(0.02 * normal(random))});
      }
      return points;
    });
  };
  EXPECT_GT(covered([](double n) { return 1000 + n; }), 0.865) << "a fixed cost";
  EXPECT_GT(covered([](double n) { return n > 1000 ? n * n / 1000 : n; }), 0.865) << "a bend";
}

// Five cases of one size miss the law by the same: they are no five witnesses. Taken for such they made intervals that covered 55 %.
TEST(Scaling, PointsOfOneSizeAreOneWitness) {
  Random random(20261127);
  const double covered = exponent_coverage(1, [&] {
    std::vector<SizedCost> points;
    for (double n = 16; n <= 16384; n *= 4) {
      const double missed = 0.1 * normal(random);
      for (int i = 0; i < 5; ++i) points.push_back({n, n * std::exp(missed + 0.02 * normal(random))});
    }
    return points;
  });
  EXPECT_NEAR(covered, 0.95, 0.02);
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
