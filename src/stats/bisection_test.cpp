#include "stats/bisection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace benchkit::stats {
namespace {

using State = Bisection::State;

/// Searches a row of such levels. It ends by itself.
template <class Level>
Bisection search_levels(std::size_t places, const Level& level, double noise, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> scatter(0, noise);
  Bisection bisection(places);
  for (auto at = bisection.next(); at; at = bisection.next()) bisection.add(*at, level(*at) + scatter(random));
  return bisection;
}

/// Searches a row whose level changes at `place`.
Bisection search(std::size_t places, std::size_t place, double step, double noise, unsigned seed) {
  return search_levels(
      places, [=](std::size_t at) { return at >= place ? step : 0; }, noise, seed);
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
  EXPECT_LE(samples / 200, 42u);  // a search that takes sixteen at each of ten steps takes 160, one that takes 160 at each 1,600
}

TEST(Bisection, SaysHowProbableItsAnswerIs) {
  std::size_t found = 0;
  std::size_t right = 0;
  double claimed = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Bisection bisection = search(65, 40, 0.01, 0.01, seed);
    const auto answer = bisection.best();
    if (bisection.state() != State::found) continue;
    ++found;
    claimed += answer->probability;
    right += answer->first_new == 40 ? 1 : 0;
  }
  EXPECT_GE(found, 250u);
  EXPECT_NEAR(static_cast<double>(right), claimed, 0.04 * static_cast<double>(found));
}

TEST(Bisection, WhatCannotBeMeasuredIsPassedOver) {
  const std::vector<std::size_t> broken{48, 49, 50, 51, 20, 75};
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> scatter(0, 0.01);
    Bisection bisection(101);
    for (auto at = bisection.next(); at; at = bisection.next()) {
      if (std::find(broken.begin(), broken.end(), *at) != broken.end()) bisection.rule_out(*at);
      else bisection.add(*at, (*at >= 50 ? 0.05 : 0) + scatter(random));
    }
    EXPECT_EQ(bisection.best()->last_old, 47u);
    EXPECT_EQ(bisection.best()->first_new, 52u);
    EXPECT_EQ(bisection.state(), State::found);
  }
}

// Once it asked for such a place again and again.
TEST(Bisection, APlaceThatFailsAfterItWasMeasuredIsNotAskedForAgain) {
  std::mt19937 random(3);
  std::normal_distribution<double> scatter(0, 0.01);
  Bisection bisection(11);
  std::vector<bool> broken(11, false);
  std::size_t steps = 0;
  for (auto at = bisection.next(); at && ++steps < 1'000; at = bisection.next()) {
    ASSERT_FALSE(broken[*at]);
    bisection.add(*at, (*at >= 5 ? 0.01 : 0) + scatter(random));
    if (bisection.samples() < 20) continue;
    broken[*at] = true;
    bisection.rule_out(*at);
  }
  EXPECT_LE(steps, bisection.most_samples());
  EXPECT_NE(bisection.state(), State::open);
}

// Once there was no end of it.
TEST(Bisection, ASlopeAndTwoStepsComeToAnEnd) {
  std::size_t spent = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Bisection slope = search_levels(
        101, [](std::size_t at) { return 0.0003 * static_cast<double>(at); }, 0.01, seed);
    EXPECT_LE(slope.samples(), slope.most_samples());
    EXPECT_NE(slope.state(), State::open);
    spent += slope.state() == State::spent ? 1 : 0;
    const Bisection two = search_levels(
        101, [](std::size_t at) { return (at >= 30 ? 0.02 : 0) + (at >= 70 ? 0.02 : 0); }, 0.01, seed);
    EXPECT_LE(two.samples(), two.most_samples());
    EXPECT_NE(two.state(), State::open);
  }
  EXPECT_GE(spent, 10u);  // no one commit of a slope is the culprit
}

TEST(Bisection, OfNoStepThereIsNoPlace) {
  std::size_t claims = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    const Bisection bisection = search(101, 200, 0.0, 0.01, seed);
    claims += bisection.state() == State::found ? 1 : 0;
  }
  EXPECT_LE(claims, 17u);  // 8 are expected
}

// Once a single block that was put off the CPU was most of the squares: two of three such searches ended with "the two ends do not differ".
TEST(Bisection, WildMeasurementsHideNoStep) {
  std::size_t right = 0;
  std::size_t denied = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const std::size_t place = 1 + random() % 9;
    std::normal_distribution<double> scatter(0, 0.002);
    std::normal_distribution<double> wild(0, 0.3);
    std::bernoulli_distribution is_wild(0.08);
    Bisection bisection(10);
    for (auto at = bisection.next(); at; at = bisection.next()) {
      for (int i = 0; i < 3; ++i) bisection.add(*at, (*at >= place ? 0.03 : 0) + (is_wild(random) ? wild(random) : scatter(random)));
    }
    right += bisection.state() == State::found && bisection.best()->first_new == place ? 1 : 0;
    denied += bisection.state() == State::alike ? 1 : 0;
  }
  EXPECT_GE(right, 195u);
  EXPECT_EQ(denied, 0u);
}

TEST(Bisection, OneWildMeasurementOfWhatIsExactHidesNoStep) {
  Bisection bisection(33);
  for (auto at = bisection.next(); at; at = bisection.next()) bisection.add(*at, bisection.samples() == 2 ? 4 : *at >= 20 ? 0.03 : 0);
  EXPECT_EQ(bisection.state(), State::found);
  EXPECT_EQ(bisection.best()->first_new, 20u);
}

// Where it cannot be told whether there is a step, that is no proof that there is none.
TEST(Bisection, EndsThatAreAlikeAndEndsThatCannotBeToldApart) {
  std::size_t alike = 0;
  std::size_t unclear = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    alike += search(11, 20, 0, 0.005, seed).state() == State::alike ? 1 : 0;
    const Bisection noisy = search(11, 20, 0, 0.1, seed);
    unclear += noisy.state() == State::unclear && !noisy.best() ? 1 : 0;
    EXPECT_NE(noisy.state(), State::alike);
  }
  EXPECT_GE(alike, 18u);
  EXPECT_GE(unclear, 18u);
}

TEST(Bisection, APlaceIsNamedWithAStepAlone) {
  Bisection alike(2);
  Bisection apart(2);
  for (int i = 0; i < 4; ++i) {
    const double off = i % 2 == 0 ? 0.01 : -0.01;
    alike.add(0, off);
    alike.add(1, off + 0.001);
    apart.add(0, off);
    apart.add(1, off + 0.1);
  }
  EXPECT_FALSE(alike.best()) << "of two versions the step would be at the second with certainty, if there were one";
  ASSERT_TRUE(apart.best());
  EXPECT_TRUE(apart.best()->is_proven);
}

TEST(Bisection, TurnedRoundTheStepIsTheOppositeOne) {
  Bisection forward(2), back(2);
  for (const double off : {0.0, 0.001, 0.002, 0.003, 0.02}) {  // the median lies beside the mean
    forward.add(0, off);
    forward.add(1, 1 + off * off);
    back.add(1, off);
    back.add(0, 1 + off * off);
  }
  ASSERT_TRUE(forward.between_ends() && back.between_ends());
  EXPECT_NEAR(forward.between_ends()->step, -back.between_ends()->step, 1e-12);
  EXPECT_NEAR(forward.between_ends()->error, back.between_ends()->error, 1e-12);
}

TEST(Bisection, AnEndOfOneSampleSaysNothing) {
  Bisection one_sided(2);
  one_sided.add(0, 1);
  for (int i = 0; i < 4; ++i) one_sided.add(1, 2 + 0.01 * i);
  EXPECT_FALSE(one_sided.best());
  one_sided.add(0, 1.01);
  EXPECT_TRUE(one_sided.best());
}

TEST(Bisection, WhatIsExactIsFoundAtOnce) {
  Bisection exact = search_levels(
      101, [](std::size_t at) { return at >= 33 ? 0.1 : 0; }, 1e-300, 1);
  EXPECT_EQ(exact.state(), State::found);
  EXPECT_EQ(exact.best()->first_new, 33u);
  EXPECT_LE(exact.samples(), 22u);
  Bisection none(101);
  while (auto at = none.next()) none.add(*at, 0);
  EXPECT_EQ(none.state(), State::alike);
  EXPECT_EQ(none.samples(), 10u);
}

TEST(Bisection, TwoPlacesAreOneAnswer) {
  const Bisection bisection = search(2, 1, 0.05, 0.01, 1);
  EXPECT_EQ(bisection.best()->first_new, 1u);
  EXPECT_NEAR(bisection.best()->step, 0.05, 0.02);
}

}  // namespace
}  // namespace benchkit::stats
