#include "stats/bisection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace benchkit::stats {
namespace {

constexpr std::size_t kMost = 400;

/// Searches a row whose level changes at `place`.
Bisection search(std::size_t places, std::size_t place, double step, double noise, unsigned seed,
                 const std::vector<std::size_t>& broken = {}) {
  std::mt19937 random(seed);
  std::normal_distribution<double> scatter(0, noise);
  Bisection bisection(places);
  for (auto at = bisection.next(); at && bisection.samples() < kMost; at = bisection.next()) {
    if (std::find(broken.begin(), broken.end(), *at) != broken.end()) bisection.rule_out(*at);
    else bisection.add(*at, (*at >= place ? step : 0) + scatter(random));
  }
  return bisection;
}

TEST(Bisection, FindsAStepOfTwiceTheNoiseAmongAThousand) {
  std::size_t right = 0;
  std::size_t samples = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const std::size_t place = 1 + std::mt19937(seed * 7919 + 1)() % 1000;
    const Bisection bisection = search(1001, place, 0.02, 0.01, seed);
    const auto answer = bisection.best();
    samples += bisection.samples();
    right += answer->first_new == place && answer->last_old + 1 == place ? 1 : 0;
  }
  RecordProperty("right", static_cast<int>(right));
  RecordProperty("samples", static_cast<int>(samples / 200));
  EXPECT_GE(right, 190u);
  EXPECT_LE(samples / 200, 45u);  // a search that takes sixteen at each of ten steps takes 160, one that takes 160 at each 1,600
}

TEST(Bisection, SaysHowProbableItsAnswerIs) {
  std::size_t right = 0;
  double claimed = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Bisection bisection = search(65, 40, 0.01, 0.01, seed);
    const auto answer = bisection.best();
    claimed += answer->probability;
    right += answer->first_new == 40 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(right) / 300, claimed / 300, 0.06);
}

TEST(Bisection, WhatCannotBeMeasuredIsPassedOver) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Bisection bisection = search(101, 50, 0.05, 0.01, seed, {48, 49, 50, 51, 20, 75});
    EXPECT_EQ(bisection.best()->last_old, 47u);
    EXPECT_EQ(bisection.best()->first_new, 52u);
    EXPECT_FALSE(bisection.next());
  }
}

TEST(Bisection, OfNoStepThereIsNoPlace) {
  std::size_t claims = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Bisection bisection = search(101, 200, 0.0, 0.01, seed);
    claims += bisection.ends_differ() ? 1 : 0;
    EXPECT_LE(bisection.samples(), kMost);
  }
  EXPECT_LE(claims, 40u);
}

TEST(Bisection, TwoPlacesAreOneAnswer) {
  const Bisection bisection = search(2, 1, 0.05, 0.01, 1);
  EXPECT_EQ(bisection.best()->first_new, 1u);
  EXPECT_NEAR(bisection.best()->step, 0.05, 0.02);
}

}  // namespace
}  // namespace benchkit::stats
