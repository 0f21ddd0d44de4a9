#include "compare/history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include <fmt/format.h>

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

/// Only the members of a block that `kept` keeps.
template <class Kept>
Snapshot only(Snapshot snapshot, Kept kept) {
  for (Record& record : snapshot.records) {
    Samples some;
    for (std::size_t i = 0; i < record.samples.size(); ++i) {
      if (kept(static_cast<std::int64_t>(record.version), record.samples.block[i]))
        some.push_back({.value = record.samples.value[i], .block = record.samples.block[i]});
    }
    record.samples = some;
  }
  return snapshot;
}

// A sweep holds two versions alive at a time (--live 2), so no block has all of them.
TEST(History, ASweepsBlocksOfTwoAreLinked) {
  const std::vector<std::vector<double>> levels{{1, 1, 1, 1.05, 1.05, 1.02}, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1.5, 1.5}};
  const Snapshot all = in_one_run(levels, 4, 50);
  const auto neighbours = [](std::int64_t version, std::int64_t block) { return version == block % 5 || version == block % 5 + 1; };
  const auto with_first = [](std::int64_t version, std::int64_t block) { return version == 0 || version == block % 5 + 1; };
  for (const Snapshot& sweep : {only(all, neighbours), only(all, with_first)}) {
    const std::vector<Row> rows = rows_of({sweep});
    ASSERT_EQ(rows[0].turns.size(), 2u);
    EXPECT_EQ(rows[0].turns[0].column, 3u);
    EXPECT_NEAR(rows[0].turns[0].change, 1.05, 0.01);
    EXPECT_EQ(rows[0].turns[1].column, 5u);
    EXPECT_NEAR(rows[0].turns[1].change, 1.02 / 1.05, 0.01);
    EXPECT_TRUE(rows[1].turns.empty());
    ASSERT_EQ(rows[2].turns.size(), 1u);
    EXPECT_EQ(rows[2].turns[0].column, 4u);
    EXPECT_NEAR(rows[2].turns[0].change, 1.5, 0.02);
  }
}

TEST(History, BlocksOfOneVersionSayNothingAndThatIsTold) {
  const auto alone = [](std::int64_t version, std::int64_t block) { return version == block % 3; };
  const Snapshot snapshot = only(in_one_run({{1, 1, 2}}, 5), alone);
  const Comparison comparison = compare({&snapshot, 1}, {.history = true}).at(0);
  EXPECT_TRUE(comparison.groups.at(0).rows[0].turns.empty());
  EXPECT_EQ(comparison.notes.back(), "history: undecided: no 3 blocks hold a version before and one after the same change");
}

TEST(History, AVersionThatFewBlocksLinkIsTold) {
  const auto few_of_the_last = [](std::int64_t version, std::int64_t block) { return version < 2 || block < 2; };
  const auto note_of = [&](const std::vector<std::vector<double>>& levels) {
    const Snapshot snapshot = only(in_one_run(levels, 5), few_of_the_last);
    return compare({&snapshot, 1}, {.history = true}).at(0).notes.back();
  };
  const std::string_view why = ": at some version fewer than 3 blocks hold one before it and one from it on";
  EXPECT_EQ(note_of({{1, 1, 2}}), fmt::format("history: undecided for 1 of 1 case{}", why));
  EXPECT_EQ(note_of({{1, 1, 2}, {1, 1, 1}}), fmt::format("history: undecided for 2 of 2 cases{}", why));
}

TEST(History, WhatNeverVariesTurnsWhereItDiffersInEnoughBlocks) {
  Snapshot snapshot = in_one_run({{1, 1, 2}}, 6, 3);
  const auto make_constant = [&] {
    for (Record& record : snapshot.records) {
      Samples constant;
      for (std::size_t i = 0; i < record.samples.size(); ++i)
        constant.push_back({.value = record.version == 2 ? 128.0 : 64.0, .block = record.samples.block[i]});
      record.samples = constant;
    }
  };
  make_constant();
  const std::vector<Turn> turns = rows_of({snapshot})[0].turns;
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].column, 2u);
  EXPECT_DOUBLE_EQ(turns[0].change, 2);
  EXPECT_NEAR(turns[0].adjusted_level, 2.0 / 84, 1e-6) << "one of the orders of six values and three, and its mirror";
  snapshot = in_one_run({{1, 1, 2}}, 6, 1);
  make_constant();
  EXPECT_TRUE(rows_of({snapshot})[0].turns.empty());
}

// One case in 200 that turns: a level that is alone below 5 % is not enough.
TEST(History, ALoneTurnIsNamedAmongManyCases) {
  std::vector<std::vector<double>> levels(200, std::vector<double>(6, 1));
  levels[17] = {1, 1, 1, 1.2, 1.2, 1.2};
  std::vector<Row> rows = rows_of({in_one_run(levels, 7)});
  std::size_t beside = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) beside += i == 17 ? 0 : rows[i].turns.size();
  ASSERT_EQ(rows[17].turns.size(), 1u);
  EXPECT_EQ(rows[17].turns[0].column, 3u);
  EXPECT_LE(beside, 1u);
}

/// Files of `versions` days with 200 steady cases, of which the first doubles half-way.
std::vector<Snapshot> lone_doubling(int versions, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Snapshot> files;
  for (int version = 0; version < versions; ++version) {
    Maker maker("v" + std::to_string(version));
    for (int i = 0; i < 200; ++i) {
      const double value = (i == 0 && version >= versions / 2 ? 2000 : 1000) * std::exp(0.01 * normal(random));
      maker.add("case" + std::to_string(i), {}, {value, value * 1.001, value * 0.999});
    }
    files.push_back(maker.snapshot());
  }
  return files;
}

TEST(History, ALoneTurnIsNamedAmongManyCasesOfManyFiles) {
  const Comparison many = compare(lone_doubling(18, 8), {.metrics = {}, .history = true}).at(0);
  const std::vector<Row>& rows = many.groups.at(0).rows;
  ASSERT_EQ(rows[0].turns.size(), 1u);
  EXPECT_EQ(rows[0].turns[0].column, 9u);
  std::size_t beside = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) beside += rows[i].turns.size();
  EXPECT_LE(beside, 1u);
  const Comparison few = compare(lone_doubling(10, 9), {.history = true}).at(0);
  EXPECT_TRUE(few.groups.at(0).rows[0].turns.empty());
  EXPECT_EQ(
      few.notes.back(),
      "history: files of different runs are one number each, and of 10 a turn of one case alone can't be told from chance among 200 cases "
      "(16 files are enough, or fewer cases: -k)");
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
