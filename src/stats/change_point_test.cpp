#include "stats/change_point.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "stats/simulation_test.hpp"

namespace benchkit::stats {
namespace {

/// Versions of `blocks` blocks each about the levels given.
std::vector<std::vector<double>> series(Random& random, const std::vector<double>& levels, std::size_t blocks, const Noise& noise,
                                        double spread) {
  std::vector<std::vector<double>> versions;
  for (const double level : levels) {
    versions.emplace_back();
    for (std::size_t i = 0; i < blocks; ++i) versions.back().push_back(level + spread * noise.draw(random));
  }
  return versions;
}

TEST(ChangePoint, TheFirstVersionThatDiffersIsNamed) {
  Random random(1);
  for (const Noise& noise : kNoises) {
    const auto found = change_points(series(random, {0, 0, 0, 0.05, 0.05, 0.05, 0.05, -0.02, -0.02}, 8, noise, 0.005), {});
    ASSERT_EQ(found.size(), 2u) << noise.name;
    EXPECT_EQ(found[0].first, 3u);
    EXPECT_NEAR(found[0].shift, 0.05, 0.01);
    EXPECT_EQ(found[1].first, 7u);
    EXPECT_NEAR(found[1].shift, -0.07, 0.01);
    EXPECT_LE(found[0].p, 0.05);
  }
}

// Two versions of few blocks: the smallest history there is.
TEST(ChangePoint, TwoVersionsAreEnough) {
  const auto found = change_points(std::vector<std::vector<double>>{{1, 1.01, 0.99, 1, 1.02}, {2, 2.02, 1.99, 2.01, 2}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, 1u);
}

TEST(ChangePoint, ASteadySeriesHasNoneAsOftenAsPromised) {
  Random random(20261125);
  constexpr int kRuns = 200;
  int wrong = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto versions = series(random, std::vector<double>(6, 0.0), 5, kNoises[static_cast<std::size_t>(run) % 3], 0.01);
    if (!change_points(versions, {.permutations = 199, .seed = static_cast<std::uint64_t>(run)}).empty()) ++wrong;
  }
  EXPECT_LE(wrong, 20) << "10 are expected; three standard errors are 9";
  EXPECT_GE(wrong, 2);
}

TEST(ChangePoint, ASmallShiftIsNoneWhereOnlyLargeOnesCount) {
  Random random(2);
  const auto versions = series(random, {0, 0, 0.01, 0.01}, 10, kNoises[0], 0.001);
  EXPECT_EQ(change_points(versions, {.alpha = 0.01}).size(), 1u);
  EXPECT_TRUE(change_points(versions, {.least_shift = 0.02}).empty());
}

TEST(ChangePoint, MissingVersionsAndNothingAtAll) {
  EXPECT_TRUE(change_points({}).empty());
  EXPECT_TRUE(change_points(std::vector<std::vector<double>>{{1, 2, 3}}).empty());
  EXPECT_TRUE(change_points(std::vector<std::vector<double>>{{}, {}}).empty());
  const auto found = change_points(std::vector<std::vector<double>>{{1, 1.1, 0.9, 1}, {}, {2, 2.1, 1.9, 2}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, 2u) << "the one that was measured";
}

RC_GTEST_PROP(ChangePointProperty, NamesVersionsInOrderAndIsMirrored, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  std::vector<double> levels;
  for (int i = 0; i < 5; ++i) levels.push_back(*rc::gen::inRange(0, 3) * 0.1);
  auto versions = series(random, levels, 4, kNoises[0], 0.01);
  const ChangePointOptions options{.permutations = 99};
  const auto found = change_points(versions, options);
  for (std::size_t i = 0; i < found.size(); ++i) {
    RC_ASSERT(found[i].first > (i == 0 ? 0 : found[i - 1].first));
    RC_ASSERT(found[i].first < versions.size());
  }
  for (std::vector<double>& version : versions) {
    for (double& value : version) value = -value;
  }
  const auto mirrored = change_points(versions, options);
  RC_ASSERT(mirrored.size() == found.size());
  for (std::size_t i = 0; i < found.size(); ++i) RC_ASSERT(std::abs(mirrored[i].shift + found[i].shift) < 1e-12);
}

}  // namespace
}  // namespace benchkit::stats
