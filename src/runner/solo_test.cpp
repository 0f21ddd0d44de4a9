// Cases that come one by one: what is written, what is judged, what a test may say of them afterwards.
#include "runner/solo.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <benchkit/base/error.hpp>

#include "runner/fake_workers_test.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

namespace fs = std::filesystem;

class Solo : public testing::Test {
 protected:
  Solo() {
    std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "solo.jsonl";
  }
  ~Solo() override { fs::remove_all(folder_); }

  std::unique_ptr<SoloRun> begin() {
    FakeWorkers workers(empty_);
    return std::make_unique<SoloRun>(options_, workers, RunOutput{.files = &base::file_system(), .path = path_, .session = {}},
                                     [this] { return Version{.label = label_}; });
  }
  static FakeSuite suite_of(const std::string& id) {
    FakeSuite suite;
    suite.add(id, {{"name", id}});
    return suite;
  }
  static SoloResult measure(SoloRun& run, FakeSuite& suite, const SoloTurn& wanted = {.meter = "time"}) {
    FakeWorkers workers(suite);
    return run.measure(workers, wanted);
  }
  static void end(SoloRun& run, FakeSuite& suite, const Outcome& outcome = {}, const Json& extra = Json::object()) {
    FakeWorkers workers(suite);
    run.end_case(workers, extra, outcome);
  }

  fs::path folder_, path_;
  std::string label_ = "v";
  FakeSuite empty_;
  RunOptions options_;
};

TEST_F(Solo, EachCaseHasABlockOfItsOwnInOneFile) {
  const auto run = begin();
  EXPECT_FALSE(fs::exists(path_)) << "before the first case there is no file";
  for (const char* id : {"a", "b"}) {
    FakeSuite suite = suite_of(id);
    EXPECT_EQ(measure(*run, suite).values.at("time").size(), suite.samples_per_block);
    end(*run, suite);
  }
  const RunReport report = run->finish();
  EXPECT_EQ(report.measured, 2u);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_TRUE(snapshot.sealed);
  EXPECT_EQ(snapshot.sessions.front().header.at("design"), "solo");
  ASSERT_EQ(snapshot.records.size(), 2u);
  EXPECT_EQ(snapshot.records[0].samples.block[0], 0);
  EXPECT_EQ(snapshot.records[1].samples.block[0], 1);
}

TEST_F(Solo, ATurnAsksForExactlyWhatTheCaseWants) {
  const auto run = begin();
  FakeSuite suite = suite_of("a");
  const SoloResult result = measure(*run, suite, {.meter = "time", .samples = 7, .iterations = 3, .warmup = 2});
  EXPECT_EQ(result.values.at("time").size(), 7u);
  EXPECT_TRUE(suite.calibrations.empty());
  ASSERT_EQ(suite.takes.size(), 1u);
  EXPECT_EQ(suite.takes[0].iterations, 3u);
  EXPECT_EQ(suite.takes[0].warmup, 2u);
}

TEST_F(Solo, SamplesThatAreCountedAreTakenWhateverTheyCost) {
  const auto run = begin();
  FakeSuite suite = suite_of("a");
  suite.clock_ns = std::make_shared<std::int64_t>(0);  // each takes a millisecond, the budget is half a second
  EXPECT_EQ(measure(*run, suite, {.meter = "time", .samples = 1000, .iterations = 1}).values.at("time").size(), 1000u);
  EXPECT_EQ(suite.timeouts.back(), 0);
  suite.cases[0].timeout_s = 0.5;
  (void)measure(*run, suite, {.meter = "time", .samples = 4});
  EXPECT_EQ(suite.calibrations.size(), 1u) << "how many calls a sample has was not said this time";
  EXPECT_EQ(suite.timeouts.back(), 500'000'000);
}

TEST_F(Solo, WithoutWarmupNoCallIsMadeThatIsNoSample) {
  const auto run = begin();
  FakeSuite suite = suite_of("a");
  (void)measure(*run, suite, {.meter = "time", .samples = 4, .iterations = 1, .warmup = 0});
  EXPECT_EQ(suite.takes.at(0).warmup, 0u);
  EXPECT_EQ(suite.takes.at(0).count, 4u);
}

TEST_F(Solo, ALimitThatIsNotKeptIsToldAtOnceAndStandsInTheFile) {
  options_.most = parse_limits("time:50ns", "--max");
  const auto run = begin();
  FakeSuite suite = suite_of("a");
  const SoloResult result = measure(*run, suite);
  EXPECT_EQ(result.outcome.status, Status::error);
  EXPECT_NE(result.outcome.reason.find("above its limit"), std::string::npos);
  end(*run, suite);
  EXPECT_EQ(run->finish().failed, 1u);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(snapshot.records.at(0).outcome.status, Status::error);
  EXPECT_FALSE(snapshot.records.at(0).samples.empty()) << "what was measured is kept";
}

TEST_F(Solo, WhatIsKnownOfACaseOnlyWhenItIsOverTakesThePlaceOfWhatWasSaidBefore) {
  options_.meters = {"time", "rows"};
  const auto run = begin();
  FakeSuite suite = suite_of("a");
  (void)measure(*run, suite);
  suite.cases.front().info.group = "later";
  suite.cases.front().info.labels = {{"rows", 5}};
  end(*run, suite, {}, {{"extra_info", {{"kind", "x"}}}});
  (void)run->finish();
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_TRUE(snapshot.diagnostics.empty());
  ASSERT_EQ(snapshot.cases.size(), 1u);
  EXPECT_EQ(snapshot.cases[0].group, "later");
  EXPECT_EQ(snapshot.cases[0].labels.size(), 1u);
  EXPECT_EQ(snapshot.cases[0].extra.at("extra_info").at("kind"), "x");
}

TEST_F(Solo, ACaseThatFailedOrWasSkippedIsARecordAndNoneThatIsForgotten) {
  const auto run = begin();
  FakeSuite failing = suite_of("fails");
  failing.failing["fails"] = {Status::error, "no", Json::object()};
  EXPECT_EQ(measure(*run, failing).outcome.reason, "no");
  end(*run, failing);
  FakeSuite skipped = suite_of("skipped");
  end(*run, skipped, {Status::skipped, "not here", Json::object()});
  FakeSuite later = suite_of("fails later");
  (void)measure(*run, later);
  end(*run, later, {Status::error, "an assertion", Json::object()});
  FakeSuite nothing = suite_of("nothing");
  end(*run, nothing);
  const RunReport report = run->finish();
  EXPECT_EQ(report.failed, 2u);
  EXPECT_EQ(report.skipped, 1u);
  const Snapshot snapshot = snapshot::read(path_);
  ASSERT_EQ(snapshot.records.size(), 3u);
  EXPECT_EQ(snapshot.records[0].outcome.reason, "no");
  EXPECT_EQ(snapshot.records[1].outcome.status, Status::skipped);
  EXPECT_EQ(snapshot.records[2].outcome.reason, "an assertion");
}

TEST_F(Solo, AFileThatIsThereGoesOnWithASessionOfItsOwn) {
  for (const char* id : {"a", "b"}) {
    const auto run = begin();
    FakeSuite suite = suite_of(id);
    (void)measure(*run, suite);
    end(*run, suite);
    (void)run->finish();
  }
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(snapshot.sessions.size(), 2u);
  EXPECT_EQ(snapshot.records.size(), 2u);
}

TEST_F(Solo, LimitsHoldInAFileWhoseFirstVersionIsAnother) {
  options_.most = parse_limits("time:1ns", "--max");
  for (const char* label : {"old", "new"}) {
    label_ = label;
    const auto run = begin();
    FakeSuite suite = suite_of("a");
    EXPECT_EQ(measure(*run, suite).outcome.status, Status::error) << label;
    end(*run, suite);
    EXPECT_EQ(run->finish().failed, 1u) << label;
  }
}

TEST_F(Solo, ACaseWhoseLimitsDoNotFitIsNotMeasured) {
  const auto run = begin();
  FakeSuite suite = suite_of("a");
  suite.cases.front().limits = {"time:1MiB"};
  EXPECT_THROW(measure(*run, suite), Error);
  end(*run, suite);
  EXPECT_EQ(run->finish().measured, 0u);
}

TEST_F(Solo, MetersOfSingleCallsComeFirst) {
  empty_.single_rows = true;
  options_.meters = {"time", "rows"};
  const auto run = begin();
  ASSERT_EQ(run->meters().size(), 2u);
  EXPECT_EQ(run->meters()[0].meter.name, "rows");
}

TEST_F(Solo, ARunWithoutACaseLeavesNoFile) {
  const auto run = begin();
  EXPECT_TRUE(run->finish().path.empty());
  EXPECT_FALSE(fs::exists(path_));
}

}  // namespace
}  // namespace benchkit::runner
