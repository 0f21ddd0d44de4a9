#include "stats/e_process.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

/// After how many blocks, looking after each, the evidence reaches 1 / alpha; 0: never.
std::size_t decided_after(const std::vector<double>& values, double bound, double alpha) {
  EProcess process(bound);
  for (std::size_t i = 0; i < values.size(); ++i) {
    process.add(values[i]);
    if (process.p_above() <= alpha) return i + 1;
  }
  return 0;
}

int false_alarms(const Noise& noise, double effect, int runs, double alpha) {
  Random random(20261125);
  int count = 0;
  for (int run = 0; run < runs; ++run) {
    if (decided_after(paired_blocks(random, noise, 100, effect, 0.01), effect, alpha) > 0) ++count;
  }
  return count;
}

// The promise: whoever looks after every one of 100 blocks errs in 5 % of 1,000 runs at most; 50 and three standard errors are 71.
TEST(EProcess, PeekingRaisesNoFalseAlarm) {
  for (const Noise& noise : kNoises) {
    for (const double effect : {0.0, 0.02}) {
      const int count = false_alarms(noise, effect, 1000, 0.05);
      EXPECT_LE(count, 71) << noise.name << " " << effect;
      EXPECT_GT(count, 5) << noise.name << " " << effect << ": a process that never errs wastes its level";
    }
  }
}

// As the file says: a fifth of the capital on each slope.
TEST(EProcess, TheCapitalIsDividedOverFiveSlopes) {
  const std::array<double, 5> slopes{10, 30, 100, 300, 1000};
  const std::vector<double> values{0.004, -0.0007, 0.02, 0.0001};
  double above = 0, below = 0;
  for (const double slope : slopes) {
    double up = 1, down = 1;
    for (const double value : values) {
      const double stake = 0.9 * std::tanh(slope * (value - 0.001));
      up *= 1 + stake;
      down *= 1 - stake;
    }
    above += up / 5;
    below += down / 5;
  }
  EXPECT_NEAR(e_process(values, 0.001).above(), above, 1e-12);
  EXPECT_NEAR(e_process(values, 0.001).below(), below, 1e-12);
}

// Expected capital is at most 1 at any fixed moment: what "fair" means.
TEST(EProcess, ExpectedEvidenceIsAtMostOneUnderTheNull) {
  Random random(7);
  double sum = 0;
  constexpr int kRuns = 20000;
  for (int run = 0; run < kRuns; ++run) sum += std::fmin(e_process(paired_blocks(random, kNoises[1], 12, -0.001, 0.01), 0).above(), 1000);
  EXPECT_LT(sum / kRuns, 1.1);
}

double power(const Noise& noise, double effect, double spread, std::size_t blocks, double alpha) {
  Random random(11);
  constexpr int kRuns = 300;
  int found = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> values;
    for (std::size_t i = 0; i < blocks; ++i) values.push_back(effect + spread * noise.draw(random));
    if (decided_after(values, 0.0025, alpha) > 0) ++found;
  }
  return static_cast<double>(found) / kRuns;
}

// A true 1 % beyond a threshold of 0.25 % at a level of 1 %.
TEST(EProcess, FindsWhatIsThere) {
  EXPECT_GT(power(kNoises[0], 0.01, 0.0045, 20, 0.01), 0.9);
  EXPECT_GT(power(kNoises[0], 0.01, 0.009, 60, 0.01), 0.9);
  EXPECT_GT(power(kNoises[2], 0.01, 0.0045, 20, 0.01), 0.8) << "outliers must not ruin it";
  EXPECT_GT(power(kNoises[0], 0.2, 0.02, 15, 0.01), 0.99);
}

TEST(EProcess, NoDataIsNoEvidence) {
  EXPECT_EQ(e_process({}, 0).above(), 1);
  EXPECT_EQ(e_process({}, 0).p_above(), 1);
  EXPECT_TRUE(std::isinf(confidence_sequence({}, 0.05).low));
  EXPECT_TRUE(std::isinf(confidence_sequence(std::vector<double>{1, 1, 1}, 0.05).high)) << "three blocks prove nothing at 5 %";
}

TEST(EProcess, TheSequenceHoldsTheTruthAtAllTimesTogether) {
  Random random(13);
  constexpr int kRuns = 200;
  int missed = 0;
  double width = 0;
  for (int run = 0; run < kRuns; ++run) {
    const std::vector<double> values = paired_blocks(random, kNoises[0], 60, 0.03, 0.01);
    bool held = true;
    for (std::size_t count = 10; count <= values.size(); count += 10) {
      const Interval interval = confidence_sequence(std::span(values).first(count), 0.05);
      held = held && interval.low <= 0.03 && 0.03 <= interval.high;
      if (count == values.size()) width += interval.high - interval.low;
    }
    if (!held) ++missed;
  }
  EXPECT_LE(missed, 19) << "10 are allowed; three standard errors are 9";
  EXPECT_LT(width / kRuns, 0.02) << "the spread of a block is 0.01 and 60 of them know more than one";
}

RC_GTEST_PROP(EProcessProperty, FallsWithTheBoundAndIsMirrored, (std::vector<int> drawn, int low, int high)) {
  std::vector<double> values;
  std::vector<double> mirrored;
  for (const int one : drawn) {
    values.push_back(one % 1000 / 1e4);
    mirrored.push_back(-values.back());
  }
  const double least = std::min(low % 1000, high % 1000) / 1e4;
  const double most = std::max(low % 1000, high % 1000) / 1e4;
  RC_ASSERT(e_process(values, least).above() >= e_process(values, most).above() * (1 - 1e-9));
  RC_ASSERT(e_process(values, least).p_above() <= e_process(values, most).p_above() * (1 + 1e-9));
  RC_ASSERT(std::fabs(e_process(values, least).above() / e_process(mirrored, -least).below() - 1) < 1e-9);
}

RC_GTEST_PROP(EProcessProperty, WhatWasReachedStaysReached, (std::vector<int> drawn)) {
  EProcess process(0.001);
  double least = 1;
  for (const int one : drawn) {
    process.add(one % 1000 / 1e4);
    RC_ASSERT(process.p_above() <= least);
    least = std::fmin(least, 1 / process.above());
    RC_ASSERT(process.p_above() == least);
  }
}

RC_GTEST_PROP(EProcessProperty, TheIntervalHoldsWhatIsNotRefuted, (std::vector<int> drawn)) {
  RC_PRE(drawn.size() > 2);
  std::vector<double> values;
  for (const int one : drawn) values.push_back(one % 1000 / 1e4);
  const Interval interval = confidence_sequence(values, 0.05);
  RC_ASSERT(interval.low <= interval.high);
  const EProcess between = e_process(values, 0.5 * (interval.low + interval.high));
  if (between.p_above() <= 1 / 40.0 && between.p_below() <= 1 / 40.0) return;  // the values refute everything
  if (std::isfinite(interval.low)) {
    RC_ASSERT(e_process(values, interval.low - 1e-6).p_above() <= 1 / 40.0 * (1 + 1e-6));
    RC_ASSERT(e_process(values, interval.low + 1e-6).p_above() >= 1 / 40.0 * (1 - 1e-6));
  }
}

}  // namespace
}  // namespace benchkit::stats
