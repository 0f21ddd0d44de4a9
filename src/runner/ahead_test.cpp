// Workers that are started while those before them measure.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "runner/fake_workers_test.hpp"
#include "runner/runner.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

class RunAhead : public testing::Test {
 protected:
  RunAhead() : path_(std::filesystem::temp_directory_path() / ("benchkit-ahead-" + std::to_string(::getpid()) + ".jsonl")) {
    std::filesystem::remove(path_);
    for (const char* id : {"a", "b", "c", "d"}) suite_.add(id);
    suite_.single_rows = true;
    suite_.exclusive_rows = false;
    suite_.value = [this](const std::string& id, std::uint64_t) { return id == "a" || vary_ ? ++count_ : 1.0; };
    suite_.before_sample = [this] { started_.push_back(suite_.workers); };
    options_.meters = {"rows"};
    options_.budget.samples = 3;
    options_.budget.blocks = 3;
  }
  ~RunAhead() override { std::filesystem::remove(path_); }

  RunReport measure() {
    FakeWorkers workers(suite_);
    return run(options_, only(workers), {.files = &base::file_system(), .path = path_, .session = {}}, observer_);
  }
  /// The case that goes first with this seed.
  std::string first_of_all() {
    (void)measure();
    std::filesystem::remove(path_);
    std::string first = suite_.opened.front().front();
    suite_.opened.clear();
    suite_.workers = 0;
    return first;
  }
  /// Four cases with a sample each in three blocks.
  void expect_none_ahead() {
    (void)measure();
    EXPECT_EQ(started_, (std::vector<std::size_t>{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}));
  }

  std::string path_;
  FakeSuite suite_;
  RunOptions options_;
  SilentObserver observer_;
  std::vector<std::size_t> started_;  ///< how many workers had been started as each sample was taken
  bool vary_ = true;
  double count_ = 0;
};

TEST_F(RunAhead, TheNextWorkersStartWhileOneMeasures) {
  EXPECT_EQ(measure().measured, 4u);
  EXPECT_EQ(suite_.workers, 3u) << "none in vain";
  EXPECT_EQ(started_, (std::vector<std::size_t>{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}));
  for (const auto& opened : suite_.opened) {
    EXPECT_EQ(opened.size(), 4u) << "none is set up twice";
    EXPECT_EQ(opened.front(), suite_.opened.front().front()) << "what was set up ahead goes first";
  }
}

TEST_F(RunAhead, AWorkerEndsWhileTheNextOneMeasures) {
  suite_.end = "exit code 3";
  EXPECT_EQ(measure().measured, 4u);
  EXPECT_EQ(suite_.told_to_quit, 2u) << "nobody comes after the last one";
  const Snapshot snapshot = snapshot::read(path_);
  for (const char* id : {"a", "d"}) {
    const auto record = std::find_if(snapshot.records.begin(), snapshot.records.end(),
                                     [&](const Record& one) { return snapshot.cases[one.case_index].id == id; });
    ASSERT_NE(record, snapshot.records.end());
    EXPECT_EQ(record->warnings, std::vector<std::string>{"the worker that measured it did not end well: exit code 3"})
        << "told when it has ended";
  }
}

TEST_F(RunAhead, NoneEndsBesideAnotherThatItWouldDisturb) {
  options_.meters = {"time", "rows"};
  suite_.before_sample = [&] { EXPECT_TRUE(suite_.meter != "time" || suite_.leaving == 0); };
  (void)measure();
}

TEST_F(RunAhead, NoneStartsThatMayNotBeNeeded) {
  options_.budget = {};
  options_.budget.per_job_ns = 1'000'000'000'000;
  suite_.samples_per_block = 2;
  vary_ = false;  // but for a
  (void)measure();
  ASSERT_EQ(suite_.opened.size(), 10u);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(started_[2 * i], 3u) << "three blocks are the fewest";
  for (std::size_t block = 3; block < 10; ++block)
    EXPECT_EQ(suite_.opened[block], (std::vector<std::string>{"a"})) << "the others are exact";
}

TEST_F(RunAhead, OneWhoseCaseHasHadItsTimeOpensAnother) {
  const std::string slow = first_of_all();
  suite_.clock_ns = std::make_shared<std::int64_t>(0);
  suite_.value = [&, slow](const std::string& id, std::uint64_t) {
    if (id == slow) *suite_.clock_ns += 1'000'000'000;
    return ++count_;
  };
  options_.budget = {};
  options_.budget.blocks = 3;
  EXPECT_EQ(measure().measured, 4u);
  EXPECT_EQ(suite_.workers, 3u) << "none in vain";
  ASSERT_EQ(suite_.opened[0].front(), slow);
  ASSERT_EQ(suite_.opened[1].size(), 4u);
  EXPECT_EQ(suite_.opened[1].front(), slow) << "while the first one still measured it";
  for (std::size_t i = 1; i < 4; ++i) EXPECT_NE(suite_.opened[1][i], slow);
}

TEST_F(RunAhead, OneWhoseCaseHasFailedIsGivenUp) {
  const std::string bad = first_of_all();
  options_.budget.samples = 6;
  suite_.failing[bad] = {Status::error, "no", Json::object()};
  EXPECT_EQ(measure().failed, 1u);
  ASSERT_EQ(suite_.opened.size(), 5u);
  for (const std::size_t worker : {1, 2}) EXPECT_EQ(suite_.opened[worker], (std::vector<std::string>{bad})) << "it may never answer";
  for (const std::size_t worker : {3, 4}) EXPECT_EQ(suite_.opened[worker].size(), 3u);
}

TEST_F(RunAhead, NoneStartsWhereItWouldDisturb) {
  suite_.exclusive_rows = true;
  expect_none_ahead();
}

TEST_F(RunAhead, NoneStartsWhereThereIsNoRoom) {
  suite_.has_room = false;
  expect_none_ahead();
}

TEST_F(RunAhead, OfSeveralMetersOneStartsForTheNextBlockOfEachAndHoldsNoSetup) {
  options_.meters = {"time", "rows"};
  suite_.prepares = true;
  (void)measure();
  EXPECT_EQ(suite_.workers, 6u) << "none in vain";
  EXPECT_EQ(suite_.prepared, 6u);
  EXPECT_GT(suite_.paused, 0u) << "where time is measured";
  for (const auto& opened : suite_.opened) EXPECT_EQ(opened.size(), 4u) << "none is set up twice";
  bool any_ahead = false;
  for (std::size_t i = 0; i < started_.size(); ++i) {
    EXPECT_LE(started_[i], i / 4 + 3) << "one a meter at the most";
    any_ahead = any_ahead || started_[i] > i / 4 + 1;
  }
  EXPECT_TRUE(any_ahead);
}

TEST_F(RunAhead, WhereAStartTakesLongTheSecondOnePreparesBesideTheFirst) {
  suite_.prepares = true;
  std::size_t prepared_when_described = 0;
  suite_.when_described = [&] { prepared_when_described = suite_.prepared; };
  EXPECT_EQ(measure().measured, 4u);
  EXPECT_EQ(prepared_when_described, 2u);
  EXPECT_EQ(suite_.workers, 3u) << "none in vain";
  EXPECT_EQ(suite_.prepared, 3u);
}

TEST_F(RunAhead, OneBlockAloneHasOneWorker) {
  suite_.prepares = true;
  options_.budget.blocks = 1;
  EXPECT_EQ(measure().measured, 4u);
  EXPECT_EQ(suite_.workers, 1u);
}

TEST_F(RunAhead, WhatAWorkerPreparesIsAPartOfItsStart) {
  suite_.clock_ns = std::make_shared<std::int64_t>(0);
  suite_.exclusive_rows = true;
  options_.budget = {.per_job_ns = 100'000'000};
  (void)measure();
  const std::size_t blocks = suite_.workers;
  suite_ = FakeSuite{suite_};
  suite_.workers = 0;
  std::filesystem::remove(path_);
  suite_.prepares = true;
  suite_.preparing_takes_ns = 15'000'000;
  (void)measure();
  EXPECT_EQ(blocks, 10u);
  EXPECT_EQ(suite_.workers, 5u) << "a fifth of the time buys so many";
}

TEST_F(RunAhead, OneThatCannotBeStartedAheadIsStartedInItsTurn) {
  suite_.stillborn = {2};
  EXPECT_EQ(measure().measured, 4u);
}

}  // namespace
}  // namespace benchkit::runner
