#include "stats/estimate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

#include "stats/equivalence.hpp"
#include "stats/quantiles.hpp"
#include "stats/simulation_test.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Quantiles, TailsAreTheInverseOfUppers) {
  EXPECT_NEAR(student_t_tails(4, student_t_upper(4, 0.01)).above, 0.01, 1e-12);
  EXPECT_NEAR(normal_tail(1.959963985), 0.025, 1e-9);
  EXPECT_NEAR(normal_upper(0.025), 1.959963985, 1e-9);
  EXPECT_EQ(student_t_upper(kInfinity, 0.025), normal_upper(0.025));
  EXPECT_EQ(student_t_tails(kInfinity, 2).above, normal_tail(2));
}

// Against Boost.Math's, which is slow and known to be right.
TEST(Quantiles, StudentTIsThatOfBoost) {
  for (const double degrees : {0.3, 1.0, 1.7, 2.0, 3.0, 5.5, 9.0, 29.7, 300.0, 12345.6}) {
    const boost::math::students_t known(degrees);
    for (const double tail : {1e-12, 1e-6, 0.0005, 0.01, 0.025, 0.05, 0.2, 0.499, 0.7, 0.999}) {
      const double value = boost::math::quantile(boost::math::complement(known, tail));
      EXPECT_NEAR(student_t_upper(degrees, tail) / value, 1, 1e-9) << degrees << " " << tail;
      EXPECT_NEAR(student_t_tails(degrees, value).above / tail, 1, 1e-9) << degrees << " " << tail;
    }
    for (const double value : {1e-8, 1e-3, 0.5, 3.0, 40.0, 1e5}) {
      const double tail = boost::math::cdf(boost::math::complement(known, value));
      if (tail == 0) continue;
      EXPECT_NEAR(student_t_tails(degrees, value).above / tail, 1, 1e-8) << degrees << " " << value;
    }
  }
  EXPECT_EQ(student_t_tails(4, 0).above, 0.5);
  EXPECT_NEAR(student_t_tails(1, 1).above, 0.25, 1e-12) << "Cauchy's";
  EXPECT_EQ(student_t_upper(4, 0.5), 0);
  EXPECT_TRUE(std::isinf(student_t_upper(4, 0)));
}

// To the last digit: a comparison turned round says the same.
TEST(Quantiles, BothTailsAreThoseOfTheValueTurnedRound) {
  for (const double degrees : {0.3, 2.0, 29.7, 1e8, kInfinity}) {
    for (const double value : {0.0, 1e-8, 0.5, 3.0, 1e5, kInfinity}) {
      const Tails tails = student_t_tails(degrees, value);
      EXPECT_EQ(tails.above, student_t_tails(degrees, -value).below) << degrees << " " << value;
      EXPECT_EQ(tails.below, student_t_tails(degrees, -value).above) << degrees << " " << value;
      EXPECT_NEAR(tails.above + tails.below, 1, 1e-12) << degrees << " " << value;
    }
  }
}

// Welch's own rule by hand: variances 1 and 4 with 4 and 9 degrees of freedom.
TEST(Estimate, ADifferenceAddsVariancesAndHasSatterthwaitesDegrees) {
  const Estimate result = difference({5, 1, 4}, {2, 4, 9});
  EXPECT_EQ(result.value, 3);
  EXPECT_EQ(result.variance, 5);
  EXPECT_NEAR(result.degrees, 25 / (1.0 / 4 + 16.0 / 9), 1e-12);
}

TEST(Estimate, AKnownVarianceAddsDegrees) {
  const Estimate result = with_more_variance({1, 1, 4}, 9, kInfinity);
  EXPECT_NEAR(result.degrees, 100 / (1.0 / 4), 1e-9);
}

TEST(Estimate, CertaintyAndIgnorance) {
  EXPECT_EQ(p_above({1, 0, 4}, 0.5), 0);
  EXPECT_EQ(p_above({1, 0, 4}, 1), 1) << "not above itself";
  EXPECT_EQ(p_above({1, 1, 0}, -1e9), 1) << "no degree of freedom";
  EXPECT_EQ(half_width({1, 1, 0}, 0.05), kInfinity);
  EXPECT_EQ(half_width({1, 0, 0}, 0.05), 0);
  EXPECT_EQ(p_above({std::nan(""), 1, 3}, 0), 1);
}

TEST(Equivalence, CertaintyOnTheBoundIsWithin) {
  EXPECT_EQ(p_within({0, 0, 2}, 0, 0), 0);
  EXPECT_EQ(p_within({1, 0, 2}, -0.5, 0.5), 1);
}

/// A number from -1000 to 1000 in steps of 0.01.
rc::Gen<double> small() {
  return rc::gen::map(rc::gen::inRange(-100000, 100001), [](int hundredths) { return hundredths / 100.0; });
}
rc::Gen<double> positive() {
  return rc::gen::map(rc::gen::inRange(1, 100001), [](int hundredths) { return hundredths / 100.0; });
}

// What is seen in the interval and what is said by the level are one thing.
RC_GTEST_PROP(EstimateProperty, AnIntervalEndsWhereTheLevelIsHalfAlpha, ()) {
  const Estimate estimate{*small(), *positive(), *positive()};
  const Interval interval = interval_of(estimate, 0.05);
  RC_PRE(std::isfinite(interval.low) && estimate.degrees > 0.5);
  RC_ASSERT(std::fabs(p_above(estimate, interval.low) - 0.025) < 1e-6);
  RC_ASSERT(std::fabs(p_below(estimate, interval.high) - 0.025) < 1e-6);
}

RC_GTEST_PROP(EstimateProperty, EquivalenceIsAnIntervalWithinTheBounds, ()) {
  const Estimate estimate{*small(), *positive(), *rc::gen::map(positive(), [](double x) { return x + 1; })};
  const double bound = *positive();
  const Interval interval = interval_of(estimate, 0.1);
  const bool within = -bound < interval.low && interval.high < bound;
  RC_ASSERT(within == (p_within(estimate, -bound, bound) < 0.05));
}

RC_GTEST_PROP(EstimateProperty, AboveAndBelowAreMirrored, ()) {
  const Estimate estimate{*small(), *positive(), *positive()};
  const double bound = *small();
  RC_ASSERT(std::fabs(p_above(estimate, bound) + p_below(estimate, bound) - 1) < 1e-9);
}

// Yuen's by hand: of 1..10 without the two outermost on each side; winsorised 3 3 3 4 5 6 7 8 8 8, whose squares about 5.5 sum to 42.5.
TEST(TrimmedMean, ByHand) {
  const Estimate result = trimmed_mean({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  EXPECT_DOUBLE_EQ(result.value, 5.5);
  EXPECT_DOUBLE_EQ(result.variance, 42.5 / 30);
  EXPECT_EQ(result.degrees, 5);
  EXPECT_EQ(trimmed_mean({0, 0, 0, 0, 10}).value, 2) << "five values are not trimmed";
}

/// The share of intervals that hold the truth; `two_sided` takes two independent groups of unequal spread.
double coverage(const Noise& noise, std::size_t blocks, bool two_groups) {
  constexpr int kRuns = 4000;
  Random random(20261125);
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> head;
    std::vector<double> base;
    for (std::size_t i = 0; i < blocks; ++i) {
      head.push_back(1 + noise.draw(random));
      base.push_back(3 * noise.draw(random));
    }
    const Estimate estimate = two_groups ? difference(trimmed_mean(head), trimmed_mean(base)) : trimmed_mean(head);
    const Interval interval = interval_of(estimate, 0.05);
    if (interval.low <= 1 && 1 <= interval.high) ++held;
  }
  return static_cast<double>(held) / kRuns;
}

TEST(Coverage, OfYuensIntervalIsWhatItSays) {
  for (const std::size_t blocks : {std::size_t{6}, std::size_t{10}, std::size_t{20}}) {
    EXPECT_NEAR(coverage(kNoises[0], blocks, false), 0.95, 0.02) << blocks;
    EXPECT_NEAR(coverage(kNoises[0], blocks, true), 0.95, 0.02) << blocks;
    for (const Noise& noise : kNoises) {
      // Of two values and little between, a trimmed mean of few blocks hardly knows that there are two: 79 % at 6 blocks, 90 % at 10.
      if (noise.draw == two_states && blocks < 20) continue;
      // Wider than said where tails are heavy is the price of a variance that outliers may not spoil.
      EXPECT_GT(coverage(noise, blocks, false), 0.93) << noise.name << blocks;
      EXPECT_LT(coverage(noise, blocks, true), 0.985) << noise.name << blocks;
    }
  }
}

}  // namespace
}  // namespace benchkit::stats
