// The cross-check of the intervals by formula: two ways that share none agree.
//
// Efron's percentile bootstrap for data with a level above the sample.
//
// Blocks are drawn with replacement, and within each block drawn its samples are kept as they are. The blocks' means vary already by what
// varies within them, so drawing the samples anew as well would count that part twice (Ren et al., "Nonparametric bootstrapping for
// hierarchical data", Journal of Applied Statistics 37, 2010, show that this choice has the least bias; Davison and Hinkley, section 3.8).
//
// The percentile interval of few blocks is too narrow: a resample of n varies by (n - 1) / n of the true variance, and the quantiles are
// normal where Student's are due. Hesterberg (The American Statistician 69, 2015) widens the level that is looked up by both:
// alpha' / 2 = P(Z > sqrt(n / (n - 1)) t(n - 1, alpha / 2)).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "stats/blocks.hpp"
#include "stats/estimate.hpp"
#include "stats/interval.hpp"
#include "stats/owned_blocks_test.hpp"
#include "stats/quantiles.hpp"
#include "stats/simulation_test.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::stats {
namespace {

struct BootstrapOptions {
  std::size_t resamples = 1000;
  std::uint64_t seed = 1;
};

/// The interval of the trimmed mean of the blocks' means, with confidence 1 - alpha. For log-ratios of pairs: of the change. Infinite on
/// both sides for fewer than two blocks.
Interval bootstrap_interval(BlockedValues data, double alpha, const BootstrapOptions& options = {}) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> means = block_values(data, Statistic::mean);
  if (means.size() < 2 || options.resamples == 0) return {-kInfinity, kInfinity};
  std::mt19937_64 random(options.seed);
  std::vector<double> centres;
  centres.reserve(options.resamples);
  std::vector<double> drawn(means.size());
  for (std::size_t i = 0; i < options.resamples; ++i) {
    for (double& value : drawn) value = means[random() % means.size()];
    centres.push_back(trimmed_mean(drawn).value);
  }
  std::sort(centres.begin(), centres.end());
  const auto count = static_cast<double>(means.size());
  const double tail = normal_tail(std::sqrt(count / (count - 1)) * student_t_upper(count - 1, alpha / 2));
  const auto rank = static_cast<std::size_t>(tail * static_cast<double>(centres.size()));
  return {centres[rank], centres[centres.size() - 1 - rank]};
}

OwnedBlocks paired(Random& random, std::size_t blocks, double between, double within) {
  OwnedBlocks data;
  for (std::size_t block = 0; block < blocks; ++block) {
    const double luck = between * normal(random);
    for (int i = 0; i < 6; ++i) {
      data.values.push_back(0.01 + luck + within * normal(random));
      data.blocks.push_back(static_cast<std::int64_t>(block));
    }
  }
  return data;
}

double coverage(std::size_t blocks, double between, double within) {
  constexpr int kRuns = 1000;
  Random random(20261125);
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    const OwnedBlocks data = paired(random, blocks, between, within);
    const Interval interval = bootstrap_interval(data.view(), 0.05, {.resamples = 400, .seed = static_cast<std::uint64_t>(run)});
    if (interval.low <= 0.01 && 0.01 <= interval.high) ++held;
  }
  return static_cast<double>(held) / kRuns;
}

// 1,000 runs: a standard error of 0.7 %.
TEST(Bootstrap, CoversWhereBlocksDifferAndWhereTheyDoNot) {
  for (const std::size_t blocks : {std::size_t{10}, std::size_t{20}}) {
    for (const double between : {0.01, 0.0}) {
      const double share = coverage(blocks, between, 0.01);
      EXPECT_GT(share, 0.93) << blocks << " " << between;
      EXPECT_LT(share, 0.98) << blocks << " " << between << ": a little too wide is on the safe side, and no more";
    }
  }
}

// The purpose of it: two ways that share no formula agree on the width.
TEST(Bootstrap, AgreesWithYuensInterval) {
  Random random(3);
  double ratio = 0;
  constexpr int kRuns = 50;
  for (int run = 0; run < kRuns; ++run) {
    const OwnedBlocks data = paired(random, 20, 0.01, 0.01);
    const Interval drawn = bootstrap_interval(data.view(), 0.05);
    ratio += std::log((drawn.high - drawn.low) / 2 / half_width(trimmed_mean(block_values(data.view(), Statistic::mean)), 0.05));
  }
  EXPECT_NEAR(std::exp(ratio / kRuns), 1, 0.15);
}

TEST(Bootstrap, TheSameSeedGivesTheSameAndOneBlockNothing) {
  Random random(4);
  const OwnedBlocks data = paired(random, 15, 0.01, 0.01);
  EXPECT_EQ(bootstrap_interval(data.view(), 0.05).low, bootstrap_interval(data.view(), 0.05).low);
  EXPECT_NE(bootstrap_interval(data.view(), 0.05).low, bootstrap_interval(data.view(), 0.05, {.seed = 2}).low);
  const OwnedBlocks one{{1, 2}, {0, 0}};
  EXPECT_TRUE(std::isinf(bootstrap_interval(one.view(), 0.05).low));
}

}  // namespace
}  // namespace benchkit::stats
