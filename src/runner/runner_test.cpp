// The driver with fake workers: what is asked, what is written, when it stops.
#include "runner/runner.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include <benchkit/base/error.hpp>

#include "runner/fake_workers_test.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

namespace fs = std::filesystem;

class Run : public testing::Test {
 protected:
  Run() {
    std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "run.jsonl";
    for (const char* id : {"a", "b", "c", "d"}) suite_.add(id, {{"name", id}});
    options_.seed = 1;
  }
  ~Run() override { fs::remove_all(folder_); }

  RunOutput output() const { return {.files = &base::file_system(), .path = path_, .session = {{{"seed", 1}}}}; }
  RunReport measure() {
    FakeWorkers workers(suite_);
    return run(options_, {{"v"}, &workers}, output(), observer_);
  }
  RunReport go_on() {
    FakeWorkers workers(suite_);
    return resume(options_, {{"v"}, &workers}, output(), snapshot::read(path_), observer_);
  }
  [[nodiscard]] const Record& record_of(const Snapshot& snapshot, const std::string& id) const {
    for (const Record& record : snapshot.records) {
      if (snapshot.cases[record.case_index].id == id) return record;
    }
    throw Error("no record of " + id);
  }
  std::string complaint() {
    try {
      (void)measure();
    } catch (const Error& error) {
      return describe(error);
    }
    return {};
  }

  fs::path folder_, path_;
  FakeSuite suite_;
  RunOptions options_;
  SilentObserver observer_;
};

TEST_F(Run, EveryBlockIsAFreshWorkerWithAllCasesInRandomOrder) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  const RunReport report = measure();
  EXPECT_EQ(report.measured, 4u);
  EXPECT_EQ(suite_.workers, 3u);
  std::set<std::vector<std::string>> orders;
  for (const std::vector<std::string>& opened : suite_.opened) {
    EXPECT_EQ(std::set<std::string>(opened.begin(), opened.end()), (std::set<std::string>{"a", "b", "c", "d"}));
    orders.insert(opened);
  }
  EXPECT_GT(orders.size(), 1u);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_TRUE(snapshot.sealed);
  for (const char* id : {"a", "b", "c", "d"}) {
    const Samples& samples = record_of(snapshot, id).samples;
    ASSERT_EQ(samples.size(), 12u);
    std::map<std::int64_t, int> in_block;
    for (std::size_t i = 0; i < samples.size(); ++i) ++in_block[samples.block[i]];
    EXPECT_EQ(in_block, (std::map<std::int64_t, int>{{0, 4}, {1, 4}, {2, 4}}));
  }
  std::set<std::int64_t> orders_taken;
  for (const Record& record : snapshot.records) {
    for (std::size_t i = 0; i < record.samples.size(); ++i) orders_taken.insert(record.samples.order[i]);
  }
  EXPECT_EQ(orders_taken.size(), 48u) << "every sample has a running number of its own";
}

TEST_F(Run, TheSameSeedGivesTheSameOrder) {
  options_.budget.samples = 4;
  (void)measure();
  const auto first = suite_.opened;
  fs::remove(path_);
  suite_.opened.clear();
  (void)measure();
  EXPECT_EQ(suite_.opened, first);
}

TEST_F(Run, ACaseThatTakesItsWorkerAlongCostsOneRecord) {
  suite_.killers["b"] = {Status::signal, "killed by SIGSEGV", {{"signal", "SIGSEGV"}}};
  suite_.failing["c"] = {Status::error, "boom", Json::object()};
  options_.budget.samples = 6;
  options_.budget.blocks = 3;
  const RunReport report = measure();
  EXPECT_EQ(report.measured, 2u);
  EXPECT_EQ(report.failed, 2u);
  EXPECT_EQ(observer_.ended, (std::map<std::string, Status>{{"b", Status::signal}, {"c", Status::error}}));
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(record_of(snapshot, "b").outcome.reason, "killed by SIGSEGV");
  EXPECT_EQ(record_of(snapshot, "a").samples.size(), 6u);
  EXPECT_EQ(record_of(snapshot, "d").samples.size(), 6u);
}

TEST_F(Run, SkippedAndBrokenCasesAreRecordsWithoutAWorker) {
  suite_.cases[0].skip = "needs a GPU";
  suite_.cases[1].broken = "its id is 17";
  options_.budget.samples = 2;
  const RunReport report = measure();
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_EQ(report.failed, 1u);
  for (const auto& opened : suite_.opened) {
    for (const std::string& id : opened) EXPECT_TRUE(id == "c" || id == "d") << id;
  }
  EXPECT_EQ(record_of(snapshot::read(path_), "a").outcome.status, Status::skipped);
}

TEST_F(Run, AnInterruptLeavesAWholeFileThatCanBeResumed) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  suite_.interrupt_after = 20;  // in the second block
  const RunReport report = measure();
  EXPECT_TRUE(report.interrupted);
  const Snapshot before = snapshot::read(path_);
  EXPECT_FALSE(before.sealed);
  EXPECT_TRUE(before.diagnostics.empty());
  EXPECT_EQ(before.blocks.back().complete, false);

  suite_.samples = 0;
  const RunReport rest = go_on();
  EXPECT_EQ(rest.measured, 4u);
  EXPECT_EQ(suite_.samples, 32u) << "the first block stands; the second is measured again whole";
  const Snapshot after = snapshot::read(path_);
  EXPECT_TRUE(after.sealed);
  std::set<std::int64_t> orders;
  std::size_t taken = 0;
  for (const Record& record : after.records) {
    EXPECT_EQ(record.samples.size(), 12u);
    for (const Samples* samples : {&record.samples, &record.partial}) {
      taken += samples->size();
      for (std::size_t i = 0; i < samples->size(); ++i) orders.insert(samples->order[i]);
    }
  }
  EXPECT_EQ(orders.size(), taken) << "running numbers go on where they ended";
}

TEST_F(Run, ResumeDoesNotRunAFailedCaseAgain) {
  suite_.killers["b"] = {Status::timeout, "too long", Json::object()};
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  suite_.interrupt_after = 25;
  ASSERT_TRUE(measure().interrupted);
  suite_.opened.clear();
  const RunReport rest = go_on();
  EXPECT_EQ(rest.failed, 1u);
  for (const auto& opened : suite_.opened) {
    for (const std::string& id : opened) EXPECT_NE(id, "b");
  }
}

TEST_F(Run, PrecisionStopsACaseAlone) {
  // a and c are exact; b and d go up and down from block to block.
  suite_.value = [this](const std::string& id, std::uint64_t) {
    return id == "a" || id == "c" ? 100.0 : 100.0 * (1.0 + static_cast<double>(suite_.workers % 2));
  };
  options_.budget.precision = 0.01;
  options_.budget.per_job_ns = 30'000'000;
  options_.budget.blocks = 10;
  (void)measure();
  const Snapshot snapshot = snapshot::read(path_);
  const auto blocks = [&](const char* id) {
    std::set<std::int64_t> seen;
    const Samples& samples = record_of(snapshot, id).samples;
    for (std::size_t i = 0; i < samples.size(); ++i) seen.insert(samples.block[i]);
    return seen.size();
  };
  EXPECT_EQ(blocks("a"), 3u);
  EXPECT_EQ(blocks("c"), 3u);
  EXPECT_GT(blocks("b"), 3u);
}

TEST_F(Run, TheTotalBudgetEndsItAndSaysSo) {
  suite_.before_sample = [] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(200);
    while (std::chrono::steady_clock::now() < until) {
    }
  };
  options_.budget.total_ns = 1'000'000;
  options_.budget.blocks = 10;
  const RunReport report = measure();
  EXPECT_TRUE(report.out_of_time);
  EXPECT_LT(suite_.workers, 10u);
}

TEST_F(Run, TwoMetersAreTwoPasses) {
  options_.meters = {"time", "rows"};
  options_.budget.samples = 4;
  options_.budget.blocks = 2;
  (void)measure();
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(snapshot.records.size(), 8u);
  EXPECT_EQ(suite_.workers, 4u) << "a pass has workers of its own";
}

TEST_F(Run, WhatWasAskedForWronglyIsSaid) {
  options_.meters = {"weight"};
  EXPECT_EQ(complaint(), "--metric: this suite has no metric \"weight\"\n  hint: known: time, rows");
  options_.meters = {"time"};
  options_.filter.add_expression("nothing");
  EXPECT_NE(complaint().find("none of the 4 cases is selected"), std::string::npos);
  suite_.cases.clear();
  EXPECT_NE(complaint().find("has no cases"), std::string::npos);
  EXPECT_FALSE(fs::exists(path_)) << "a run that never began leaves no file";
}

TEST_F(Run, TheHeaderSaysHowItWasMeasured) {
  options_.budget.samples = 2;
  (void)measure();
  const Snapshot snapshot = snapshot::read(path_);
  const Json& header = snapshot.sessions[0].header;
  EXPECT_EQ(header["design"], "solo");
  EXPECT_EQ(header["clock"]["name"], "fake");
  const RunOptions read = options_from_json(header["options"], path_);
  EXPECT_EQ(read.seed, options_.seed);
  EXPECT_EQ(read.budget.samples, 2u);
}

}  // namespace
}  // namespace benchkit::runner
