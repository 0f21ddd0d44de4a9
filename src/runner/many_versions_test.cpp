// More than two versions in one plan.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "compare/compare.hpp"
#include "runner/fake_workers_test.hpp"
#include "runner/runner.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

TEST(Groups, ARowOfVersionsIsCutSoThatEachMeetsItsBase) {
  EXPECT_EQ(groups_of({0}, 2), (Groups{{0}}));
  EXPECT_EQ(groups_of({0, 0}, 2), (Groups{{0, 1}}));
  EXPECT_EQ(groups_of({0, 0, 1, 2}, 2), (Groups{{0, 1}, {1, 2}, {2, 3}}));
  EXPECT_EQ(groups_of({0, 0, 1, 2, 3}, 3), (Groups{{0, 1, 2}, {2, 3, 4}}));
  EXPECT_EQ(groups_of({1, 1, 1, 1}, 2), (Groups{{1, 0}, {1, 2}, {1, 3}}));
}

class ManyVersions : public testing::Test {
 protected:
  ManyVersions() : path_(std::filesystem::temp_directory_path() / ("benchkit-many-" + std::to_string(::getpid()) + ".jsonl")) {
    std::filesystem::remove(path_);
    options_.budget.samples = 24;
    options_.budget.blocks = 6;
    options_.seed = 5;
    options_.bases = {0, 0, 1, 2};
    for (FakeSuite& suite : suites_) {
      suite.add("a");
      suite.add("b");
    }
  }
  ~ManyVersions() override { std::filesystem::remove(path_); }

  std::vector<Target> targets() {
    std::vector<Target> targets;
    for (std::size_t i = 0; i < suites_.size(); ++i) {
      const std::string name = "v" + std::to_string(i);
      targets.push_back({.version = [name] { return Version{.label = name}; }, .workers = &workers_[i], .name = name});
    }
    return targets;
  }
  Snapshot measure() {
    report_ = run(options_, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, observer_);
    return snapshot::read(path_);
  }
  static std::map<std::string, std::size_t> sample_counts(const Snapshot& snapshot, const std::string& id) {
    std::map<std::string, std::size_t> counts;
    for (const Record& record : snapshot.records) {
      if (snapshot.cases[record.case_index].id == id) counts[snapshot.versions[record.version].label] += record.samples.size();
    }
    return counts;
  }

  std::string path_;
  std::array<FakeSuite, 4> suites_;
  std::array<FakeWorkers, 4> workers_{FakeWorkers{suites_[0]}, FakeWorkers{suites_[1]}, FakeWorkers{suites_[2]}, FakeWorkers{suites_[3]}};
  RunOptions options_;
  SilentObserver observer_;
  RunReport report_;
};

TEST_F(ManyVersions, EachSharesBlocksWithItsBaseAndWithNobodyElse) {
  const Snapshot snapshot = measure();
  EXPECT_EQ(report_.measured, 2u);
  std::map<std::set<std::size_t>, std::size_t> blocks;
  for (const Block& block : snapshot.blocks) ++blocks[block.details.at("started").get<std::set<std::size_t>>()];
  EXPECT_EQ(blocks, (std::map<std::set<std::size_t>, std::size_t>{{{0, 1}, 6}, {{1, 2}, 6}, {{2, 3}, 6}}));
  EXPECT_EQ(sample_counts(snapshot, "a"), (std::map<std::string, std::size_t>{{"v0", 24}, {"v1", 48}, {"v2", 48}, {"v3", 24}}));
}

TEST_F(ManyVersions, AStepIsCalledWhereItIs) {
  options_.budget.samples = 48;
  options_.budget.blocks = 12;
  suites_[2].value = suites_[3].value = [](const std::string& id, std::uint64_t running) {
    return (id == "a" ? 110.0 : 100.0) + static_cast<double>(running % 7) / 10;
  };
  suites_[0].value =
      suites_[1].value = [](const std::string&, std::uint64_t running) { return 100.0 + static_cast<double>(running % 7) / 10; };
  const std::vector<Snapshot> snapshots{measure()};
  const auto comparisons = compare::compare(snapshots, {});
  ASSERT_EQ(comparisons.size(), 1u);
  const compare::Comparison& time = comparisons.front();
  EXPECT_EQ(time.columns[1].base, 0u);
  EXPECT_EQ(time.columns[3].base, 2u);
  std::vector<std::string> verdicts;
  for (const compare::Row& row : time.groups.front().rows) {
    for (std::size_t i = 1; i < row.cells.size(); ++i) verdicts.emplace_back(to_string(row.cells[i].judgement->verdict));
  }
  EXPECT_EQ(verdicts, (std::vector<std::string>{"same", "regressed", "same", "same", "same", "same"}));
}

TEST_F(ManyVersions, AVersionThatCannotBeAskedIsLeftOutAndTheNextOneTakesItsBase) {
  suites_[1].stillborn = {1};
  std::vector<Target> all = targets();
  all[3].left_out = "it does not build";
  report_ = run(options_, all, {.files = &base::file_system(), .path = path_, .session = {}}, observer_);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(report_.left_out, 2u);
  EXPECT_EQ(snapshot.versions[1].details.at("not_measured"), "v1: no memory to start it");
  EXPECT_EQ(snapshot.versions[2].details.at("base"), "v0");
  EXPECT_EQ(snapshot.versions[3].details.at("not_measured"), "it does not build");
  EXPECT_EQ(sample_counts(snapshot, "a"), (std::map<std::string, std::size_t>{{"v0", 24}, {"v2", 24}}));
  const auto comparisons = compare::compare(std::vector<Snapshot>{snapshot}, {});
  EXPECT_EQ(comparisons.front().columns.size(), 2u);
}

TEST_F(ManyVersions, WhatAVersionLacksIsAbsentAndItsNeighboursAreNotMeasuredTwice) {
  suites_[2].cases.erase(suites_[2].cases.begin());  // a
  const Snapshot snapshot = measure();
  EXPECT_EQ(report_.measured, 2u);
  EXPECT_EQ(report_.failed, 0u);
  EXPECT_EQ(sample_counts(snapshot, "a"), (std::map<std::string, std::size_t>{{"v0", 24}, {"v1", 24}, {"v2", 0}, {"v3", 24}}));
  EXPECT_EQ(sample_counts(snapshot, "b")["v2"], 48u);
}

TEST_F(ManyVersions, AFailureEndsTheCaseOfThatVersionInAllItsGroups) {
  suites_[1].failing["a"] = {Status::error, "broken", Json::object()};
  const Snapshot snapshot = measure();
  EXPECT_EQ(report_.failed, 1u);
  std::size_t outcomes = 0;
  for (const Record& record : snapshot.records) outcomes += record.outcome.status == Status::error ? 1 : 0;
  EXPECT_EQ(outcomes, 1u);
  EXPECT_EQ(observer_.ended.size(), 1u);
  EXPECT_EQ(sample_counts(snapshot, "b"), (std::map<std::string, std::size_t>{{"v0", 24}, {"v1", 48}, {"v2", 48}, {"v3", 24}}));
}

TEST_F(ManyVersions, AnInterruptedSweepGoesOnWhereItWas) {
  suites_[2].interrupt_after = 30;
  const Snapshot before = measure();
  ASSERT_TRUE(report_.interrupted);
  const std::size_t done = before.blocks.size();
  suites_[2].interrupt_after = 0;
  report_ = resume(options_, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, before, observer_);
  const Snapshot after = snapshot::read(path_);
  EXPECT_TRUE(after.sealed);
  EXPECT_GT(after.blocks.size(), done);
  EXPECT_EQ(sample_counts(after, "a"), (std::map<std::string, std::size_t>{{"v0", 24}, {"v1", 48}, {"v2", 48}, {"v3", 24}}));
  EXPECT_EQ(sample_counts(after, "b"), sample_counts(after, "a"));
}

TEST_F(ManyVersions, UntilDecidedJudgesEachAgainstItsBase) {
  options_.budget = {};
  options_.verdicts.design = compare::Design::sequential;
  const auto clock = std::make_shared<std::int64_t>(0);
  for (FakeSuite& suite : suites_) {
    suite.clock_ns = clock;
    suite.value = [](const std::string&, std::uint64_t running) { return 100.0 + static_cast<double>(running % 7) / 100; };
  }
  suites_[3].value = [](const std::string&, std::uint64_t running) { return 120.0 + static_cast<double>(running % 7) / 100; };
  const Snapshot snapshot = measure();
  EXPECT_EQ(report_.undecided, 0u);
  EXPECT_EQ(report_.decided, 6u);  // two cases, three pairs of versions
  const auto comparisons = compare::compare(std::vector<Snapshot>{snapshot}, {});
  const compare::Row& row = comparisons.front().groups.front().rows.front();
  EXPECT_EQ(row.cells[3].judgement->verdict, compare::Verdict::regressed);
  EXPECT_EQ(row.cells[2].judgement->verdict, compare::Verdict::same);
}

}  // namespace
}  // namespace benchkit::runner
