#include "compare/verdict.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace benchkit::compare {
namespace {

using Random = std::mt19937_64;

double standard_normal(Random& random) { return std::normal_distribution<double>()(random); }

/// A case measured in pairs: what the block draws is in both sides.
Evidence paired_case(Random& random, double log_change, double spread, std::size_t blocks = 10, const std::string& metric = "time") {
  Side base;
  Side head;
  for (std::size_t block = 0; block < blocks; ++block) {
    const double machine = std::exp(0.2 * standard_normal(random));
    const double luck = spread * standard_normal(random);
    for (int pair = 0; pair < 3; ++pair) {
      for (Side* side : {&base, &head}) {
        side->values.push_back(1000 * machine * std::exp(side == &head ? log_change + luck : 0) *
                               std::exp(0.1 * spread * standard_normal(random)));
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
Evidence of_blocks(const std::vector<double>& base, const std::vector<double>& head, bool paired = true, Design design = Design::fixed) {
  const auto side = [](const std::vector<double>& values) {
    Side result{.values = values, .blocks = {}};
    for (std::size_t i = 0; i < values.size(); ++i) result.blocks.push_back(static_cast<std::int64_t>(i));
    return result;
  };
  Evidence evidence{.metric = "time", .paired = paired, .design = design};
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

// Two pairs of five were disturbed, both on one side: a trimmed mean would move.
TEST(Verdict, ABlockIsTheMedianOfItsPairs) {
  Side base{.values = {100, 100, 100, 100, 100}, .blocks = {0, 0, 0, 0, 0}, .pairs = {0, 1, 2, 3, 4}};
  Side head = base;
  head.values = {103, 150, 103, 180, 103};
  Evidence evidence{.metric = "time", .paired = true};
  add_samples(evidence, base, head, stats::Statistic::median);
  ASSERT_EQ(evidence.effects.size(), 1u);
  EXPECT_NEAR(evidence.effects[0], std::log(1.03), 1e-12);
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
  const auto three = [](double value) { return std::vector<double>(3, value); };
  EXPECT_EQ(only(of_blocks({100, 100}, {100, 100}), {.threshold = {0, false}}).verdict, Verdict::same);
  const Judgement more = only(of_blocks(three(100), three(101)), {.threshold = {0, false}});
  EXPECT_EQ(more.verdict, Verdict::regressed);
  EXPECT_TRUE(more.exact);
  EXPECT_EQ(more.level, 2 * std::pow(0.25, 3));
  EXPECT_EQ(only(of_blocks({100, 100}, {101, 101})).verdict, Verdict::same) << "1 % is no change beyond 1 %";
  EXPECT_EQ(only(of_blocks(three(100), three(102), false)).verdict, Verdict::regressed) << "what has no noise needs no pairs";
  EXPECT_EQ(only(of_blocks(three(100), three(103)), {.threshold = {3, false}}).verdict, Verdict::same);
  EXPECT_EQ(only(of_blocks(three(100), three(104)), {.threshold = {3, false}}).verdict, Verdict::regressed);
}

TEST(Verdict, TwoBlocksThatAgreeAreTooFewForAChange) {
  const Judgement two = only(of_blocks({100, 100}, {200, 200, 200}));
  EXPECT_EQ(two.verdict, Verdict::undecided);
  EXPECT_EQ(two.reason, "2 blocks a side agree, and the sides differ, which chance may do: 3 are enough");
  EXPECT_NE(only(of_blocks({1, 1, 1}, {2, 2, 2}), {.alpha = 0.01}).reason.find("4 are enough"), std::string::npos);
  EXPECT_EQ(only(of_blocks({1, 1, 1, 1}, {2, 2, 2, 2}), {.alpha = 0.01}).verdict, Verdict::regressed);
}

// Each process tosses a coin, and nothing differs between the sides.
TEST(Verdict, AMetricThatIsOneOfTwoNumbersIsSeldomCalled) {
  Random random(23);
  for (const std::size_t blocks : {2, 3, 5, 10}) {
    int called = 0;
    constexpr int kTrials = 4000;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> base;
      std::vector<double> head;
      for (std::size_t i = 0; i < blocks; ++i) {
        base.push_back(random() % 2 == 0 ? 1e6 : 2e6);
        head.push_back(random() % 2 == 0 ? 1e6 : 2e6);
      }
      const Verdict verdict = only(of_blocks(base, head)).verdict;
      called += static_cast<int>(verdict == Verdict::regressed || verdict == Verdict::improved);
    }
    EXPECT_LE(called, kTrials * 0.05) << blocks << " blocks";
  }
}

// Three workers of ten are 10 % slower: the true mean moves by 3 %, and what lies between the trimmed ends often does not vary at all.
TEST(Verdict, BlocksThatDoNotVaryProveNoSamenessByThemselves) {
  Random random(24);
  for (const std::size_t blocks : {3, 5, 10, 20}) {
    int same = 0;
    constexpr int kTrials = 1000;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> head;
      for (std::size_t i = 0; i < blocks; ++i) head.push_back(random() % 10 < 3 ? 1100 : 1000);
      std::vector<double> base(blocks, 1000);
      base.back() = 1000.0000001;  // not exact
      same += static_cast<int>(only(of_blocks(base, head)).verdict == Verdict::same);
    }
    EXPECT_LE(same, kTrials * (blocks < 6 ? 0.0 : 0.08)) << blocks << " blocks";
  }
  const Judgement few = only(of_blocks({1000, 1000, 1000.0000001}, {1050, 1050, 1050}));
  EXPECT_EQ(few.verdict, Verdict::undecided);
  EXPECT_EQ(few.reason, "3 blocks that hardly vary: what chance may do is told from 6 on");
  EXPECT_FALSE(std::isfinite(few.interval->high));
}

TEST(Verdict, TwoBlocksThatAgreeAreNotExactWhereSomebodyLooksAfterEach) {
  const auto watched = [](const std::vector<double>& base, const std::vector<double>& head) {
    return only(of_blocks(base, head, true, Design::sequential));
  };
  EXPECT_EQ(watched({100, 100}, {104, 104}).verdict, Verdict::undecided);
  EXPECT_EQ(watched({100, 100, 100}, {104, 104, 104}).verdict, Verdict::regressed);
}

TEST(Verdict, AMetricMayHaveItsOwnThreshold) {
  const Evidence evidence = of_blocks({100, 100, 100}, {104, 104, 104});
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
  EXPECT_EQ(only(of_blocks({0, 0, 0}, {7, 7, 7}), {.threshold = {5, false}}).verdict, Verdict::regressed) << "seven are more than five";
  EXPECT_EQ(only(of_blocks({7, 7, 7}, {0, 0, 0})).verdict, Verdict::improved);
}

TEST(Verdict, WhatIsBelowZeroIsComparedByDifferences) {
  const Judgement result = only(of_blocks({-1, 0, 1, 0, -1, 1}, {9.1, 10.2, 11, 9.9, 9.2, 11.5}), {.threshold = {2, false}});
  EXPECT_EQ(result.verdict, Verdict::regressed);
  EXPECT_FALSE(result.relative);
  EXPECT_NEAR(*result.effect, 10, 0.5);
}

// What comes in steps falls alike by chance: three blocks are no proof, nor are six but one, though nothing among them varies.
TEST(Verdict, EqualDifferencesOfFewBlocksAreNoCertainty) {
  EXPECT_EQ(only(of_blocks({100, 200, 100}, {101, 202, 101}), {.threshold = {0, true}}).verdict, Verdict::undecided);
  EXPECT_EQ(only(of_blocks({100, 200, 100, 200, 100, 200}, {101, 202, 101, 202, 101, 200}), {.threshold = {0, true}}).verdict,
            Verdict::undecided);
  std::vector<double> base(12, 100);
  std::vector<double> head(12, 101);
  base[0] = 200;
  head[0] = 202;
  EXPECT_EQ(only(of_blocks(base, head), {.threshold = {0, true}}).verdict, Verdict::regressed);
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
  std::vector<Evidence> suite(20, Evidence{.metric = "time", .by_benchkit = true});
  for (std::size_t i = 0; i < suite.size(); ++i) add_samples(suite[i], base, i < 2 ? head : base, stats::Statistic::median);
  for (const Judgement& one : judge(suite, {})) EXPECT_EQ(one.verdict, Verdict::undecided);
  for (Evidence& one : suite) one.by_benchkit = false;
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
  Evidence elsewhere = of_blocks({5, 5, 5}, {9, 9, 9});
  elsewhere.standing = Standing::other_machine;
  EXPECT_EQ(only(elsewhere).verdict, Verdict::regressed) << "a count is the same everywhere";
  elsewhere = of_blocks({5, 5.1, 5}, {9, 9.1, 9});
  elsewhere.standing = Standing::other_machine;
  EXPECT_EQ(only(elsewhere).verdict, Verdict::undecided);
}

// A correction over what is compared: neither what cannot be nor what is exact makes it stricter.
TEST(Verdict, WhatIsNotComparedDoesNotCount) {
  std::vector<Evidence> suite{of_blocks({1, 1.01, 0.99, 1}, {1.03, 1.05, 1.02, 1.04})};
  const double alone = judge(suite, {}).front().adjusted_level;
  EXPECT_LT(alone, 1);
  for (int i = 0; i < 10; ++i) {
    suite.push_back(of_blocks({1, 1.01, 0.99, 1}, {1, 1.01, 0.99, 1}));
    suite.back().standing = Standing::vanished;
    suite.push_back(of_blocks({2, 2, 2}, {2, 2, 2}));
  }
  EXPECT_EQ(judge(suite, {}).front().adjusted_level, alone);
  suite.front().unfinished = true;
  EXPECT_EQ(judge(suite, {}).front().adjusted_level, alone) << "it counts once, though more of it comes";
}

TEST(Verdict, AStatisticWithoutAnIntervalHasNoVerdict) {
  Evidence evidence{.metric = "time", .paired = false};
  const Side side{.values = {1, 2, 3}, .blocks = {0, 1, 2}};
  add_samples(evidence, side, side, stats::Statistic::max);
  EXPECT_EQ(only(evidence).reason, "the statistic has no interval: --stat median or mean has one");
}

/// As if somebody had looked at the blocks while they came in.
void watch(std::vector<Evidence>& suite, Design design, std::size_t planned = 0) {
  for (Evidence& one : suite) {
    one.design = design;
    one.planned_blocks = planned > 0 ? planned : one.effects.size();
  }
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
    watch(suite, design);
    const std::vector<Judgement> judgements = judge(suite, {.threshold = {0.01, true}, .intervals = false});
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
  const Rates looks = rates(Design::looks, 0.01, 10);
  EXPECT_LT(looks.false_changes, 0.05);
  EXPECT_LT(looks.false_sames, 0.05);
  EXPECT_GT(looks.found, 0.9);
  EXPECT_GT(rates(Design::fixed, 0.004, 10).same, 0.9) << "a tool that always says undecided fails here";
  EXPECT_GT(rates(Design::sequential, 0.004, 30).same, 0.9);
}

/// A suite that is watched while its blocks come in, round by round; a case that is decided gets no more of them.
class Watched {
 public:
  Watched(std::vector<Evidence> whole, Design design, std::size_t planned) : whole_(std::move(whole)), suite_(whole_) {
    watch(suite_, design, planned);
    for (Evidence& one : suite_) {
      one.effects.clear();
      one.has_values = false;
      one.unfinished = true;
    }
    stopped_.assign(suite_.size(), Verdict::undecided);
  }

  /// The next block of every case that is not stopped, and a look.
  void next(const JudgeOptions& options) {
    for (std::size_t i = 0; i < suite_.size(); ++i) {
      if (!suite_[i].unfinished) continue;
      suite_[i].effects.push_back(whole_[i].effects[block_]);
      suite_[i].has_values = true;
    }
    ++block_;
    now_ = judge(suite_, options);
    for (std::size_t i = 0; i < suite_.size(); ++i) {
      if (!suite_[i].unfinished || !now_[i].decided) continue;
      stopped_[i] = now_[i].verdict;
      suite_[i].unfinished = false;
    }
  }
  [[nodiscard]] std::vector<Evidence>& suite() noexcept { return suite_; }
  [[nodiscard]] const std::vector<Verdict>& stopped() const noexcept { return stopped_; }
  [[nodiscard]] std::size_t count_stopped() const {
    return stopped_.size() - static_cast<std::size_t>(std::count(stopped_.begin(), stopped_.end(), Verdict::undecided));
  }

 private:
  std::vector<Evidence> whole_;
  std::vector<Evidence> suite_;
  std::vector<Verdict> stopped_;
  std::vector<Judgement> now_;
  std::size_t block_ = 0;
};

// Whoever stops a case when it is decided finds the same verdict in the table at the end.
TEST(Verdict, AnEarlyStopNeverBecomesUndecided) {
  constexpr std::size_t kCases = 40;
  constexpr std::size_t kBlocks = 40;
  for (const Design design : {Design::sequential, Design::looks}) {
    Random random(5);
    std::vector<Evidence> whole;
    for (std::size_t i = 0; i < kCases; ++i) whole.push_back(paired_case(random, 0.002 * static_cast<double>(i), 0.01, kBlocks));
    Watched watched(std::move(whole), design, kBlocks);
    for (std::size_t block = 0; block < kBlocks; ++block) {
      watched.next({.intervals = false});
      if (block + 1 == kBlocks / 2) {
        EXPECT_GT(watched.count_stopped(), kCases / 3) << to_string(design);
      }
      const std::vector<Judgement> table = judge(watched.suite(), {});
      for (std::size_t i = 0; i < kCases; ++i) {
        if (watched.stopped()[i] != Verdict::undecided) {
          EXPECT_EQ(table[i].verdict, watched.stopped()[i]) << to_string(design);
        }
      }
    }
    EXPECT_GT(watched.count_stopped(), kCases / 2) << to_string(design);
  }
}

// What might undo it: a case that fails when it has been counted among the decided, a count that turns out to vary, a comparison that comes late.
TEST(Verdict, WhatWasDecidedStaysSoWhateverBecomesOfTheOthers) {
  for (int seed = 0; seed < 20; ++seed) {
    Random random(seed);
    constexpr std::size_t kCases = 30;
    constexpr std::size_t kBlocks = 30;
    std::vector<Evidence> whole;
    for (std::size_t i = 0; i < kCases; ++i) whole.push_back(paired_case(random, i % 3 == 0 ? 0.08 : 0, 0.01, kBlocks));
    Watched watched(std::move(whole), Design::sequential, 0);
    for (std::size_t i = 0; i < 10; ++i) watched.suite()[i].exact = true;
    std::vector<Verdict> before(kCases, Verdict::undecided);
    for (std::size_t block = 0; block < kBlocks; ++block) {
      if (block == 6) watched.suite()[random() % 10].exact = false;
      if (block > 8) {
        Evidence& any = watched.suite()[random() % kCases];
        any.standing = Standing::failed;
        any.unfinished = false;
      }
      watched.next({.intervals = false});
      const std::vector<Judgement> table = judge(watched.suite(), {});
      for (std::size_t i = 10; i < kCases; ++i) {
        if (before[i] != Verdict::undecided && table[i].standing == Standing::compared) {
          EXPECT_EQ(table[i].verdict, before[i]) << seed;
        }
        before[i] = watched.stopped()[i];
      }
    }
    EXPECT_GT(watched.count_stopped(), 10u);
  }
}

TEST(Verdict, WhatIsStillToBeMeasuredCountsAmongTheComparisons) {
  Random random(8);
  std::vector<Evidence> suite(20, paired_case(random, 0, 0.001, 9));
  watch(suite, Design::sequential);
  const std::size_t alone = 6;
  for (std::size_t i = 1; i < suite.size(); ++i)
    suite[i] = {.metric = "time", .paired = true, .design = Design::sequential, .unfinished = true};
  suite.front().effects.resize(alone + 1);
  EXPECT_EQ(judge(std::span(suite).first(1), {})[0].verdict, Verdict::same);
  EXPECT_EQ(judge(suite, {})[0].verdict, Verdict::undecided);
  EXPECT_EQ(judge(suite, {})[0].reason, "the same alone, but not among 20 comparisons");
  EXPECT_FALSE(judge(suite, {})[1].decided);
}

TEST(Verdict, AChangeWithoutADirectionIsDecidedThoughNotCalled) {
  Random random(9);
  Evidence evidence = paired_case(random, 0.1, 0.01, 20);
  evidence.better = Better::unknown;
  EXPECT_TRUE(only(evidence).decided);
  EXPECT_FALSE(only(paired_case(random, 0.01, 0.01, 20)).decided);
}

// By the size of the first blocks, whatever the machine does later: else evidence could be lost by going on.
TEST(Verdict, AnAmountAsThresholdStaysWhereItWasWhileBlocksComeIn) {
  Evidence evidence = of_blocks({100, 100, 100, 200, 200, 200, 200, 200, 200, 200}, {110, 110, 110, 220, 220, 220, 220, 220, 220, 220});
  evidence.design = Design::sequential;
  const JudgeOptions by_five{.threshold = {5, false}};
  EXPECT_EQ(only(evidence, by_five).verdict, Verdict::regressed);
  const JudgeOptions by_fifteen{.threshold = {15, false}};
  EXPECT_NE(only(evidence, by_fifteen).verdict, Verdict::regressed) << "15 % of the first blocks";
  evidence.design = Design::fixed;
  EXPECT_EQ(only(evidence, by_fifteen).verdict, Verdict::regressed) << "7.5 % of the centre";
}

TEST(Verdict, TheIntervalOfAWatchedCaseSaysWhatItsVerdictSays) {
  Random random(10);
  for (const Design design : {Design::sequential, Design::looks}) {
    std::vector<Evidence> suite;
    for (int i = 0; i < 60; ++i) suite.push_back(paired_case(random, 0.0008 * i, 0.006, 30));
    watch(suite, design);
    for (Evidence& one : suite) {
      const Judgement result = only(one);
      const double low = result.interval->low;
      const double high = result.interval->high;
      if (result.verdict == Verdict::regressed) {
        EXPECT_GE(low, 1.01 * (1 - 1e-6)) << to_string(design);
      }
      if (result.verdict == Verdict::same) {
        EXPECT_TRUE(low >= 1 / 1.01 * (1 - 1e-6) && high <= 1.01 * (1 + 1e-6)) << to_string(design);
      }
      if (result.verdict == Verdict::undecided) {
        EXPECT_TRUE(low <= 1.01 * (1 + 1e-6) && high >= 1.01 * (1 - 1e-6)) << to_string(design);
      }
      ASSERT_TRUE(result.detectable) << to_string(design);
      EXPECT_GT(*result.detectable, 0.01 + (high - low) / 2 - 1e-9) << "beyond the threshold by half of the interval, and more";
    }
  }
}

/// A suite of all kinds: paired, unpaired with families, exact, of one block.
std::vector<Evidence> any_suite() {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const auto count = *rc::gen::inRange<std::size_t>(1, 30);
  const bool paired = *rc::gen::arbitrary<bool>();
  const Design design = *rc::gen::element(Design::fixed, Design::sequential, Design::looks);
  std::vector<Evidence> suite;
  for (std::size_t i = 0; i < count; ++i) {
    const double change = *rc::gen::inRange(-2, 3) * 0.05;
    const int kind = *rc::gen::inRange(0, 4);
    const std::size_t blocks = *rc::gen::inRange<std::size_t>(1, 12);
    Evidence evidence{.metric = kind % 2 == 0 ? "time" : "peak", .paired = paired, .families = {kind % 2 == 0 ? 0U : 1U}};
    evidence.design = design;
    evidence.planned_blocks = 12;
    Side base;
    Side head;
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::int64_t pair = 0; pair < 3; ++pair) {
        for (Side* side : {&base, &head}) {
          const double noise = kind == 0 ? 0 : 0.01 * standard_normal(random);
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

JudgeOptions any_options() { return {.threshold = {*rc::gen::inRange(0, 10) / 100.0, true}}; }

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
