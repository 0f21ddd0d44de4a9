// More than two versions in one plan.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
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

TEST(Groups, WhereAStartTakesMoreThanABlockMeasuresNeighboursShareIt) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  EXPECT_EQ(live_for({.per_job_ns = kSecond}, kSecond / 100, 1), 2u);
  EXPECT_EQ(live_for({.per_job_ns = kSecond}, 2 * kSecond, 2), 4u);
  EXPECT_EQ(live_for({.per_job_ns = kSecond}, 2 * kSecond, 200), 2u);
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

TEST_F(ManyVersions, WhatTheTotalBudgetDidNotReachIsCountedOnceACase) {
  for (FakeSuite& suite : suites_) {
    suite.before_sample = [] {
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
      while (std::chrono::steady_clock::now() < until) {
      }
    };
    suite.samples_per_block = 30;
  }
  options_.budget = {.total_ns = 10'000'000};
  const Snapshot snapshot = measure();
  EXPECT_TRUE(report_.out_of_time);
  EXPECT_EQ(report_.measured + report_.not_reached, 2u);
  EXPECT_EQ(report_.skipped, 0u);
  for (const char* id : {"a", "b"}) EXPECT_EQ(sample_counts(snapshot, id).size(), 4u);  // samples, or the word that there are none
}

TEST_F(ManyVersions, EachVersionIsReachedBeforeOneHasAllOfItsFirstRound) {
  const auto clock_ns = std::make_shared<std::int64_t>(0);
  for (FakeSuite& suite : suites_) {
    for (int i = 0; i < 20; ++i) suite.add("c" + std::to_string(i));
    suite.clock_ns = clock_ns;
  }
  options_.budget = {.total_ns = 100'000'000, .samples = 24, .blocks = 6};  // a round takes half a second, of samples of a millisecond
  const Snapshot snapshot = measure();
  EXPECT_TRUE(report_.out_of_time);
  std::set<std::size_t> reached;
  for (const Record& record : snapshot.records) {
    if (!record.samples.empty()) reached.insert(record.version);
  }
  EXPECT_EQ(reached.size(), 4u);
}

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

/// What the file says of a case: how many values each version has, or why it has none.
std::map<std::string, std::string> cells_of(const Snapshot& snapshot, const std::string& id, const std::string& metric) {
  std::map<std::string, std::string> cells;
  for (const Record& record : snapshot.records) {
    if (snapshot.cases[record.case_index].id != id || snapshot.metrics[record.metric].name != metric) continue;
    cells[snapshot.versions[record.version].label] =
        record.outcome.status == Status::ok ? std::to_string(record.samples.size()) : std::string(to_string(record.outcome.status));
  }
  return cells;
}

using Cells = std::map<std::string, std::string>;

TEST_F(ManyVersions, AFirstCallThatSpendsAllInOneVersionLeavesTheOthersTheirValues) {
  options_.budget = {};  // half a second for two
  const auto clock = std::make_shared<std::int64_t>(0);
  for (FakeSuite& suite : suites_) {
    suite.clock_ns = clock;
    suite.first_call_ns = 245'000'000;
  }
  suites_[1].first_call_ns = 260'000'000;
  const Snapshot snapshot = measure();
  const Cells cells = cells_of(snapshot, "a", "time");
  ASSERT_EQ(cells.size(), 4u);
  for (const auto& [version, samples] : cells) EXPECT_GT(std::stoi(samples), 0) << version;
  EXPECT_EQ(report_.measured, 2u);
}

TEST_F(ManyVersions, AFirstCallThatSpendsAllInEachVersionIsWhatTheyAreComparedBy) {
  options_.budget = {};
  const auto clock = std::make_shared<std::int64_t>(0);
  for (FakeSuite& suite : suites_) {
    suite.clock_ns = clock;
    suite.first_call_ns = 600'000'000;
  }
  const Snapshot snapshot = measure();
  EXPECT_EQ(cells_of(snapshot, "a", "time"), (Cells{{"v0", "1"}, {"v1", "2"}, {"v2", "2"}, {"v3", "1"}}));
  for (const Record& record : snapshot.records) EXPECT_EQ(record.warnings.size(), 1u);
}

TEST_F(ManyVersions, AWorkerThatGivesNoSampleIsTold) {
  suites_[2].lazy = {"a"};
  const Snapshot snapshot = measure();
  EXPECT_EQ(cells_of(snapshot, "a", "time"), (Cells{{"v0", "24"}, {"v1", "48"}, {"v2", "protocol"}, {"v3", "24"}}));
  EXPECT_EQ(report_.failed, 1u);
}

TEST_F(ManyVersions, WhyThereIsNoValueIsSaidAtEachMetric) {
  options_.meters = {"counts"};
  for (FakeSuite& suite : suites_) suite.counts = {"calls", "bytes"};
  suites_[1].failing["a"] = {Status::error, "broken", Json::object()};
  suites_[2].cases.erase(suites_[2].cases.begin());  // a
  const Snapshot snapshot = measure();
  for (const char* metric : {"calls", "bytes"})
    EXPECT_EQ(cells_of(snapshot, "a", metric), (Cells{{"v0", "24"}, {"v1", "error"}, {"v2", "absent"}, {"v3", "24"}})) << metric;
}

TEST_F(ManyVersions, LimitsOfTheHeadAreFoundBehindAVersionThatIsLeftOut) {
  suites_[1].stillborn = {1};
  options_.most = parse_limits("time:1ns", "--max");
  (void)measure();
  EXPECT_EQ(report_.failed, 2u);
}

TEST_F(ManyVersions, WhereAStartIsDearOneBlockHoldsThemAllToTheEnd) {
  const auto clock_ns = std::make_shared<std::int64_t>(0);
  for (FakeSuite& suite : suites_) {
    suite.clock_ns = clock_ns;
    suite.start_takes_ns = 2'000'000'000;
  }
  (void)measure();
  for (const FakeSuite& suite : suites_) EXPECT_EQ(suite.workers, 6u) << "who was asked what there is, is measured in the first block";
  std::filesystem::remove(path_);
  suites_[0].interrupt_after = suites_[0].samples + 20;
  EXPECT_EQ(measure().sessions.back().header.at("live"), 4);
  EXPECT_TRUE(report_.interrupted);
  for (FakeSuite& suite : suites_) suite.start_takes_ns = 1;  // libraries lie in memory now
  report_ = resume(options_, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, snapshot::read(path_), observer_);
  EXPECT_EQ(report_.measured, 2u);
  std::size_t complete = 0;
  for (const Block& block : snapshot::read(path_).blocks) {
    if (!block.complete) continue;
    ++complete;
    EXPECT_EQ(block.details.at("started").size(), 4u);
  }
  EXPECT_EQ(complete, 6u);
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

std::vector<std::string> verdicts_of(const Snapshot& snapshot) {
  std::vector<std::string> verdicts;
  for (const compare::Comparison& comparison : compare::compare(std::vector<Snapshot>{snapshot}, {})) {
    for (const compare::Row& row : comparison.groups.front().rows) {
      for (const compare::Cell& cell : row.cells) verdicts.emplace_back(cell.judgement ? to_string(cell.judgement->verdict) : "");
    }
  }
  return verdicts;
}

/// "a" takes a tenth longer from v2 on.
class Screened : public ManyVersions {
 protected:
  Screened() {
    options_.budget.samples = 160;
    options_.budget.blocks = 40;
    for (std::size_t i = 0; i < suites_.size(); ++i) {
      suites_[i].value = [this, i](const std::string& id, std::uint64_t) {
        return (id == "a" && i >= 2 ? 110.0 : 100.0) + std::normal_distribution<double>(0, 0.3)(random_);
      };
    }
  }

  std::mt19937_64 random_{11};
  const std::map<std::string, std::size_t> of_a_{{"v0", 32}, {"v1", 192}, {"v2", 192}, {"v3", 32}};
  const std::map<std::string, std::size_t> of_b_{{"v0", 32}, {"v1", 64}, {"v2", 64}, {"v3", 32}};
};

TEST_F(Screened, ItsBlocksGoWhereNeighboursDiffer) {
  const std::vector<std::string> whole = verdicts_of(measure());
  EXPECT_EQ(whole, (std::vector<std::string>{"", "same", "regressed", "same", "", "same", "same", "same"}));
  std::filesystem::remove(path_);
  options_.screen = true;
  const Snapshot snapshot = measure();
  EXPECT_EQ(verdicts_of(snapshot), whole);
  EXPECT_EQ(sample_counts(snapshot, "a"), of_a_);
  EXPECT_EQ(sample_counts(snapshot, "b"), of_b_);
}

TEST_F(Screened, InterruptedBehindTheScreenItGoesOnWithWhatWasLeft) {
  options_.screen = true;
  suites_[2].interrupt_after = 160;
  const Snapshot before = measure();
  ASSERT_TRUE(report_.interrupted);
  const Json json = options_to_json(options_);
  const RunOptions again = options_from_json(json, path_);
  report_ = resume(again, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, before, observer_);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(sample_counts(snapshot, "a"), of_a_);
  EXPECT_EQ(sample_counts(snapshot, "b"), of_b_);
}

TEST_F(ManyVersions, AVersionThatComesLaterIsMeasuredBesideAFreshBase) {
  options_.bases = {0, 0};
  std::vector<Target> all = targets();
  const RunOutput output{.files = &base::file_system(), .path = path_, .session = {}};
  (void)run(options_, {all[0], all[1]}, output, observer_);
  // Another day: all takes twice as long.
  suites_[1].value =
      suites_[2].value = [](const std::string&, std::uint64_t running) { return 200.0 + static_cast<double>(running % 7) / 10; };
  report_ = extend(options_, {all[1], all[2]}, output, snapshot::read(path_), observer_);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_TRUE(snapshot.sealed);
  ASSERT_EQ(snapshot.sessions.size(), 2u);
  EXPECT_EQ(snapshot.versions.at(2).details.at("base"), "v1");
  EXPECT_EQ(sample_counts(snapshot, "a"), (std::map<std::string, std::size_t>{{"v0", 24}, {"v1", 48}, {"v2", 24}}));
  const auto comparisons = compare::compare(std::vector<Snapshot>{snapshot}, {});
  const compare::Comparison& time = comparisons.front();
  EXPECT_TRUE(time.columns[0].earlier_session);
  EXPECT_FALSE(time.columns[1].earlier_session);
  EXPECT_EQ(time.columns[2].base, 1u);
  EXPECT_EQ(verdicts_of(snapshot), (std::vector<std::string>{"", "same", "same", "", "same", "same"}));
}

TEST_F(ManyVersions, WhatWasMeasuredOnAnotherDayNeedNotBeThereAnyMore) {
  options_.bases = {0, 0};
  std::vector<Target> all = targets();
  const RunOutput output{.files = &base::file_system(), .path = path_, .session = {}};
  (void)run(options_, {all[0], all[1]}, output, observer_);
  for (FakeSuite& suite : suites_) suite.cases.erase(suite.cases.begin());
  suites_[2].interrupt_after = 5;
  ASSERT_TRUE(extend(options_, {all[1], all[2]}, output, snapshot::read(path_), observer_).interrupted);
  report_ = resume(options_, {all[1], all[2]}, output, snapshot::read(path_), observer_);
  EXPECT_EQ(report_.measured, 1u);
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
