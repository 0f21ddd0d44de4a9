// The driver with fake workers: what is asked, what is written, when it stops.
#include "runner/runner.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "runner/conversation.hpp"
#include "runner/fake_workers_test.hpp"
#include "runner/smoke.hpp"
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
    return run(options_, only(workers), output(), observer_);
  }
  RunReport go_on() {
    FakeWorkers workers(suite_);
    return resume(options_, only(workers), output(), snapshot::read(path_), observer_);
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
  EXPECT_FALSE(report.out_of_time);
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
    for (const Samples* samples : {&record.samples, &*record.partial}) {
      taken += samples->size();
      for (std::size_t i = 0; i < samples->size(); ++i) orders.insert(samples->order[i]);
    }
  }
  EXPECT_EQ(orders.size(), taken) << "running numbers go on where they ended";
  EXPECT_EQ(*orders.begin(), 0);
  EXPECT_EQ(*orders.rbegin(), static_cast<std::int64_t>(taken) - 1);
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

TEST_F(Run, ASuiteOfOneCaseIsOne) {
  suite_.cases.resize(1);
  options_.budget.samples = 2;
  EXPECT_EQ(measure().measured, 1u);
  for (const Block& block : snapshot::read(path_).blocks) EXPECT_FALSE(block.details.contains("cpu")) << "alone nothing is bound";
}

// What a start and a sample take is known here: as soon as each case had a block, what is said to come is what comes.
TEST_F(Run, TheEtaIsTrue) {
  struct Seen {
    std::uint64_t block;
    std::int64_t end_ns;
  };
  class Watching final : public Observer {
   public:
    explicit Watching(const std::int64_t& clock_ns) : clock_ns_(clock_ns) {}
    void progress(const Progress& now) override { seen.push_back({now.block, clock_ns_ + now.eta_ns}); }
    void case_ended(const std::string&, const std::string&, const Outcome&) override {}
    std::vector<Seen> seen;

   private:
    const std::int64_t& clock_ns_;
  };
  suite_.clock_ns = std::make_shared<std::int64_t>(0);
  suite_.start_takes_ns = 20'000'000;
  options_.budget = {.per_job_ns = 25'000'000, .blocks = 5};
  Watching watching(*suite_.clock_ns);
  FakeWorkers workers(suite_);
  (void)run(options_, only(workers), output(), watching);
  std::size_t known = 0;
  for (const Seen& seen : watching.seen) {
    if (seen.block < 2) continue;
    ++known;
    EXPECT_NEAR(static_cast<double>(seen.end_ns), static_cast<double>(*suite_.clock_ns), 0.1 * static_cast<double>(*suite_.clock_ns))
        << "in block " << seen.block;
  }
  EXPECT_GE(known, 12u);
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

TEST_F(Run, ACtrlCWhileALaterWorkerStartsLeavesAFileThatCanBeResumed) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  suite_.interrupt_at_start = 2;
  const RunReport report = measure();
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.measured, 4u);
  EXPECT_EQ(report.blocks_done, 1u);
  EXPECT_EQ(report.blocks_wanted, 3u);
  EXPECT_EQ(snapshot::read(path_).blocks.size(), 1u) << "a block without workers is none";
  suite_.interrupt_at_start = 0;
  EXPECT_EQ(go_on().measured, 4u);
  EXPECT_TRUE(snapshot::read(path_).sealed);
}

TEST_F(Run, ACtrlCWhileTheSuiteStartsLeavesNothing) {
  suite_.interrupt_at_start = 1;
  EXPECT_THROW((void)measure(), Interrupted);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(Run, AWorkerThatCannotStartIsTriedAgain) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  suite_.stillborn = {2};
  const RunReport report = measure();
  EXPECT_EQ(report.stopped, "");
  EXPECT_EQ(report.measured, 4u);
}

TEST_F(Run, WithoutWorkersTheRunEndsAndCanBeResumed) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  suite_.stillborn = {2, 3};
  const RunReport report = measure();
  EXPECT_EQ(report.stopped, "no memory to start it");
  EXPECT_FALSE(report.interrupted);
  EXPECT_FALSE(snapshot::read(path_).ended);
  EXPECT_EQ(go_on().measured, 4u);
}

TEST_F(Run, NoCaseVanishesWhenTheTotalBudgetEnds) {
  suite_.before_sample = [] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
    while (std::chrono::steady_clock::now() < until) {
    }
  };
  suite_.samples_per_block = 30;
  options_.budget.total_ns = 10'000'000;
  const RunReport report = measure();
  EXPECT_TRUE(report.out_of_time);
  EXPECT_GT(report.not_reached, 0u);
  EXPECT_EQ(report.measured + report.not_reached, 4u);
  EXPECT_EQ(report.skipped, 0u);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(snapshot.records.size(), 4u);
  for (const Record& record : snapshot.records) {
    if (record.samples.empty()) {
      EXPECT_EQ(record.outcome.status, Status::not_reached);
      EXPECT_EQ(record.outcome.reason, "the total budget was spent");
    }
  }
}

TEST_F(Run, TheTotalBudgetBoundsWhatIsAskedFor) {
  options_.budget = {.per_job_ns = 60'000'000'000, .total_ns = 100'000'000, .samples = 3};
  (void)measure();
  for (const protocol::Take& take : suite_.takes) {
    EXPECT_GT(take.budget_ns, 0);
    EXPECT_LE(take.budget_ns, 100'000'000);
  }
  for (const protocol::Calibrate& request : suite_.calibrations) EXPECT_LE(request.target_ns, 100'000'000 / 4);
}

TEST_F(Run, ASampleIsMuchShorterThanTheTimeout) {
  options_.budget.per_job_ns = 600'000'000'000;
  options_.timeout_ns = 1'000'000'000;
  (void)measure();
  for (const protocol::Calibrate& request : suite_.calibrations) EXPECT_LE(request.target_ns, 100'000'000);
}

TEST_F(Run, ALongCallWarmsUpInARequestOfItsOwn) {
  suite_.iterations = 1;
  options_.budget.samples = 4;
  options_.budget.blocks = 2;
  options_.timeout_ns = 1'000'000'000;
  (void)measure();
  for (const protocol::Take& take : suite_.takes) EXPECT_EQ(take.warmup, 0u) << "two calls would be silent for twice as long";
}

TEST_F(Run, TheTimeoutHoldsWhileCasesAreListed) {
  options_.budget.samples = 1;
  options_.timeout_ns = 7'000'000'000;
  (void)measure();
  ASSERT_GE(suite_.timeouts.size(), 2u);
  EXPECT_EQ(suite_.timeouts[0], kStartTimeoutNs);
  EXPECT_EQ(suite_.timeouts[1], 7'000'000'000);
}

TEST_F(Run, ATimeBombOfAnotherCaseIsNoFailure) {
  suite_.bombs = {"b"};
  options_.budget.samples = 6;
  options_.budget.blocks = 3;
  const RunReport report = measure();
  EXPECT_EQ(report.failed, 0u);
  EXPECT_EQ(report.measured, 4u);
  const Snapshot snapshot = snapshot::read(path_);
  std::size_t warned = 0;
  for (const Record& record : snapshot.records) {
    EXPECT_EQ(record.samples.size(), 6u);
    for (const std::string& warning : record.warnings) {
      ++warned;
      EXPECT_NE(warning.find("killed by SIGALRM in a worker in which "), std::string::npos);
      EXPECT_NE(warning.find("b had run before; measured again in a fresh one"), std::string::npos);
    }
  }
  EXPECT_GT(warned, 0u);
}

TEST_F(Run, SamplesBeforeACrashArePartial) {
  suite_.killers["b"] = {Status::signal, "killed by SIGSEGV", Json::object()};
  options_.budget.samples = 6;
  options_.budget.blocks = 3;
  (void)measure();
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_TRUE(record_of(snapshot, "b").samples.empty());
  EXPECT_FALSE(record_of(snapshot, "b").partial->empty());
  EXPECT_TRUE(record_of(snapshot, "a").partial->empty());
}

TEST_F(Run, AWorkerThatEndsBadlyIsAWarning) {
  suite_.end = "exit code 3";
  options_.budget.samples = 2;
  EXPECT_EQ(measure().measured, 4u);
  EXPECT_EQ(record_of(snapshot::read(path_), "a").warnings,
            std::vector<std::string>{"the worker that measured it did not end well: exit code 3"});
}

TEST_F(Run, ASampleWithTooManyOrTooFewValuesIsTheWorkersFault) {
  suite_.values = 2;
  options_.budget.samples = 2;
  const RunReport report = measure();
  EXPECT_EQ(report.failed, 4u);
  EXPECT_EQ(record_of(snapshot::read(path_), "a").outcome.status, Status::protocol);
}

class SmokeLog final : public SmokeObserver {
 public:
  void begins(const std::string& /*case_id*/, std::size_t /*number*/, std::size_t /*count*/) override {}
  void ended(const std::string& case_id, const Outcome& outcome) override { outcomes[case_id] = outcome.status; }
  std::map<std::string, Status> outcomes;
};

TEST_F(Run, SmokeCallsEachCaseOnce) {
  suite_.failing["b"] = {Status::error, "no", Json::object()};
  suite_.killers["c"] = {Status::signal, "gone", Json::object()};
  suite_.failing["d"] = {Status::skipped, "needs a GPU", Json::object()};
  FakeWorkers workers(suite_);
  SmokeLog log;
  const SmokeReport report = smoke({}, workers, log);
  EXPECT_EQ(report.passed, 1u);
  EXPECT_EQ(report.failed, 2u);
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_FALSE(report.interrupted);
  EXPECT_EQ(report.stopped, "");
  EXPECT_EQ(log.outcomes,
            (std::map<std::string, Status>{{"a", Status::ok}, {"b", Status::error}, {"c", Status::signal}, {"d", Status::skipped}}));
  EXPECT_EQ(suite_.samples, 4u);
  EXPECT_EQ(suite_.workers, 2u) << "a lost one is replaced";
  suite_.interrupt_after = 5;
  EXPECT_TRUE(smoke({}, workers, log).interrupted);
}

TEST_F(Run, OnlyTheSameSuiteGoesOn) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  suite_.interrupt_after = 20;
  ASSERT_TRUE(measure().interrupted);
  const auto refusal = [&](auto change) {
    const FakeSuite before = suite_;
    change();
    std::string text;
    try {
      (void)go_on();
    } catch (const Error& error) {
      text = error.what();
    }
    suite_ = before;
    return text;
  };
  EXPECT_EQ(refusal([&] { suite_.cases.erase(suite_.cases.begin()); }), "the suite has changed since: it has no case a any more");
  EXPECT_EQ(refusal([&] { suite_.add("e"); }), "the suite has changed since: the case e is new");
  EXPECT_EQ(refusal([&] { suite_.cases[1].info.dims.set("name", "z"); }), "the suite has changed since: case b: its dims differ");
  EXPECT_EQ(refusal([&] { suite_.cases[1].info.body_hash = "1"; }), "the suite has changed since: case b: its code (body_hash) differs");
  EXPECT_EQ(go_on().measured, 4u);
}

TEST_F(Run, ARunThatWasNotSealedOnPurposeHasEnded) {
  options_.budget.samples = 2;
  FakeWorkers workers(suite_);
  RunOutput unsealed = output();
  unsealed.seal = false;
  (void)run(options_, only(workers), std::move(unsealed), observer_);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_FALSE(snapshot.sealed);
  EXPECT_TRUE(snapshot.ended);
}

TEST_F(Run, ProgressCountsBlocks) {
  options_.budget.samples = 12;
  options_.budget.blocks = 3;
  (void)measure();
  EXPECT_EQ(observer_.seen.front().block, 1u);
  EXPECT_EQ(observer_.seen.back().block, 3u);
  for (const Progress& progress : observer_.seen) EXPECT_EQ(progress.blocks, 3u);
}

TEST_F(Run, AfterARebootSamplesGoOnBehindTheLastOne) {
  options_.budget.samples = 3;
  options_.budget.blocks = 3;
  suite_.interrupt_after = 6;  // in the second block
  constexpr std::int64_t kHour = 3'600'000'000'000;
  suite_.start_ns = [] { return base::monotonic_ns() + kHour; };
  ASSERT_TRUE(measure().interrupted);
  Snapshot before = snapshot::read(path_);
  before.sessions[0].header["boot_id"] = "another one";
  before.sessions[0].header["started_ns"] = std::int64_t{1} << 62;
  suite_.start_ns = [] { return base::monotonic_ns(); };
  FakeWorkers workers(suite_);
  (void)resume(options_, only(workers), output(), before, observer_);
  const Snapshot after = snapshot::read(path_);
  const Samples& samples = record_of(after, "a").samples;
  ASSERT_EQ(samples.size(), 3u);
  for (std::size_t i = 1; i < samples.size(); ++i) EXPECT_GE(samples.start_ns[i], kHour) << "where the machine's clock stood before";
}

/// A path of one frame, named after the case.
CallPaths paths_of(const std::string& id) {
  CallPaths paths;
  paths.frames = {{"hold_" + id, "/home/me/suite.py", 7}};
  paths.paths = {{{0}, 1000, 2}};
  paths.peak_bytes = 1000;
  return paths;
}

TEST_F(Run, EachCaseIsAttributedOnceInItsFirstBlock) {
  options_.meters = {"time", "rows"};
  options_.budget = {.samples = 4, .blocks = 2};
  options_.attribute = true;
  suite_.call_paths = paths_of;
  const RunReport report = measure();
  EXPECT_EQ(report.attributed, 4u);
  EXPECT_EQ(std::count_if(suite_.takes.begin(), suite_.takes.end(), [](const protocol::Take& take) { return take.attribute; }), 4);
  const Snapshot snapshot = snapshot::read(path_);
  ASSERT_EQ(snapshot.call_paths.size(), 4u);
  std::set<std::int64_t> blocks;
  for (const Attribution& one : snapshot.call_paths) {
    EXPECT_EQ(one.paths, paths_of(snapshot.cases[one.case_index].id));
    EXPECT_EQ(snapshot.metrics[one.metric].name, "rows") << "not of the other pass";
    blocks.insert(one.block);
  }
  EXPECT_EQ(blocks.size(), 1u);
}

TEST_F(Run, NothingIsAttributedUnasked) {
  options_.meters = {"rows"};
  suite_.call_paths = paths_of;
  EXPECT_EQ(measure().attributed, 0u);
  EXPECT_TRUE(snapshot::read(path_).call_paths.empty());
}

TEST_F(Run, AttributionNeedsAMetricThatCan) {
  options_.attribute = true;
  EXPECT_EQ(complaint(),
            "--attribute: this suite has no metric that can be attributed to call paths\n"
            "  hint: the heap of C++ and Python suites can be: --metric peak; that of other programs cannot");
  suite_.call_paths = paths_of;
  EXPECT_EQ(complaint(),
            "--attribute: none of the metrics that are measured can be attributed to call paths\n"
            "  hint: measure one that can: --metric rows --attribute");
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(Run, WhatDiedForWantOfMemoryIsCalledOnceMoreForItsCallPaths) {
  options_.meters = {"rows"};
  options_.attribute = true;
  options_.budget = {.samples = 4, .blocks = 2};
  suite_.call_paths = paths_of;
  suite_.killers["b"] = {Status::memory, "held too much", Json::object()};
  EXPECT_EQ(measure().attributed, 4u);
  EXPECT_EQ(observer_.ended.at("b"), Status::memory);
}

TEST_F(Run, AWorkerWithoutCallPathsIsAWarning) {
  options_.meters = {"rows"};
  options_.budget = {.samples = 4, .blocks = 2};
  options_.attribute = true;
  suite_.call_paths = [](const std::string& id) { return id == "b" ? std::nullopt : std::optional(paths_of(id)); };
  EXPECT_EQ(measure().attributed, 3u);
  const Snapshot snapshot = snapshot::read(path_);
  EXPECT_EQ(record_of(snapshot, "b").warnings, std::vector<std::string>{"the worker gave no call paths"});
  EXPECT_TRUE(record_of(snapshot, "a").warnings.empty());
  EXPECT_EQ(record_of(snapshot, "b").samples.size(), 4u) << "the samples are as good as any";
}

TEST_F(Run, ABlockThatWasCutOffIsAttributedAgainAndAWholeOneIsNot) {
  options_.meters = {"rows"};
  options_.budget = {.samples = 8, .blocks = 2};
  options_.attribute = true;
  suite_.call_paths = paths_of;
  suite_.interrupt_after = 6;  // in the first block
  EXPECT_EQ(measure().attributed, 0u);
  EXPECT_TRUE(snapshot::read(path_).call_paths.empty());
  suite_.interrupt_after = suite_.samples + 20;  // in the second one
  EXPECT_EQ(go_on().attributed, 4u);
  EXPECT_EQ(snapshot::read(path_).call_paths.size(), 4u);
  EXPECT_EQ(go_on().attributed, 0u);
  EXPECT_EQ(snapshot::read(path_).call_paths.size(), 4u);
}

TEST_F(Run, RedactedPathsNameNoFolders) {
  options_.meters = {"rows"};
  options_.attribute = true;
  options_.redact = true;
  suite_.call_paths = paths_of;
  (void)measure();
  for (const Attribution& one : snapshot::read(path_).call_paths) EXPECT_EQ(one.paths.frames[0].file, "suite.py");
}

}  // namespace
}  // namespace benchkit::runner
