// Several versions in one plan.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "runner/fake_workers_test.hpp"
#include "runner/jobs.hpp"
#include "runner/runner.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

class Paired : public testing::Test {
 protected:
  Paired() : path_(std::filesystem::temp_directory_path() / ("benchkit-paired-" + std::to_string(::getpid()) + ".jsonl")) {
    std::filesystem::remove(path_);
    options_.budget.samples = 24;
    options_.budget.blocks = 6;
    for (FakeSuite* suite : {&old_, &fresh_}) {
      suite->add("a");
      suite->add("b");
    }
  }
  ~Paired() override { std::filesystem::remove(path_); }

  [[nodiscard]] std::vector<Target> targets() { return targets_of("old", old_workers_, "new", fresh_workers_); }
  Snapshot measure() {
    report_ = run(options_, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, observer_);
    return snapshot::read(path_);
  }
  /// Samples of a case, by version label.
  static std::map<std::string, const Samples*> samples_of(const Snapshot& snapshot, const std::string& id) {
    std::map<std::string, const Samples*> found;
    for (const Record& record : snapshot.records) {
      if (snapshot.cases[record.case_index].id == id && !record.samples.empty())
        found[snapshot.versions[record.version].label] = &record.samples;
    }
    return found;
  }
  static Status status_of(const Snapshot& snapshot, const std::string& id, const std::string& version) {
    for (const Record& record : snapshot.records) {
      if (snapshot.cases[record.case_index].id == id && snapshot.versions[record.version].label == version) return record.outcome.status;
    }
    return Status::protocol;
  }

  std::string path_;
  std::shared_ptr<std::int64_t> clock_ns_ = std::make_shared<std::int64_t>(0);
  FakeSuite old_, fresh_;
  FakeWorkers old_workers_{old_}, fresh_workers_{fresh_};
  RunOptions options_;
  SilentObserver observer_;
  RunReport report_;
};

TEST_F(Paired, EachBlockHoldsPairsOfBothVersions) {
  const Snapshot snapshot = measure();
  EXPECT_EQ(snapshot.sessions.front().header.value("design", ""), "paired");
  ASSERT_EQ(snapshot.versions.size(), 2u);
  EXPECT_EQ(report_.measured, 2u);
  for (const char* id : {"a", "b"}) {
    const auto samples = samples_of(snapshot, id);
    ASSERT_EQ(samples.size(), 2u);
    std::map<std::pair<std::int64_t, std::int64_t>, std::set<std::string>> pairs;
    std::map<std::pair<std::int64_t, std::int64_t>, std::set<std::uint64_t>> batches;
    for (const auto& [label, of_version] : samples) {
      EXPECT_EQ(of_version->size(), 24u);
      for (std::size_t i = 0; i < of_version->size(); ++i) {
        pairs[{of_version->block[i], of_version->pair[i]}].insert(label);
        batches[{of_version->block[i], of_version->pair[i]}].insert(of_version->iterations[i]);
      }
    }
    EXPECT_EQ(pairs.size(), 24u);
    for (const auto& [place, labels] : pairs) {
      EXPECT_GE(place.second, 0);
      EXPECT_EQ(labels.size(), 2u) << "block " << place.first << " pair " << place.second;
      EXPECT_EQ(batches[place].size(), 1u) << "one pair, one batch";
    }
  }
}

TEST_F(Paired, WhoGoesFirstIsDrawn) {
  options_.budget.samples = 120;
  const Snapshot snapshot = measure();
  const auto samples = samples_of(snapshot, "a");
  std::size_t old_first = 0;
  std::set<std::uint64_t> batches;
  for (std::size_t i = 0; i < 120; ++i) {
    old_first += samples.at("old")->order[i] < samples.at("new")->order[i] ? 1 : 0;
    batches.insert(samples.at("old")->iterations[i]);
  }
  EXPECT_GT(old_first, 30u);
  EXPECT_LT(old_first, 90u);
  EXPECT_GT(batches.size(), 3u) << "batches are jittered";
  std::set<std::vector<std::size_t>> starts;
  for (const Block& block : snapshot.blocks) starts.insert(block.details.at("started").get<std::vector<std::size_t>>());
  EXPECT_EQ(starts.size(), 2u) << "either version's worker is started first now and then";
}

TEST_F(Paired, TheFirstPairOfABlockAloneIsWarmedUp) {
  (void)measure();
  for (const FakeSuite* suite : {&old_, &fresh_}) {
    std::size_t warmups = 0;
    for (const protocol::Take& take : suite->takes) warmups += take.warmup;
    EXPECT_EQ(warmups, 12u) << "two cases in six blocks";
    EXPECT_EQ(suite->takes.size(), 48u);
  }
}

// The first pair of a block is there behind setup and warm-up, and a block is four times as long as that takes.
TEST_F(Paired, ABlockIsLongerThanItsSetup) {
  for (FakeSuite* suite : {&old_, &fresh_}) suite->clock_ns = clock_ns_;
  options_.budget = {.per_job_ns = 100'000'000, .blocks = 50};
  const Snapshot snapshot = measure();
  std::set<std::int64_t> blocks;
  const auto samples = samples_of(snapshot, "a");
  for (std::size_t i = 0; i < samples.at("new")->size(); ++i) blocks.insert(samples.at("new")->block[i]);
  EXPECT_GE(blocks.size(), 10u);
  EXPECT_LE(blocks.size(), 20u) << "a fiftieth would be one pair";
}

TEST_F(Paired, TheCpuIsDrawnAndWrittenDown) {
  for (const Block& block : measure().blocks) EXPECT_TRUE(block.details.contains("cpu"));
  std::filesystem::remove(path_);
  options_.pin = false;
  for (const Block& block : measure().blocks) EXPECT_FALSE(block.details.contains("cpu"));
}

TEST_F(Paired, TheSameSeedIsTheSamePlan) {
  const auto orders = [&] {
    std::filesystem::remove(path_);
    std::vector<std::int64_t> found;
    const Snapshot snapshot = measure();
    for (const Record& record : snapshot.records) {
      for (std::size_t i = 0; i < record.samples.size(); ++i) found.push_back(record.samples.order[i]);
    }
    return found;
  };
  const auto first = orders();
  EXPECT_EQ(first, orders());
  options_.seed = 5;
  EXPECT_NE(first, orders());
}

TEST_F(Paired, LayoutsAreDrawnAndWrittenDown) {
  options_.layouts = {{1, 2, 3}, {4, 5, 6}};
  const Snapshot snapshot = measure();
  ASSERT_EQ(old_.layouts.size(), 6u) << "one for each block";
  std::map<std::size_t, std::size_t> partner;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto written = snapshot.blocks[i].details.at("layouts").get<std::vector<std::size_t>>();
    EXPECT_EQ(written, (std::vector{old_.layouts[i], fresh_.layouts[i]}));
    EXPECT_EQ(partner.try_emplace(old_.layouts[i], fresh_.layouts[i]).first->second, fresh_.layouts[i]) << "two blocks share both or none";
    EXPECT_EQ(old_.layouts[i], old_.layouts[(i + 3) % 6]) << "each of them, and then again";
  }
  EXPECT_EQ(partner.size(), 3u);
  EXPECT_EQ(options_from_json(snapshot.sessions.front().header.at("options"), "").layouts, options_.layouts);
}

TEST_F(Paired, WhatOneVersionLacksIsAbsentThere) {
  fresh_.add("c");
  const Snapshot snapshot = measure();
  EXPECT_EQ(status_of(snapshot, "c", "old"), Status::absent);
  const auto samples = samples_of(snapshot, "c");
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples.at("new")->size(), 24u);
  EXPECT_EQ(report_.failed, 0u);
}

TEST_F(Paired, AFailureOfOneVersionLeavesTheOther) {
  old_.failing["a"] = {Status::error, "no", Json::object()};
  old_.killers["b"] = {Status::signal, "killed by SIGSEGV", Json::object()};
  const Snapshot snapshot = measure();
  EXPECT_EQ(report_.failed, 2u);
  EXPECT_EQ(status_of(snapshot, "a", "old"), Status::error);
  EXPECT_EQ(status_of(snapshot, "b", "old"), Status::signal);
  for (const char* id : {"a", "b"}) {
    const auto samples = samples_of(snapshot, id);
    ASSERT_TRUE(samples.contains("new")) << id;
    EXPECT_EQ(samples.at("new")->size(), 24u) << id;
    EXPECT_FALSE(samples.contains("old")) << id;
  }
}

TEST_F(Paired, AnInterruptedRunGoesOn) {
  fresh_.interrupt_after = 20;
  (void)measure();
  EXPECT_TRUE(report_.interrupted);
  report_ = resume(options_, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, snapshot::read(path_), observer_);
  EXPECT_FALSE(report_.interrupted);
  const Snapshot snapshot = snapshot::read(path_);
  for (const char* id : {"a", "b"}) {
    for (const auto& [label, samples] : samples_of(snapshot, id)) EXPECT_EQ(samples->size(), 24u) << id << " " << label;
  }
}

// The base's call paths are none of the head's, though case and metric are the same.
TEST_F(Paired, AResumedRunAsksForTheCallPathsOfTheVersionThatHasNone) {
  options_.meters = {"rows"};
  options_.attribute = true;
  const auto paths_of = [](const std::string& id) {
    CallPaths paths;
    paths.frames = {{"hold_" + id, "suite.py", 7}};
    paths.paths = {{{0}, 1000, 2}};
    paths.peak_bytes = 1000;
    return std::optional(paths);
  };
  old_.single_rows = fresh_.single_rows = true;
  old_.call_paths = paths_of;
  fresh_.call_paths = [](const std::string&) { return std::optional<CallPaths>(); };
  fresh_.interrupt_after = 12;  // in the second block, when the first has given call paths of one version
  (void)measure();
  ASSERT_TRUE(report_.interrupted);
  ASSERT_EQ(snapshot::read(path_).call_paths.size(), 2u);
  fresh_.call_paths = paths_of;
  report_ = resume(options_, targets(), {.files = &base::file_system(), .path = path_, .session = {}}, snapshot::read(path_), observer_);
  EXPECT_EQ(report_.attributed, 2u);
  std::set<std::pair<std::string, std::string>> attributed;
  const Snapshot snapshot = snapshot::read(path_);
  for (const Attribution& one : snapshot.call_paths)
    attributed.emplace(snapshot.versions[one.version].label, snapshot.cases[one.case_index].id);
  EXPECT_EQ(attributed.size(), 4u);
}

TEST_F(Paired, WhereOneFailsTheOtherHasItsTurnToTheEnd) {
  fresh_.failing["a"] = {Status::error, "no", Json::object()};
  const Snapshot snapshot = measure();
  const Samples& of_old = *samples_of(snapshot, "a").at("old");
  std::size_t in_first_block = 0;
  while (in_first_block < of_old.size() && of_old.block[in_first_block] == of_old.block[0]) ++in_first_block;
  EXPECT_EQ(in_first_block, 4u) << "it is the block in which the new one failed";
}

TEST_F(Paired, ATurnEndsWithTheTimeOfTheRun) {
  old_.clock_ns = fresh_.clock_ns = clock_ns_;
  options_.budget.samples = 100'000;
  options_.budget.total_ns = 100'000'000;
  (void)measure();
  EXPECT_TRUE(report_.out_of_time);
  EXPECT_LT(*clock_ns_, 120'000'000);
}

TEST_F(Paired, AllOfABlockSetUpBeforeOneIsWaitedFor) {
  for (const bool has_room : {true, false}) {
    std::string trace;
    old_.trace = fresh_.trace = &trace;
    old_.has_room = fresh_.has_room = has_room;
    std::filesystem::remove(path_);
    (void)measure();
    EXPECT_EQ(trace.find("oo") != std::string::npos, has_room) << trace.substr(0, 100);
  }
}

// Two values that agree say more than two that differ: a difference may still turn out to be one of chance.
TEST(Exact, AgreementIsBelievedSoonerThanADifference) {
  Job base{.batches = false}, head{.batches = false};
  head.base = &base;
  base.heads = {&head};
  base.values = head.values = {100, 100};
  head.progress.blocks = 2;
  EXPECT_TRUE(head.is_exact());
  head.values = {101, 101};
  EXPECT_FALSE(head.is_exact());
  head.progress.blocks = 5;
  EXPECT_TRUE(head.is_exact());
  head.values = {101, 102};
  EXPECT_FALSE(head.is_exact());
}

TEST_F(Paired, WhoDescribedTheSuiteIsMeasuredInTheFirstBlock) {
  std::set<std::vector<std::size_t>> orders;
  for (options_.seed = 1; options_.seed < 20; ++options_.seed) {
    old_.workers = fresh_.workers = 0;
    std::filesystem::remove(path_);
    const Snapshot snapshot = measure();
    ASSERT_EQ(snapshot.blocks.size(), 6u);
    EXPECT_EQ(old_.workers, 6u);
    EXPECT_EQ(fresh_.workers, 6u);
    const Json& first = snapshot.blocks.front().details;
    orders.insert(first.at("started").get<std::vector<std::size_t>>());
    const auto padding = first.at("padding").get<std::vector<std::uint64_t>>();
    ASSERT_EQ(padding.size(), 2u);
    EXPECT_NE(padding[0], padding[1]);
  }
  EXPECT_EQ(orders.size(), 2u) << "who begins is drawn";
}

TEST_F(Paired, AVersionThatCannotBeStartedIsNamed) {
  old_.stillborn = {1};
  try {
    (void)measure();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "old: no memory to start it");
  }
}

}  // namespace
}  // namespace benchkit::runner
