#include "compare/verdict.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace benchkit::compare {
namespace {

using Random = std::mt19937_64;

double normal(Random& random) { return std::normal_distribution<double>()(random); }

/// A case measured in pairs: what the block draws is in both sides.
Evidence paired_case(Random& random, double log_change, double spread, std::size_t blocks = 10, const std::string& metric = "time") {
  Side base;
  Side head;
  for (std::size_t block = 0; block < blocks; ++block) {
    const double machine = std::exp(0.2 * normal(random));
    const double luck = spread * normal(random);
    for (int pair = 0; pair < 3; ++pair) {
      for (Side* side : {&base, &head}) {
        side->values.push_back(1000 * machine * std::exp(side == &head ? log_change + luck : 0) * std::exp(0.1 * spread * normal(random)));
        side->blocks.push_back(static_cast<std::int64_t>(block));
        side->pairs.push_back(pair);
      }
    }
  }
  Evidence evidence{.metric = metric, .paired = true};
  add_samples(evidence, base, head, stats::Statistic::median);
  return evidence;
}

/// One sample a block on each side.
Evidence of_blocks(const std::vector<double>& base, const std::vector<double>& head, bool paired = true) {
  const auto side = [](const std::vector<double>& values) {
    Side result{.values = values, .blocks = {}};
    for (std::size_t i = 0; i < values.size(); ++i) result.blocks.push_back(static_cast<std::int64_t>(i));
    return result;
  };
  Evidence evidence{.metric = "time", .paired = paired};
  add_samples(evidence, side(base), side(head), stats::Statistic::median);
  return evidence;
}

Judgement only(const Evidence& evidence, const JudgeOptions& options = {}) { return judge(std::span(&evidence, 1), options).at(0); }

TEST(Verdict, ThreeThingsAreProvenAndTheRestIsUndecided) {
  Random random(1);
  EXPECT_EQ(only(paired_case(random, 0.05, 0.002)).verdict, Verdict::regressed);
  EXPECT_EQ(only(paired_case(random, -0.05, 0.002)).verdict, Verdict::improved);
  EXPECT_EQ(only(paired_case(random, 0, 0.002)).verdict, Verdict::same);
  const Judgement open = only(paired_case(random, 0, 0.1));
  EXPECT_EQ(open.verdict, Verdict::undecided);
  EXPECT_EQ(open.reason, "the interval reaches over the threshold");
  EXPECT_GT(*open.detectable, 0.05) << "with this noise a small change would not be seen";
}

TEST(Verdict, MoreIsBetterTurnsItRoundAndUnknownIsNoDirection) {
  Random random(2);
  Evidence evidence = paired_case(random, 0.05, 0.002);
  evidence.better = Better::more;
  EXPECT_EQ(only(evidence).verdict, Verdict::improved);
  evidence.better = Better::unknown;
  EXPECT_EQ(only(evidence).verdict, Verdict::undecided);
  EXPECT_EQ(only(evidence).reason, "it changed, and nothing says which direction is better");
}

TEST(Verdict, TheEffectIsThatOfThePairs) {
  Random random(3);
  const Judgement result = only(paired_case(random, 0.05, 0.002));
  EXPECT_NEAR(*result.effect, std::exp(0.05), 0.005);
  EXPECT_LT(result.interval->low, *result.effect);
  EXPECT_GT(result.interval->high, *result.effect);
  EXPECT_LT(result.interval->high - result.interval->low, 0.02) << "a machine that changes by a fifth from block to block is in both";
  EXPECT_FALSE(result.unpaired);
}

TEST(Verdict, EqualIsEqualAndOneByteMoreIsNot) {
  EXPECT_EQ(only(of_blocks({100, 100}, {100, 100}), {.threshold = {0, false}}).verdict, Verdict::same);
  const Judgement more = only(of_blocks({100, 100}, {101, 101}), {.threshold = {0, false}});
  EXPECT_EQ(more.verdict, Verdict::regressed);
  EXPECT_TRUE(more.exact);
  EXPECT_EQ(more.level, 0);
  EXPECT_EQ(only(of_blocks({100, 100}, {101, 101})).verdict, Verdict::same) << "1 % is no change beyond 1 %";
  EXPECT_EQ(only(of_blocks({100, 100}, {102, 102}, false)).verdict, Verdict::regressed) << "what has no noise needs no pairs";
  EXPECT_EQ(only(of_blocks({100, 100}, {103, 103}), {.threshold = {3, false}}).verdict, Verdict::same);
  EXPECT_EQ(only(of_blocks({100, 100}, {104, 104}), {.threshold = {3, false}}).verdict, Verdict::regressed);
}

TEST(Verdict, AMetricMayHaveItsOwnThreshold) {
  const Evidence evidence = of_blocks({100, 100}, {104, 104});
  JudgeOptions options{.threshold = {0.01, true}, .of_metric = {{"peak", {0, false}}, {"time", {0.1, true}}}};
  EXPECT_EQ(only(evidence, options).verdict, Verdict::same);
  options.of_metric.emplace_back("time", Threshold{1, false});
  EXPECT_EQ(only(evidence, options).verdict, Verdict::regressed) << "the last one counts";
}

TEST(Verdict, ZeroIsNoBaseOfAShare) {
  EXPECT_EQ(only(of_blocks({0, 0}, {0, 0})).verdict, Verdict::same);
  const Judgement grown = only(of_blocks({0, 0}, {7, 7}));
  EXPECT_EQ(grown.standing, Standing::zero_base);
  EXPECT_EQ(grown.verdict, Verdict::undecided);
  EXPECT_EQ(only(of_blocks({0, 0}, {7, 7}), {.threshold = {5, false}}).verdict, Verdict::regressed) << "seven are more than five";
  EXPECT_EQ(only(of_blocks({7, 7}, {0, 0})).verdict, Verdict::improved);
}

TEST(Verdict, WhatIsBelowZeroIsComparedByDifferences) {
  const Judgement result = only(of_blocks({-1, 0, 1, 0, -1, 1}, {9, 10, 11, 10, 9, 11.5}), {.threshold = {2, false}});
  EXPECT_EQ(result.verdict, Verdict::regressed);
  EXPECT_FALSE(result.relative);
  EXPECT_NEAR(*result.effect, 10, 0.5);
}

TEST(Verdict, TooLittleIsSaidAndNeverDecided) {
  EXPECT_EQ(only(of_blocks({1, 1.001}, {2, 2.001})).reason, "2 blocks in common: a verdict takes 3");
  EXPECT_EQ(only(of_blocks({1}, {2})).reason, "1 block in common: a verdict takes 3");
  EXPECT_EQ(only(of_blocks({1}, {2}, false)).reason, "one sample: nothing is known of its noise");
  EXPECT_EQ(only(of_blocks({1, 1.1}, {2, 2.1, 2.2}, false)).reason, "2 blocks: a verdict takes 3");
  const Judgement few = only(of_blocks({1, 1.01, 1.02}, {2, 2.1, 2.2}, false));
  EXPECT_EQ(few.verdict, Verdict::undecided);
  EXPECT_EQ(few.reason, "unpaired, and 1 case is too few to tell the noise between runs from (8 are enough)");
  EXPECT_NEAR(*few.effect, 2.07, 0.02) << "the number is told all the same";
}

TEST(Verdict, OneProcessOfASoloRunProvesNothing) {
  Side base{.values = {1, 1.01, 1, 1.01}, .blocks = {0, 0, 0, 0}};
  Side head{.values = {2, 2.01, 2, 2.01}, .blocks = {0, 0, 0, 0}};
  std::vector<Evidence> suite(20, Evidence{.metric = "time", .solo = true});
  for (std::size_t i = 0; i < suite.size(); ++i) add_samples(suite[i], base, i < 2 ? head : base, stats::Statistic::median);
  for (const Judgement& one : judge(suite, {})) EXPECT_EQ(one.verdict, Verdict::undecided);
  for (Evidence& one : suite) one.solo = false;
  EXPECT_EQ(judge(suite, {})[0].verdict, Verdict::regressed) << "here the other cases tell the noise between the runs";
}

TEST(Verdict, WhatCannotBeComparedIsNamedAndUndecided) {
  for (const Standing standing : {Standing::vanished, Standing::added, Standing::failed, Standing::skipped, Standing::changed_body}) {
    Evidence evidence = of_blocks({1, 1, 1}, {1, 1, 1});
    evidence.standing = standing;
    EXPECT_EQ(only(evidence).verdict, Verdict::undecided) << to_string(standing);
    EXPECT_EQ(only(evidence).standing, standing);
    EXPECT_EQ(standing_from(to_string(standing)), standing);
  }
  Evidence elsewhere = of_blocks({5, 5}, {9, 9});
  elsewhere.standing = Standing::other_machine;
  EXPECT_EQ(only(elsewhere).verdict, Verdict::regressed) << "a count is the same everywhere";
  elsewhere = of_blocks({5, 5.1, 5}, {9, 9.1, 9});
  elsewhere.standing = Standing::other_machine;
  EXPECT_EQ(only(elsewhere).verdict, Verdict::undecided);
}

TEST(Verdict, TheNoiseOfTheMachineIsAddedWhereItIsKnown) {
  Evidence evidence = of_blocks({1, 1.01, 0.99, 1}, {1.1, 1.11, 1.09, 1.1}, false);
  evidence.known_floor = 0.005;
  EXPECT_EQ(only(evidence).verdict, Verdict::regressed);
  EXPECT_EQ(only(evidence).floor, 0.005);
  evidence.known_floor = 0.1;
  EXPECT_EQ(only(evidence).verdict, Verdict::undecided);
}

TEST(Verdict, AStatisticWithoutAnIntervalHasNoVerdict) {
  Evidence evidence{.metric = "time", .paired = false};
  const Side side{.values = {1, 2, 3}, .blocks = {0, 1, 2}};
  add_samples(evidence, side, side, stats::Statistic::max);
  EXPECT_EQ(only(evidence).reason, "the statistic has no interval: --stat median or mean has one");
}

/// 600 comparisons, some of them changed; the shares of false ones among the called, and of the changed that were found.
struct Rates {
  double false_changes = 0, false_sames = 0, found = 0, same = 0;
};
Rates rates(Design design, double spread, std::size_t blocks) {
  constexpr std::size_t kCases = 600;
  constexpr std::size_t kChanged = 40;
  constexpr int kRuns = 6;
  Random random(20261125);
  Rates sum;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Evidence> suite;
    for (std::size_t i = 0; i < kCases; ++i) suite.push_back(paired_case(random, i < kChanged ? 0.05 : 0, spread, blocks));
    const std::vector<Judgement> judgements = judge(suite, {.threshold = {0.01, true}, .design = design, .intervals = false});
    double changes = 0, wrong = 0, sames = 0, wrong_sames = 0;
    for (std::size_t i = 0; i < kCases; ++i) {
      const Verdict verdict = judgements[i].verdict;
      if (verdict == Verdict::same) {
        ++sames;
        if (i < kChanged) ++wrong_sames;
      }
      if (verdict != Verdict::regressed && verdict != Verdict::improved) continue;
      ++changes;
      if (i >= kChanged || verdict == Verdict::improved) ++wrong;
    }
    sum.false_changes += changes > 0 ? wrong / changes / kRuns : 0;
    sum.false_sames += sames > 0 ? wrong_sames / sames / kRuns : 0;
    sum.found += (changes - wrong) / kChanged / kRuns;
    sum.same += (sames - wrong_sames) / (kCases - kChanged) / kRuns;
  }
  return sum;
}

TEST(Verdict, FalseDiscoveriesAreFewOverASuiteAndTheChangedAreFound) {
  const Rates fixed = rates(Design::fixed, 0.01, 10);
  EXPECT_LT(fixed.false_changes, 0.05);
  EXPECT_LT(fixed.false_sames, 0.05);
  EXPECT_GT(fixed.found, 0.95);
  const Rates sequential = rates(Design::sequential, 0.01, 30);
  EXPECT_LT(sequential.false_changes, 0.05);
  EXPECT_GT(sequential.found, 0.95);
  EXPECT_GT(rates(Design::fixed, 0.004, 10).same, 0.9) << "a tool that always says undecided fails here";
  EXPECT_GT(rates(Design::sequential, 0.004, 30).same, 0.9);
}

// Whoever stops a case when it is decided finds the same verdict in the table at the end.
TEST(Verdict, AnEarlyStopNeverBecomesUndecided) {
  Random random(5);
  constexpr std::size_t kCases = 40;
  constexpr std::size_t kBlocks = 40;
  std::vector<Evidence> whole;
  for (std::size_t i = 0; i < kCases; ++i) whole.push_back(paired_case(random, 0.002 * static_cast<double>(i), 0.01, kBlocks));
  std::vector<Evidence> suite = whole;
  for (Evidence& one : suite) one.effects.clear();
  std::vector<Verdict> stopped(kCases, Verdict::undecided);
  std::size_t early = 0;
  for (std::size_t block = 0; block < kBlocks; ++block) {
    for (std::size_t i = 0; i < kCases; ++i) {
      if (stopped[i] == Verdict::undecided) suite[i].effects.push_back(whole[i].effects[block]);
    }
    const std::vector<Judgement> now = judge(suite, {.design = Design::sequential, .intervals = false});
    for (std::size_t i = 0; i < kCases; ++i) {
      if (stopped[i] != Verdict::undecided) {
        EXPECT_EQ(now[i].verdict, stopped[i]);
      } else if (now[i].verdict != Verdict::undecided) {
        stopped[i] = now[i].verdict;
        if (block + 1 < kBlocks) ++early;
      }
    }
  }
  EXPECT_GT(early, kCases / 2);
}

/// A suite of all kinds: paired, unpaired with families, exact, of one block.
std::vector<Evidence> any_suite() {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const auto count = *rc::gen::inRange<std::size_t>(1, 30);
  const bool paired = *rc::gen::arbitrary<bool>();
  std::vector<Evidence> suite;
  for (std::size_t i = 0; i < count; ++i) {
    const double change = *rc::gen::inRange(-2, 3) * 0.05;
    const int kind = *rc::gen::inRange(0, 4);
    const std::size_t blocks = *rc::gen::inRange<std::size_t>(1, 12);
    Evidence evidence{.metric = kind % 2 == 0 ? "time" : "peak", .paired = paired, .families = {kind % 2 == 0 ? "op=a" : "op=b"}};
    Side base;
    Side head;
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::int64_t pair = 0; pair < 3; ++pair) {
        for (Side* side : {&base, &head}) {
          const double noise = kind == 0 ? 0 : 0.01 * normal(random);
          side->values.push_back(100 * std::exp((side == &head ? change : 0) + noise));
          side->blocks.push_back(static_cast<std::int64_t>(block));
          side->pairs.push_back(pair);
        }
      }
    }
    add_samples(evidence, base, head, stats::Statistic::median);
    suite.push_back(std::move(evidence));
  }
  return suite;
}

Evidence swapped(Evidence evidence) {
  std::swap(evidence.base, evidence.head);
  std::swap(evidence.base_centre, evidence.head_centre);
  for (double& effect : evidence.effects) effect = -effect;
  return evidence;
}

JudgeOptions any_options() {
  return {.threshold = {*rc::gen::inRange(0, 10) / 100.0, true}, .design = *rc::gen::element(Design::fixed, Design::sequential)};
}

RC_GTEST_PROP(VerdictProperty, TheOrderOfCasesSaysNothing, ()) {
  const std::vector<Evidence> suite = any_suite();
  const JudgeOptions options = any_options();
  std::vector<std::size_t> order(suite.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), Random(*rc::gen::arbitrary<std::uint64_t>()));
  std::vector<Evidence> shuffled;
  for (const std::size_t i : order) shuffled.push_back(suite[i]);
  const auto plain = judge(suite, options);
  const auto turned = judge(shuffled, options);
  for (std::size_t i = 0; i < order.size(); ++i) {
    RC_ASSERT(turned[i].verdict == plain[order[i]].verdict);
    RC_ASSERT(turned[i].adjusted_level == plain[order[i]].adjusted_level);
  }
}

RC_GTEST_PROP(VerdictProperty, SwappedSidesMirrorTheVerdict, ()) {
  const std::vector<Evidence> suite = any_suite();
  const JudgeOptions options = any_options();
  std::vector<Evidence> mirrored;
  for (const Evidence& one : suite) mirrored.push_back(swapped(one));
  const auto there = judge(suite, options);
  const auto back = judge(mirrored, options);
  for (std::size_t i = 0; i < suite.size(); ++i) {
    const Verdict expected = there[i].verdict == Verdict::regressed  ? Verdict::improved
                             : there[i].verdict == Verdict::improved ? Verdict::regressed
                                                                     : there[i].verdict;
    RC_ASSERT(back[i].verdict == expected);
  }
}

RC_GTEST_PROP(VerdictProperty, ALargerThresholdCallsFewerChangesAndMoreSames, ()) {
  const std::vector<Evidence> suite = any_suite();
  JudgeOptions options = any_options();
  const auto fine = judge(suite, options);
  options.threshold.amount += *rc::gen::inRange(0, 20) / 100.0;
  const auto coarse = judge(suite, options);
  for (std::size_t i = 0; i < suite.size(); ++i) {
    if (coarse[i].verdict == Verdict::regressed || coarse[i].verdict == Verdict::improved) RC_ASSERT(fine[i].verdict == coarse[i].verdict);
    if (fine[i].verdict == Verdict::same) RC_ASSERT(coarse[i].verdict == Verdict::same);
  }
}

RC_GTEST_PROP(VerdictProperty, MoreOfTheSameDataTurnsNothingRound, ()) {
  const std::vector<Evidence> suite = any_suite();
  const JudgeOptions options = any_options();
  std::vector<Evidence> doubled = suite;
  for (Evidence& one : doubled) {
    for (std::vector<double>* values : {&one.effects, &one.base, &one.head}) {
      const std::vector<double> copy = *values;
      values->insert(values->end(), copy.begin(), copy.end());
    }
  }
  const auto once = judge(suite, options);
  const auto twice = judge(doubled, options);
  for (std::size_t i = 0; i < suite.size(); ++i) {
    RC_ASSERT(!(once[i].verdict == Verdict::regressed && twice[i].verdict == Verdict::improved));
    RC_ASSERT(!(once[i].verdict == Verdict::improved && twice[i].verdict == Verdict::regressed));
  }
}

RC_GTEST_PROP(VerdictProperty, NoVerdictIsSurerThanItsCorrectionAllows, ()) {
  const std::vector<Evidence> suite = any_suite();
  const JudgeOptions options = any_options();
  for (const Judgement& one : judge(suite, options)) {
    RC_ASSERT(one.adjusted_level >= one.level);
    RC_ASSERT((one.verdict == Verdict::undecided) == (one.adjusted_level > options.alpha));
    if (one.verdict == Verdict::undecided) RC_ASSERT(!one.reason.empty());
  }
}

}  // namespace
}  // namespace benchkit::compare
