#include "compare/history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include <benchkit/base/error.hpp>

#include "compare/snapshot_maker_test.hpp"

namespace benchkit::compare {
namespace {

double normal(std::mt19937_64& random) { return std::normal_distribution<double>()(random); }

/// Versions of one run, in ten blocks that the machine does not spend alike: of each case, its level in each version.
Snapshot in_one_run(const std::vector<std::vector<double>>& levels, std::uint64_t seed, std::int64_t blocks = 10) {
  std::mt19937_64 random(seed);
  Maker maker("v0");
  Snapshot& snapshot = maker.edit();
  snapshot.sessions.front().header["design"] = "paired";
  for (std::size_t version = 1; version < levels.front().size(); ++version) snapshot.versions.push_back({"v" + std::to_string(version)});
  for (std::size_t i = 0; i < levels.size(); ++i) {
    snapshot.cases.push_back({.id = "case" + std::to_string(i)});
    std::vector<double> machine;
    for (std::int64_t block = 0; block < blocks; ++block) machine.push_back(std::exp(0.2 * normal(random)));
    for (std::size_t version = 0; version < levels[i].size(); ++version) {
      Record record{.version = version, .case_index = i};
      for (std::int64_t block = 0; block < blocks; ++block) {
        const double value = 1000 * levels[i][version] * machine[static_cast<std::size_t>(block)] * std::exp(0.005 * normal(random));
        record.samples.push_back({.value = value, .block = block});
      }
      snapshot.records.push_back(std::move(record));
    }
  }
  return maker.snapshot();
}

std::vector<Row> rows_of(const std::vector<Snapshot>& snapshots) { return compare(snapshots, {.history = true}).at(0).groups.at(0).rows; }

TEST(History, OfVersionsThatWereMeasuredInTurnTheFirstThatDiffersIsNamed) {
  const std::vector<Row> rows = rows_of({in_one_run({{1, 1, 1, 1.05, 1.05, 1.02}, {1, 1, 1, 1, 1, 1}, {1, 0.9, 0.9, 0.9, 0.9, 0.9}}, 1)});
  ASSERT_EQ(rows[0].turns.size(), 2u);
  EXPECT_EQ(rows[0].turns[0].column, 3u);
  EXPECT_NEAR(rows[0].turns[0].change, 1.05, 0.01) << "though blocks differ by a fifth";
  EXPECT_EQ(rows[0].turns[1].column, 5u);
  EXPECT_NEAR(rows[0].turns[1].change, 1.02 / 1.05, 0.01);
  EXPECT_TRUE(rows[1].turns.empty());
  ASSERT_EQ(rows[2].turns.size(), 1u);
  EXPECT_EQ(rows[2].turns[0].column, 1u);
  EXPECT_LE(rows[2].turns[0].adjusted_level, 0.05);
}

TEST(History, WhatIsBelowTheThresholdIsNoTurn) {
  const Snapshot snapshot = in_one_run({{1, 1, 1.02, 1.02}}, 2, 20);
  EXPECT_EQ(rows_of({snapshot})[0].turns.size(), 1u);
  EXPECT_TRUE(compare({&snapshot, 1}, {.history = true, .judge = {.threshold = {0.05, true}}}).at(0).groups.at(0).rows[0].turns.empty());
}

// A case in twenty would be called at 5 %, if each were alone.
TEST(History, AmongManySteadyCasesHardlyAnyIsCalled) {
  const std::vector<Row> rows = rows_of({in_one_run(std::vector<std::vector<double>>(60, {1, 1, 1, 1, 1}), 3)});
  std::size_t called = 0;
  for (const Row& row : rows) called += row.turns.empty() ? 0 : 1;
  EXPECT_LE(called, 1u);
}

/// Files of as many days, each of which makes all faster or slower by 3 %.
std::vector<Snapshot> of_days(const std::vector<double>& levels, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Snapshot> files;
  for (const double level : levels) {
    const double day = 1000 * level * std::exp(0.03 * normal(random));
    Maker maker("v" + std::to_string(files.size()));
    maker.add("case", {}, {day, day * 1.001, day * 0.999, day * 1.0005});
    files.push_back(maker.snapshot());
  }
  return files;
}

TEST(History, OfDifferentDaysEachFileIsOneNumber) {
  int called = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) called += rows_of(of_days(std::vector<double>(10, 1), seed))[0].turns.empty() ? 0 : 1;
  EXPECT_LE(called, 7) << "two are expected; days that differ are no changes";
  const std::vector<Turn> turns = rows_of(of_days({1, 1, 1, 1, 1, 1, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3}, 5))[0].turns;
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].column, 6u);
  EXPECT_NEAR(turns[0].change, 1.3, 0.05);
  const Comparison few = compare(of_days({1, 1, 2, 2}, 6), {.history = true}).at(0);
  EXPECT_TRUE(few.groups.at(0).rows[0].turns.empty());
  EXPECT_EQ(few.notes.back(),
            "history: files of different runs are one number each, and of 4 no turn can be told from chance (8 are enough)");
}

TEST(History, AVersionWithoutTheCaseIsLeftOut) {
  std::vector<Snapshot> files = of_days({1, 1, 1, 1, 1, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3}, 7);
  files[2].records.clear();
  const std::vector<Turn> turns = rows_of(files)[0].turns;
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].column, 5u);
}

TEST(History, TakesThreeVersions) {
  try {
    (void)rows_of(of_days({1, 1}, 8));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(describe(error),
              "--history: two versions are no history\n  hint: name three or more files, in the order in which their versions came to be");
  }
}

}  // namespace
}  // namespace benchkit::compare
