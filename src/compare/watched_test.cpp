// By simulation: what is promised of runs whose blocks are watched while they come in.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "compare/verdict.hpp"
#include "stats/simulation_test.hpp"

namespace benchkit::compare {
namespace {

using stats::Noise;
using stats::Random;

// Sanitised code takes ten times as long; what fewer runs can tell is tested all the same.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kPart = 8;
#else
constexpr int kPart = 1;
#endif

constexpr double kAlpha = 0.05;

/// Blocks of one metric of one case, with the truth `change` (a logarithm).
Evidence watched(Design design, std::vector<double> values, double change) {
  Evidence evidence{.metric = "time", .paired = true};
  evidence.design = design;
  evidence.planned_blocks = values.size();
  evidence.logarithmic = evidence.has_values = true;
  evidence.base_centre = evidence.head_centre = evidence.first_base_centre = evidence.first_head_centre = 1;
  for (double& value : values) value += change;
  evidence.effects = std::move(values);
  return evidence;
}

/// More than so many of `runs` are no chance, if the truth is `share`: three standard errors.
double at_most(double share, int runs) { return runs * share + 3 * std::sqrt(runs * share * (1 - share)); }

// The truth lies on the threshold: both claims are false. Whoever looks after every block, or at each look, makes one in 5 % of all runs at most.
TEST(Watched, LookingOnAndOnRaisesNoFalseAlarm) {
  for (const Design design : {Design::sequential, Design::looks}) {
    for (const Noise& noise : stats::kNoises) {
      Random random(1);
      const int runs = 800 / kPart;
      int wrong = 0;
      for (int run = 0; run < runs; ++run) {
        const Evidence evidence = watched(design, stats::paired_blocks(random, noise, 60, 0, 0.01), std::log1p(0.01));
        // Levels never rise, so the last look knows all.
        if (judge({&evidence, 1}, {.alpha = kAlpha, .intervals = false}).front().decided) ++wrong;
      }
      EXPECT_LE(wrong, at_most(kAlpha, runs)) << to_string(design) << " " << noise.name;
    }
  }
}

/// Of those planned the first `blocks`, for its time was over.
Evidence cut(std::vector<double> values, std::size_t blocks, double change) {
  Evidence evidence = watched(Design::looks, std::move(values), change);
  evidence.effects.resize(blocks);
  evidence.time_over = true;
  return evidence;
}

// Blocks are dearer than was planned: the last look is at those that there are, and errs as seldom.
TEST(Watched, ATimeThatIsOverEarlyRaisesNoFalseAlarm) {
  for (const Noise& noise : stats::kNoises) {
    for (const std::size_t blocks : {7, 18, 44}) {
      Random random(5);
      const int runs = 800 / kPart;
      const int with_interval = runs / 8;
      int wrong = 0;
      int missed = 0;
      for (int run = 0; run < runs; ++run) {
        const Evidence evidence = cut(stats::paired_blocks(random, noise, 60, 0, 0.01), blocks, std::log1p(0.01));
        const Judgement now = judge({&evidence, 1}, {.alpha = kAlpha, .intervals = run < with_interval}).front();
        wrong += now.decided ? 1 : 0;
        if (now.interval) missed += now.interval->low > 1.01 || now.interval->high < 1.01 ? 1 : 0;
      }
      // As with the fixed design: a few blocks of a case that has two states are too few for a trimmed mean.
      const double allowed = blocks < 10 && noise.draw == stats::two_states ? 0.11 : kAlpha;
      EXPECT_LE(wrong, at_most(allowed, runs)) << noise.name << " " << blocks;
      EXPECT_LE(missed, at_most(allowed, with_interval)) << noise.name << " " << blocks;
    }
  }
}

TEST(Watched, ATimeThatIsOverEarlyStarvesNothing) {
  Random random(6);
  const int runs = 400 / kPart;
  int found = 0, by_fixed = 0, without_end = 0;
  for (int run = 0; run < runs; ++run) {
    Evidence evidence = cut(stats::paired_blocks(random, stats::kNoises[0], 60, 0, 0.01), 8, std::log1p(0.025));
    const auto is_found = [&] {
      return judge({&evidence, 1}, {.alpha = kAlpha, .intervals = false}).front().verdict == Verdict::regressed ? 1 : 0;
    };
    found += is_found();
    evidence.time_over = false;
    without_end += is_found();
    evidence.design = Design::fixed;
    by_fixed += is_found();
  }
  EXPECT_GT(by_fixed, runs / 2) << "else nothing was shown";
  EXPECT_GT(found, by_fixed * 95 / 100) << "of eight blocks of sixty";
  EXPECT_LT(without_end, by_fixed / 4);
}

// Of a run that was stopped when it suited best to be wrong the interval still holds the truth.
TEST(Watched, IntervalsHoldTheTruthWheneverOneStops) {
  for (const Design design : {Design::sequential, Design::looks}) {
    for (const Noise& noise : stats::kNoises) {
      Random random(2);
      const int runs = 240 / kPart;
      int missed = 0;
      for (int run = 0; run < runs; ++run) {
        const Evidence whole = watched(design, stats::paired_blocks(random, noise, 40, 0, 0.01), 0.03);
        bool held = true;
        for (std::size_t blocks = 4; blocks <= 40 && held; blocks += 4) {
          Evidence so_far = whole;
          so_far.effects.resize(blocks);
          so_far.unfinished = true;
          const Judgement now = judge({&so_far, 1}, {.alpha = kAlpha}).front();
          held = std::log(now.interval->low) <= 0.03 && 0.03 <= std::log(now.interval->high);
        }
        if (!held) ++missed;
      }
      EXPECT_LE(missed, at_most(kAlpha, runs)) << to_string(design) << " " << noise.name;
    }
  }
}

// What a look at the end alone covers: the fixed design, of blocks as they come from a machine that drifts, remembers and has neighbours.
TEST(Watched, TheFixedIntervalCoversWhatItSays) {
  for (const Noise& noise : stats::kNoises) {
    for (const std::size_t blocks : {10, 20, 40}) {
      Random random(3);
      const int runs = 3000 / kPart;
      int held = 0;
      for (int run = 0; run < runs; ++run) {
        const Evidence evidence = watched(Design::fixed, stats::paired_blocks(random, noise, blocks, 0, 0.01), 0.03);
        const Judgement result = judge({&evidence, 1}, {.alpha = kAlpha}).front();
        held += std::log(result.interval->low) <= 0.03 && 0.03 <= std::log(result.interval->high) ? 1 : 0;
      }
      // Ten blocks of a case that has two states are too few for a trimmed mean: 89 %.
      const double wanted = blocks == 10 && noise.draw == stats::two_states ? 0.89 : 0.95;
      EXPECT_NEAR(static_cast<double>(held) / runs, wanted, kPart > 1 ? 0.04 : 0.02) << noise.name << " " << blocks;
    }
  }
}

/// A suite of which a case in ten is slower by 5 %. The blocks of all cases have a third of their variance in common: one life of a worker may
/// be lucky in all that it does.
struct Suite {
  std::vector<Evidence> evidence;
  std::vector<std::vector<double>> whole;
  std::vector<bool> changed;
};

Suite suite_of(Random& random, Design design, const Noise& noise, std::size_t comparisons, std::size_t blocks) {
  constexpr double kSpread = 0.01;
  constexpr double kInCommon = 0.33;
  Suite suite;
  const std::vector<double> common = stats::paired_blocks(random, noise, blocks, 0, kSpread * std::sqrt(kInCommon));
  for (std::size_t i = 0; i < comparisons; ++i) {
    suite.changed.push_back(i % 10 == 0);
    std::vector<double> values =
        stats::paired_blocks(random, noise, blocks, suite.changed.back() ? std::log1p(0.05) : 0, kSpread * std::sqrt(1 - kInCommon));
    for (std::size_t block = 0; block < blocks; ++block) values[block] += common[block];
    suite.evidence.push_back(watched(design, std::vector<double>(blocks), 0));
    suite.evidence.back().effects.clear();
    suite.evidence.back().unfinished = true;
    suite.whole.push_back(std::move(values));
  }
  return suite;
}

/// Block after block, as a run does: what is decided gets no more.
std::vector<Judgement> measure(Suite& suite) {
  std::vector<Judgement> now;
  for (std::size_t block = 0; block < suite.whole.front().size(); ++block) {
    for (std::size_t i = 0; i < suite.evidence.size(); ++i) {
      if (suite.evidence[i].unfinished) suite.evidence[i].effects.push_back(suite.whole[i][block]);
    }
    now = judge(suite.evidence, {.alpha = kAlpha, .intervals = false});
    for (std::size_t i = 0; i < now.size(); ++i) suite.evidence[i].unfinished = suite.evidence[i].unfinished && !now[i].decided;
  }
  return now;
}

TEST(Watched, AmongManyCasesThatStopOneByOneFewDiscoveriesAreFalse) {
  for (const Design design : {Design::sequential, Design::looks}) {
    for (const Noise& noise : stats::kNoises) {
      Random random(4);
      const int runs = 24 / kPart;
      double false_share = 0, found = 0;
      for (int run = 0; run < runs; ++run) {
        Suite suite = suite_of(random, design, noise, 100, 50);
        const std::vector<Judgement> verdicts = measure(suite);
        double called = 0, right = 0;
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
          called += verdicts[i].verdict == Verdict::regressed || verdicts[i].verdict == Verdict::improved ? 1 : 0;
          right += verdicts[i].verdict == Verdict::regressed && suite.changed[i] ? 1 : 0;
        }
        false_share += called > 0 ? (called - right) / called / runs : 0;
        found += right / 10 / runs;
      }
      EXPECT_LE(false_share, kPart > 1 ? 3 * kAlpha : kAlpha) << to_string(design) << " " << noise.name;
      EXPECT_GT(found, 0.7) << to_string(design) << " " << noise.name << ": a rule that finds nothing errs never";
    }
  }
}

}  // namespace
}  // namespace benchkit::compare
