#include "runner/plan.hpp"
#include "runner/random.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace benchkit::runner {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

TEST(Blocks, AsManyAsAFifthOfTheTimeStarts) {
  const Budget budget{.per_job_ns = 500 * kMillisecond};
  EXPECT_EQ(blocks_for(budget, 1 * kMillisecond, 10), kSolo.most) << "a C++ program starts in a millisecond";
  EXPECT_EQ(blocks_for(budget, 2400 * kMillisecond, 1), kSolo.fewest) << "an import of 2.4 s for one case";
  EXPECT_EQ(blocks_for(budget, 100 * kMillisecond, 5), 5u) << "a fifth of 2.5 s is five starts";
  EXPECT_EQ(blocks_for({.per_job_ns = 500 * kMillisecond, .samples = 2}, kMillisecond, 10), 2u) << "no block without a sample";
  EXPECT_EQ(blocks_for({.per_job_ns = 500 * kMillisecond, .blocks = 7}, 2400 * kMillisecond, 1), 7u);
}

TEST(Budget, PaysForStartsUpToAFifth) {
  const Budget budget{.per_job_ns = 500 * kMillisecond};
  EXPECT_EQ(without_starts(budget, 10, 2 * kMillisecond, 4).per_job_ns, 495 * kMillisecond);
  EXPECT_EQ(without_starts(budget, 3, 2400 * kMillisecond, 1).per_job_ns, 400 * kMillisecond) << "the rest of a dear start is on top";
}

TEST(Budget, AFewSamplesAreNoLongerThanManyWouldBe) {
  const JobProgress fresh;
  EXPECT_EQ(next_share(fresh, {.samples = 1}, 1).sample_ns, 2'500'000);
  EXPECT_EQ(next_share(fresh, {.samples = 1000}, 10).sample_ns, 500'000);
}

TEST(Budget, CountedSamplesTakeWhatThoseBeforeThemTook) {
  const JobProgress job{.samples = 5, .spent_ns = 100 * kMillisecond};
  EXPECT_EQ(remaining_ns(job, {.per_job_ns = 500 * kMillisecond, .samples = 20}, 10), 300 * kMillisecond);
}

TEST(Budget, APrecisionIsReachedOrTheTimeIsOver) {
  const Budget budget{.per_job_ns = 500 * kMillisecond, .precision = 0.01};
  JobProgress job{.blocks = 5, .spent_ns = 100 * kMillisecond, .dearest_block_ns = 20 * kMillisecond, .half_width = 0.02};
  EXPECT_EQ(remaining_blocks(job, budget, 10), 15u) << "half the width takes four times as many";
  job.half_width = 0.05;
  EXPECT_EQ(remaining_blocks(job, budget, 10), 19u) << "what the time is enough for";
}

TEST(Budget, ABlockIsLongerThanItsSetup) {
  const Budget budget{.per_job_ns = 500 * kMillisecond};
  EXPECT_EQ(next_share({.ready_ns = 2 * kMillisecond}, budget, 50).budget_ns, 10 * kMillisecond)
      << "a fiftieth bears a setup of a fifth of it";
  EXPECT_EQ(next_share({.ready_ns = 20 * kMillisecond}, budget, 50).budget_ns, 80 * kMillisecond);
  EXPECT_EQ(next_share({.spent_ns = 440 * kMillisecond, .ready_ns = 20 * kMillisecond}, budget, 50).budget_ns, 60 * kMillisecond)
      << "no more than there is";
}

TEST(Budget, WhatIsLeftIsDividedOverTheBlocksThatAreLeft) {
  const Budget budget{.per_job_ns = 500 * kMillisecond};
  EXPECT_EQ(next_share({.blocks = 5, .spent_ns = 400 * kMillisecond}, budget, 10).budget_ns, 20 * kMillisecond)
      << "dear blocks make the later ones shorter";
  EXPECT_EQ(next_share({.blocks = 10, .spent_ns = 400 * kMillisecond}, budget, 10).budget_ns, 100 * kMillisecond)
      << "behind the plan one takes all of it";
  EXPECT_EQ(next_share({.blocks = 5, .spent_ns = 400 * kMillisecond}, {.per_job_ns = 500 * kMillisecond, .precision = 0.01}, 10).budget_ns,
            50 * kMillisecond);
  EXPECT_EQ(next_share({.blocks = 10, .spent_ns = 480 * kMillisecond}, {.per_job_ns = 500 * kMillisecond, .precision = 0.01}, 10).budget_ns,
            20 * kMillisecond);
}

TEST(Enough, IsWhatWasAskedFor) {
  EXPECT_FALSE(has_enough({}, {.samples = 1}, 1));
  EXPECT_TRUE(has_enough({.samples = 1}, {.samples = 1}, 1)) << "a single sample is a number of samples";
  EXPECT_FALSE(has_enough({.samples = 9, .spent_ns = 600 * kMillisecond}, {.per_job_ns = 500 * kMillisecond, .samples = 10}, 3))
      << "whatever it takes";
  EXPECT_TRUE(has_enough({.blocks = 2, .exact = true}, {.per_job_ns = 500 * kMillisecond}, 10));
  EXPECT_FALSE(has_enough({.blocks = 2, .exact = true}, {.per_job_ns = 500 * kMillisecond, .blocks = 10}, 10))
      << "so many blocks were wanted";
  EXPECT_FALSE(has_enough({.blocks = 90, .spent_ns = 600 * kMillisecond}, {.per_job_ns = 500 * kMillisecond, .open_ended = true}, 10));
}

TEST(Remaining, BlocksAreThoseOfThePlanOrWhatTheTimeAllows) {
  const Budget budget{.per_job_ns = 500 * kMillisecond};
  EXPECT_EQ(remaining_blocks({}, budget, 7), 7u) << "nothing is known of them yet";
  EXPECT_EQ(remaining_blocks({.blocks = 2, .spent_ns = 200 * kMillisecond, .dearest_block_ns = 100 * kMillisecond}, budget, 10), 3u);
  EXPECT_EQ(remaining_blocks({.blocks = 9, .spent_ns = 9 * kMillisecond, .dearest_block_ns = kMillisecond}, budget, 10), 1u);
  EXPECT_EQ(remaining_blocks({.blocks = 10, .spent_ns = 9 * kMillisecond, .dearest_block_ns = kMillisecond}, budget, 10), 0u);
}

TEST(Remaining, SamplesAreSpreadOverTheBlocks) {
  const Budget budget{.samples = 10};
  EXPECT_EQ(remaining_blocks({}, budget, 5), 5u);
  EXPECT_EQ(remaining_blocks({.blocks = 2, .samples = 4}, budget, 5), 3u);
  EXPECT_EQ(remaining_blocks({.blocks = 5, .samples = 8}, budget, 5), 1u) << "what is missing behind the plan is had in one";
  EXPECT_EQ(remaining_blocks({}, {.samples = 2}, 5), 2u) << "none is without a sample";
  EXPECT_EQ(remaining_ns({.blocks = 2, .samples = 4, .spent_ns = 40 * kMillisecond}, budget, 5), 60 * kMillisecond);
}

TEST(Remaining, PrecisionIsReachedWithTheRootOfTheBlocks) {
  const Budget budget{.per_job_ns = 500 * kMillisecond, .precision = 0.01};
  const auto blocks = [&](std::uint64_t done, double half_width) {
    return remaining_blocks(
        {.blocks = done, .spent_ns = 40 * kMillisecond, .dearest_block_ns = 10 * kMillisecond, .half_width = half_width}, budget, 10);
  };
  EXPECT_EQ(blocks(4, 0.02), 12u) << "half the width takes four times as many";
  EXPECT_EQ(blocks(1, 0.01), 2u) << "three at least";
  EXPECT_EQ(blocks(4, 0.1), 44u) << "no more than the time allows";
  EXPECT_EQ(blocks(2, std::numeric_limits<double>::infinity()), 44u);
}

RC_GTEST_PROP(RandomOrder, IsAPermutationThatTheSeedDecides, (std::uint64_t seed, std::uint8_t round)) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 100);
  const std::vector<std::size_t> order = Random(seed, round).order(count);
  RC_ASSERT(order == Random(seed, round).order(count));
  std::vector<std::size_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  RC_ASSERT(sorted == all);
}

// Each of the six orders of three should come up as often as the others: chi-squared with 5 degrees of freedom, 20.5 at 0.1 %.
TEST(RandomOrder, FavoursNone) {
  std::map<std::vector<std::size_t>, int> seen;
  constexpr int kRounds = 6000;
  for (int round = 0; round < kRounds; ++round) ++seen[Random(42, static_cast<std::uint64_t>(round)).order(3)];
  ASSERT_EQ(seen.size(), 6u);
  double chi_squared = 0;
  for (const auto& [order, count] : seen) chi_squared += std::pow(count - kRounds / 6.0, 2) / (kRounds / 6.0);
  EXPECT_LT(chi_squared, 20.5);
}

/// A job whose blocks take what they are given and at least one call, until it has enough.
struct Simulated {
  std::uint64_t blocks = 0;
  std::int64_t spent_ns = 0;
  std::uint64_t samples = 0;
};
Simulated simulate(const Budget& budget, std::uint64_t blocks, std::int64_t call_ns,
                   double half_width = std::numeric_limits<double>::infinity()) {
  JobProgress job;
  job.half_width = half_width;
  while (!has_enough(job, budget, blocks) && job.blocks < 1000) {
    const BlockShare share = next_share(job, budget, blocks);
    const std::int64_t took = std::max(share.budget_ns, call_ns);
    job.samples += share.samples > 0
                       ? share.samples
                       : static_cast<std::uint64_t>(std::max<std::int64_t>(took / std::max<std::int64_t>(share.sample_ns, call_ns), 1));
    job.spent_ns += took;
    job.dearest_block_ns = std::max(job.dearest_block_ns, took);
    ++job.blocks;
  }
  return {job.blocks, job.spent_ns, job.samples};
}

RC_GTEST_PROP(Budgets, AreKeptAsWellAsOneCallAllows, ()) {
  const Budget budget{.per_job_ns = *rc::gen::inRange<std::int64_t>(1, 2000) * kMillisecond};
  const auto blocks = *rc::gen::inRange<std::uint64_t>(1, 20);
  const std::int64_t call_ns = *rc::gen::inRange<std::int64_t>(1, 3000) * kMillisecond / 10;
  const Simulated run = simulate(budget, blocks, call_ns);
  RC_ASSERT(run.blocks >= 1u);
  RC_ASSERT(run.blocks <= blocks);
  RC_ASSERT(run.spent_ns <= budget.per_job_ns + call_ns);
}

RC_GTEST_PROP(Budgets, ExactlyTheSamplesThatWereAskedFor, ()) {
  const Budget budget{.samples = *rc::gen::inRange<std::uint64_t>(1, 500)};
  const std::uint64_t blocks = blocks_for(budget, 10 * kMillisecond, 4);
  RC_ASSERT(simulate(budget, blocks, kMillisecond).samples == budget.samples);
}

TEST(Precision, StopsWhenTheIntervalIsNarrowAndNotBeforeThreeBlocks) {
  const Budget budget{.per_job_ns = 1000 * kMillisecond, .precision = 0.01};
  EXPECT_EQ(simulate(budget, 10, kMillisecond, 0.005).blocks, 3u);
  EXPECT_GE(simulate(budget, 10, kMillisecond, 0.02).blocks, 10u) << "as long as the budget lasts";
  EXPECT_LE(simulate(budget, 10, kMillisecond, 0.02).spent_ns, 1001 * kMillisecond);
}

// Simulated to its end, what was left when the first block was over is what the ETA said, within 20 %.
RC_GTEST_PROP(Eta, IsTruthfulToATwentiethAfterTheFirstBlock, ()) {
  const Budget budget{.per_job_ns = *rc::gen::inRange<std::int64_t>(100, 2000) * kMillisecond};
  const auto blocks = *rc::gen::inRange<std::uint64_t>(3, 11);
  const std::int64_t call_ns = *rc::gen::inRange<std::int64_t>(1, 10'000) * kMillisecond / 10;
  JobProgress job;
  const std::int64_t first = std::max(next_share(job, budget, blocks).budget_ns, call_ns);
  job = {.blocks = 1, .samples = 1, .spent_ns = first, .dearest_block_ns = first};
  const std::int64_t predicted = remaining_ns(job, budget, blocks);
  const std::int64_t real = simulate(budget, blocks, call_ns).spent_ns - first;
  RC_ASSERT(std::abs(predicted - real) <= std::max<std::int64_t>(real, predicted) / 5 + kMillisecond);
}

}  // namespace
}  // namespace benchkit::runner
