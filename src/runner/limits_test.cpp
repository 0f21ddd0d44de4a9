// Limits with fake workers: what is judged, what is written, what is refused.
#include "runner/limits.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include <benchkit/base/error.hpp>

#include "runner/fake_workers_test.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

namespace fs = std::filesystem;

/// Cases "a" and "b" under the meters `time` (ns) and `rows` (a count); every sample of "a" is 100, of "b" 200.
class Limits : public testing::Test {
 protected:
  Limits() {
    std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "run.jsonl";
    suite_.add("a");
    suite_.add("b");
    suite_.value = [](const std::string& id, std::uint64_t) { return id == "a" ? 100.0 : 200.0; };
    options_.budget.samples = 4;
    options_.budget.blocks = 2;
  }
  ~Limits() override { fs::remove_all(folder_); }

  void limit(const char* text) { options_.most = parse_limits(text, "--max"); }
  RunReport measure() {
    FakeWorkers workers(suite_);
    return run(options_, only(workers), {.files = &base::file_system(), .path = path_, .session = {}}, observer_);
  }
  std::string complaint() {
    try {
      (void)measure();
    } catch (const Error& error) {
      return describe(error);
    }
    return {};
  }
  [[nodiscard]] Record record(const std::string& id, const std::string& metric) const {
    const Snapshot snapshot = snapshot::read(path_);
    for (const Record& one : snapshot.records) {
      if (snapshot.cases[one.case_index].id == id && snapshot.metrics[one.metric].name == metric) return one;
    }
    throw Error("no record of " + id);
  }

  fs::path folder_, path_;
  FakeSuite suite_;
  RunOptions options_;
  SilentObserver observer_;
};

TEST_F(Limits, ACaseAboveItsLimitHasFailedAndKeepsItsSamples) {
  limit("time:150ns");
  const RunReport report = measure();
  EXPECT_EQ(report.measured, 1u);
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(observer_.ended, (std::map<std::string, Status>{{"b", Status::error}}));
  EXPECT_EQ(record("a", "time").outcome, Outcome{});
  const Record above = record("b", "time");
  EXPECT_EQ(above.outcome.status, Status::error);
  EXPECT_EQ(above.outcome.reason, "time 200.0 ns is above its limit of 150 ns");
  EXPECT_EQ(above.outcome.details, (Json{{"metric", "time"}, {"limit", 150.0}, {"value", 200.0}, {"unit", "ns"}}));
  EXPECT_EQ(above.samples.size(), 4u);
}

TEST_F(Limits, WhatReachesItsLimitKeepsIt) {
  limit("time:200ns");
  EXPECT_EQ(measure().failed, 0u);
}

TEST_F(Limits, TheyAreTheHeadsAlone) {
  limit("time:250ns,rows:250");
  suite_.single_rows = true;
  options_.meters = {"time", "rows"};
  FakeSuite old = suite_;
  old.value = [](const std::string&, std::uint64_t) { return 1000.0; };
  FakeWorkers old_workers(old), workers(suite_);
  const auto report = run(options_, targets_of("old", old_workers, "new", workers),
                          {.files = &base::file_system(), .path = path_, .session = {}}, observer_);
  EXPECT_EQ(report.measured, 4u);
  EXPECT_EQ(report.failed, 0u);
}

TEST_F(Limits, NumbersThatReadAlikeAreToldInFull) {
  suite_.value = [](const std::string&, std::uint64_t) { return 10'485'761.0; };
  options_.meters = {"rows"};
  limit("rows:10485760");
  (void)measure();
  EXPECT_EQ(record("a", "rows").outcome.reason, "rows 10485761 is above its limit of 10485760");
}

TEST_F(Limits, TheMedianOfTheBlocksMediansIsJudged) {
  // Each block has 1, 1, 100: a mean would be above the limit, and so would a single sample.
  suite_.value = [](const std::string&, std::uint64_t running) { return running % 3 == 2 ? 100.0 : 1.0; };
  options_.budget.samples = 6;
  limit("time:2ns");
  EXPECT_EQ(measure().failed, 0u);
}

TEST_F(Limits, OfSingleCallsTheWorstIsJudged) {
  suite_.single_rows = true;
  bool once = false;
  suite_.value = [&](const std::string& id, std::uint64_t running) {
    return id == "a" && running == 2 && !std::exchange(once, true) ? 100.0 : 1.0;
  };
  options_.meters = {"rows"};
  options_.budget.samples = 12;
  limit("rows:2");
  EXPECT_EQ(measure().failed, 1u);
  EXPECT_EQ(record("a", "rows").outcome.reason, "rows 100.0 is above its limit of 2");
}

TEST_F(Limits, ACaseHasLimitsOfItsOwn) {
  suite_.cases[0].limits = {"time:50ns"};
  suite_.cases[1].limits = {"time:1us,rows:10"};
  EXPECT_EQ(measure().failed, 1u);
  EXPECT_EQ(observer_.ended, (std::map<std::string, Status>{{"a", Status::error}})) << "rows is not measured, so not judged";
}

TEST_F(Limits, EachMetricHasARecordOfItsOwn) {
  options_.meters = {"time", "rows"};
  limit("rows:150");
  const RunReport report = measure();
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(report.measured, 3u);
  EXPECT_EQ(record("b", "time").outcome.status, Status::ok);
  EXPECT_EQ(record("b", "rows").outcome.status, Status::error);
}

TEST_F(Limits, TheStricterOfTwoIsOneComplaint) {
  limit("time:150ns");
  suite_.cases[1].limits = {"time:120ns", "time:130ns"};
  int complaints = 0;
  observer_.on_end = [&] { ++complaints; };
  (void)measure();
  EXPECT_EQ(complaints, 1);
  EXPECT_EQ(record("b", "time").outcome.details.at("limit"), 120.0);
}

TEST_F(Limits, ANumberThatIsNoneKeepsNoLimit) {
  suite_.value = [](const std::string&, std::uint64_t) { return std::nan(""); };
  limit("time:1s");
  EXPECT_EQ(measure().failed, 2u);
  EXPECT_EQ(record("a", "time").outcome.reason, "time is no finite number: nothing says that its limit of 1 s holds");
}

TEST_F(Limits, WhatACaseReportsItselfCanBeLimitedByItsOwnLimits) {
  suite_.reports = {{{"cost", "EUR", Better::less}, 7}};
  suite_.cases[0].limits = {"cost:5"};
  suite_.cases[1].limits = {"cost:7 EUR"};
  options_.meters = {"time", "rows"};
  EXPECT_EQ(measure().failed, 1u);
  EXPECT_EQ(record("a", "cost").outcome.reason, "cost 7.000 EUR is above its limit of 5");
  EXPECT_EQ(record("b", "cost").outcome.status, Status::ok);
}

TEST_F(Limits, ALimitOnNothingIsNoSilentPass) {
  suite_.cases[0].limits = {"tiem:5ms"};
  EXPECT_EQ(measure().failed, 1u);
  EXPECT_EQ(record("a", "time").outcome.reason,
            "its limit tiem:5ms holds for nothing: no meter is called so, and the case reports no such number");
}

TEST_F(Limits, ACaseWhoseLimitsMakeNoSenseIsBroken) {
  suite_.cases[0].limits = {"time:much"};
  suite_.cases[1].limits = {"rows:5ms"};
  const RunReport report = measure();
  EXPECT_EQ(report.failed, 2u);
  EXPECT_EQ(suite_.samples, 0u);
  EXPECT_EQ(record("a", "time").outcome.reason.substr(0, 40), "its limits do not fit: \"much\" is no limi");
  EXPECT_EQ(record("b", "time").outcome.reason.substr(0, 50), "its limits do not fit: \"5 ms\" is no amount of rows");
}

TEST_F(Limits, WhatCannotHoldIsRefusedBeforeAnythingIsMeasured) {
  limit("tiem:5ms");
  EXPECT_EQ(complaint(),
            "--max tiem:5ms: this suite has no metric \"tiem\"\n"
            "  hint: measured here: time; a limit on what a case reports itself belongs into its `limits`");
  limit("rows:5");
  EXPECT_EQ(complaint(), "--max rows:5: this run does not measure rows\n  hint: add it: --metric time,rows");
  limit("time:5MiB");
  EXPECT_EQ(complaint(), "--max time:5MiB: \"5 MiB\" is no amount of time\n  hint: write a time: 5ms, 1.5s, 2min");
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(Limits, AResumedRunHasTheLimitsItWasBegunWith) {
  limit("time:150ns");
  suite_.interrupt_after = 3;
  EXPECT_TRUE(measure().interrupted);
  EXPECT_EQ(observer_.ended, (std::map<std::string, Status>{})) << "half a run is not judged";
  const Snapshot half = snapshot::read(path_);
  const RunOptions options = options_from_json(half.sessions.back().header["options"], path_);
  FakeWorkers workers(suite_);
  const RunReport report = resume(options, only(workers), {.files = &base::file_system(), .path = path_, .session = {}}, half, observer_);
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(record("b", "time").outcome.reason, "time 200.0 ns is above its limit of 150 ns");
}

}  // namespace
}  // namespace benchkit::runner
