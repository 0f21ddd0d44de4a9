// Runs that go on until all is decided: fake workers, whose time is a number, and noise that is drawn.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "compare/compare.hpp"
#include "compare/terms.hpp"
#include "runner/fake_workers_test.hpp"
#include "runner/runner.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMs = 1'000'000;

/// Two versions of a suite whose cases have changes that are known.
class World {
 public:
  explicit World(std::uint64_t seed) : random(seed), folder_(fs::temp_directory_path() / ("benchkit-until-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    path = (folder_ / "run.jsonl").string();
    fs::remove(path);
    for (FakeSuite* suite : {&old, &fresh}) {
      suite->clock_ns = clock_ns;
      suite->value = [this, suite](const std::string& id, std::uint64_t /*running*/) {
        auto& [worker, luck] = luck_[{suite, id}];  // of the case in this life
        if (std::exchange(worker, suite->workers) != suite->workers)
          luck = spread * std::normal_distribution<double>()(random) * (random() % 10 == 0 ? outliers : 1);
        const double noise = spread * std::normal_distribution<double>()(random);
        return 1000 * std::exp(luck + noise + (suite == &fresh ? changes[id] : 0));
      };
    }
    options.seed = seed;
    options.verdicts.design = compare::Design::sequential;
  }
  ~World() { fs::remove_all(folder_); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void add(const std::string& id, double change) {
    old.add(id);
    fresh.add(id);
    changes[id] = std::log1p(change);
  }
  RunReport measure() { return run(options, targets(), {.files = &base::file_system(), .path = path, .session = {}}, observer); }
  RunReport go_on() {
    const Snapshot snapshot = snapshot::read(path);
    return resume(options_from_json(snapshot.sessions.back().header.at("options"), path), targets(),
                  {.files = &base::file_system(), .path = path, .session = {}}, snapshot, observer);
  }
  /// What the table says, by case: of the first metric.
  [[nodiscard]] std::map<std::string, compare::Judgement> table() const {
    const std::vector<Snapshot> snapshots{snapshot::read(path)};
    const auto terms = compare::terms_of(snapshots.front());
    compare::CompareOptions by_terms;
    by_terms.judge = compare::judge_options(terms.value(), snapshots);
    std::map<std::string, compare::Judgement> found;
    for (const compare::Comparison& comparison : compare::compare(snapshots, by_terms)) {
      for (const compare::Row& row : comparison.groups.front().rows) {
        if (row.cells.back().judgement) found.emplace(comparison.metric.name + " " + row.id, *row.cells.back().judgement);
      }
    }
    return found;
  }
  /// The numbers of the blocks that a case has, by metric and case.
  [[nodiscard]] std::map<std::string, std::set<std::int64_t>> blocks() const {
    const Snapshot snapshot = snapshot::read(path);
    std::map<std::string, std::set<std::int64_t>> found;
    for (const Record& record : snapshot.records) {
      auto& of_case = found[snapshot.metrics[record.metric].name + " " + snapshot.cases[record.case_index].id];
      for (std::size_t i = 0; i < record.samples.size(); ++i) of_case.insert(record.samples.block[i]);
    }
    return found;
  }

  std::mt19937_64 random;
  std::shared_ptr<std::int64_t> clock_ns = std::make_shared<std::int64_t>(0);
  FakeSuite old, fresh;
  std::map<std::string, double> changes;
  double spread = 0.005;
  double outliers = 1;
  RunOptions options;
  SilentObserver observer;
  std::string path;

 private:
  std::vector<Target> targets() { return targets_of("old", old_workers_, "new", fresh_workers_); }

  FakeWorkers old_workers_{old}, fresh_workers_{fresh};
  std::map<std::pair<const FakeSuite*, std::string>, std::pair<std::size_t, double>> luck_;
  fs::path folder_;
};

TEST(UntilDecided, ALargeChangeTakesFewBlocksAndAllIsDecided) {
  World world(1);
  world.add("slower", 0.2);
  world.add("faster", -0.2);
  world.options.budget.per_job_ns = 1000 * kMs;
  const RunReport report = world.measure();
  EXPECT_EQ(report.decided, 2u);
  EXPECT_EQ(report.undecided, 0u);
  EXPECT_LT(report.took_ns, report.budget_ns / 4);
  EXPECT_EQ(world.table().at("time slower").verdict, compare::Verdict::regressed);
  EXPECT_EQ(world.table().at("time faster").verdict, compare::Verdict::improved);
  EXPECT_LE(world.blocks().at("time slower").size(), 9u);
}

// One case lies on the threshold, where nothing can ever be decided.
TEST(UntilDecided, TheTimeOfTheDecidedGoesToTheOthers) {
  World world(2);
  for (int i = 0; i < 9; ++i) world.add("clear" + std::to_string(i), 0.1);
  world.add("close", 0.01);
  world.options.budget.per_job_ns = 400 * kMs;
  const RunReport report = world.measure();
  EXPECT_EQ(report.decided, 9u);
  EXPECT_EQ(report.undecided, 1u);
  const auto blocks = world.blocks();
  EXPECT_GT(blocks.at("time close").size(), 4 * blocks.at("time clear0").size());
  EXPECT_GT(*world.clock_ns, 10 * 400 * kMs * 95 / 100) << "all of the time is used";
  EXPECT_LT(*world.clock_ns, 10 * 400 * kMs * 105 / 100) << "and no more";
}

TEST(UntilDecided, ATotalBudgetHolds) {
  World world(3);
  for (int i = 0; i < 10; ++i) world.add("close" + std::to_string(i), 0.01);
  world.options.budget.per_job_ns = 400 * kMs;
  world.options.budget.total_ns = 1000 * kMs;
  const RunReport report = world.measure();
  EXPECT_GT(report.undecided, 8u);
  EXPECT_TRUE(report.out_of_time);
  EXPECT_LT(*world.clock_ns, 1050 * kMs);
}

// Importing a library takes 2 s: enough blocks are had all the same, and when few cases are left, they get more of each.
TEST(UntilDecided, DearStartsAreOnTopAndSpreadOverMore) {
  World world(4);
  for (FakeSuite* suite : {&world.old, &world.fresh}) suite->start_takes_ns = 2000 * kMs;
  for (int i = 0; i < 19; ++i) world.add("clear" + std::to_string(i), 0.1);
  world.add("close", 0.01);
  world.options.budget.per_job_ns = 2000 * kMs;
  const RunReport report = world.measure();
  EXPECT_EQ(report.decided, 19u);
  EXPECT_LT(*world.clock_ns, 20 * 2000 * kMs + 25 * 2 * 2000 * kMs);
  const Snapshot snapshot = snapshot::read(world.path);
  std::map<std::int64_t, int> samples;
  for (const Record& record : snapshot.records) {
    if (snapshot.cases[record.case_index].id != "close") continue;
    for (std::size_t i = 0; i < record.samples.size(); ++i) ++samples[record.samples.block[i]];
  }
  EXPECT_GT(samples.rbegin()->second, 3 * samples.begin()->second);
}

TEST(UntilDecided, WhatIsShownMeanwhileIsTrue) {
  World world(5);
  for (int i = 0; i < 12; ++i) world.add("case" + std::to_string(i), 0.01 * i);
  world.options.budget.per_job_ns = 300 * kMs;
  struct Seen {
    std::int64_t at_ns, eta_ns;
    std::size_t decided;
  };
  std::vector<Seen> seen;
  class Watching final : public Observer {
   public:
    Watching(std::vector<Seen>& seen, const std::int64_t& clock_ns) : seen_(seen), clock_ns_(clock_ns) {}
    void progress(const Progress& now) override {
      EXPECT_TRUE(now.until_decided);
      EXPECT_EQ(now.blocks, 0u);
      seen_.push_back({clock_ns_, now.eta_ns, now.decided});
    }
    void case_ended(const std::string&, const std::string&, const Outcome&) override {}

   private:
    std::vector<Seen>& seen_;
    const std::int64_t& clock_ns_;
  } watching(seen, *world.clock_ns);
  FakeWorkers old_workers(world.old), fresh_workers(world.fresh);
  const RunReport report = run(world.options,
                               {{.version = [] { return Version{.label = "old"}; }, .workers = &old_workers, .name = "old"},
                                {.version = [] { return Version{.label = "new"}; }, .workers = &fresh_workers, .name = "new"}},
                               {.files = &base::file_system(), .path = world.path, .session = {}}, watching);
  EXPECT_GT(report.decided, 6u);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].at_ns + seen[i].eta_ns, *world.clock_ns - 100 * kMs) << "it is the most that it can take";
    EXPECT_GE(seen[i].decided, seen[i > 0 ? i - 1 : 0].decided);
  }
  EXPECT_GE(report.decided, seen.back().decided);
}

TEST(UntilDecided, LooksAreTakenWhereTheyWerePlanned) {
  World world(6);
  world.options.verdicts.design = compare::Design::looks;
  for (int i = 0; i < 10; ++i) world.add("case" + std::to_string(i), 0.02 * i);
  world.options.budget.per_job_ns = 600 * kMs;
  const RunReport report = world.measure();
  const Snapshot snapshot = snapshot::read(world.path);
  const std::size_t planned = compare::planned_blocks_of(snapshot);
  EXPECT_GE(planned, 20u);
  EXPECT_GT(report.decided, 7u);
  std::size_t early = 0;
  for (const auto& [id, blocks] : world.blocks()) {
    EXPECT_LE(blocks.size(), planned) << id;
    early += blocks.size() < planned / 2 ? 1 : 0;
  }
  EXPECT_GT(early, 3u);
}

// A setup takes so long that a case has its time in a few blocks: what is to be seen is seen at the end of it.
TEST(UntilDecided, LooksEndWithTheTimeWhereBlocksAreDear) {
  World world(9);
  world.options.verdicts.design = compare::Design::looks;
  for (FakeSuite* suite : {&world.old, &world.fresh}) suite->sample_takes_ns = 20 * kMs;
  world.add("slower", 0.2);
  world.add("close", 0.01);
  world.options.budget.per_job_ns = 600 * kMs;
  const RunReport report = world.measure();
  EXPECT_EQ(report.decided, 1u);
  EXPECT_EQ(report.undecided, 1u);
  EXPECT_EQ(world.table().at("time slower").verdict, compare::Verdict::regressed);
  EXPECT_EQ(world.table().at("time close").verdict, compare::Verdict::undecided);
  const Snapshot snapshot = snapshot::read(world.path);
  EXPECT_LT(world.blocks().at("time slower").size(), compare::planned_blocks_of(snapshot));
  std::size_t ends = 0;
  for (const Record& record : snapshot.records) ends += compare::is_time_over(record.outcome) ? 1 : 0;
  EXPECT_EQ(ends, 2u) << "of the head, for each case";
}

TEST(UntilDecided, LooksEndWithTheTotalBudget) {
  World world(10);
  world.options.verdicts.design = compare::Design::looks;
  for (int i = 0; i < 4; ++i) world.add("slower" + std::to_string(i), 0.03);
  world.add("close", 0.01);
  world.fresh.before_sample = [&world] { world.fresh.start_takes_ns = 50 * kMs; };  // dearer than when it was planned
  world.options.budget.per_job_ns = 400 * kMs;
  world.options.budget.blocks = 60;
  world.options.budget.total_ns = 1500 * kMs;
  const RunReport report = world.measure();
  EXPECT_TRUE(report.out_of_time);
  EXPECT_EQ(report.decided, 4u);
  EXPECT_EQ(world.table().at("time slower0").verdict, compare::Verdict::regressed);
  EXPECT_LT(world.blocks().at("time close").size(), 60u);
}

// What the jobs take for exact after two blocks is not yet exact for who looks after each.
TEST(UntilDecided, ACountGoesOnUntilItIsDecided) {
  for (const compare::Design design : {compare::Design::looks, compare::Design::sequential}) {
    World world(11);
    world.options.verdicts.design = design;
    for (FakeSuite* suite : {&world.old, &world.fresh}) {
      suite->single_rows = true;
      suite->value = [suite, &world](const std::string&, std::uint64_t) { return suite == &world.old ? 100 : 101; };
    }
    world.options.meters = {"rows"};
    world.options.verdicts.thresholds = {"0%"};
    world.add("count", 0);
    EXPECT_EQ(world.measure().decided, 1u);
    EXPECT_EQ(world.table().at("rows count").verdict, compare::Verdict::improved);
    EXPECT_EQ(world.blocks().at("rows count").size(), 3u);
  }
}

TEST(UntilDecided, WhatOneVersionLacksOrFailsEnds) {
  World world(7);
  world.add("both", 0.2);
  world.add("fails", 0);
  world.old.failing["fails"] = {Status::error, "no", Json::object()};
  world.fresh.add("added");
  const RunReport report = world.measure();
  EXPECT_EQ(report.decided, 1u);
  EXPECT_EQ(report.undecided, 0u);
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(world.blocks().at("time added").size(), 3u);
}

void expect_stopped_are_decided(const World& world, const std::string& what) {
  const auto table = world.table();
  for (const std::string& name : world.observer.decided) {
    const compare::Judgement& found = table.at(name);
    if (found.standing == compare::Standing::compared) {
      EXPECT_NE(found.verdict, compare::Verdict::undecided) << what << ": " << name << ": " << found.reason;
    }
  }
}

// Levels are corrected over all cases: where others fall out, a case may be decided in the midst of a round that was to measure it still. So they fall out
// shortly before it would have been decided anyway.
TEST(UntilDecided, WorkersThatAreLostLateEndBlocksAmongDecidedCases) {
  const auto measure_losing = [](std::uint64_t seed, std::uint64_t late) {
    World world(seed);
    for (int i = 0; i < 3; ++i) world.add("case" + std::to_string(i), 0.018);
    for (int i = 0; i < 4; ++i) world.add("dies" + std::to_string(i), 0.01);
    world.fresh.before_sample = [&world, late] {
      if (world.fresh.samples < late) return;
      for (int i = 0; i < 4; ++i) world.fresh.killers["dies" + std::to_string(i)] = {Status::signal, "killed by SIGSEGV", Json::object()};
    };
    world.options.budget.per_job_ns = 1000 * kMs;
    std::uint64_t first_decided = 0;
    world.observer.on_decided = [&] { first_decided = first_decided == 0 ? world.fresh.samples : first_decided; };
    EXPECT_EQ(world.measure().decided, 3u) << seed;
    expect_stopped_are_decided(world, "seed " + std::to_string(seed));
    return first_decided;
  };
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const std::uint64_t decided = measure_losing(seed, UINT64_MAX);
    for (const std::uint64_t before : {20, 60, 100}) (void)measure_losing(seed, decided - before);
  }
}

TEST(UntilDecided, ThereMustBeAnotherVersion) {
  World world(8);
  world.add("a", 0);
  FakeWorkers workers(world.old);
  try {
    (void)run(world.options, only(workers), {.files = &base::file_system(), .path = world.path, .session = {}}, world.observer);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(describe(error),
              "--until-decided: one version alone has nothing to be decided\n  hint: name the other one: --against ./prog");
  }
}

TEST(UntilDecided, AThresholdOfWhatIsNotMeasuredIsRefusedBeforehand) {
  World world(9);
  world.add("a", 0);
  world.options.verdicts.thresholds = {"peak:1%"};
  EXPECT_THROW((void)world.measure(), Error);
  EXPECT_FALSE(fs::exists(world.path));
}

// The property: whatever the suite, the noise and the interruptions, a case that the runner stopped is decided in the table.
TEST(UntilDecided, WhatWasStoppedIsDecidedInTheTable) {
  std::size_t decided = 0, interrupted = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    World world(seed);
    const std::size_t cases = 1 + world.random() % 14;
    for (std::size_t i = 0; i < cases; ++i) {
      const double change = std::array{0.0, 0.0, 0.01, 0.02, 0.05, -0.03, 0.3}[world.random() % 7];
      world.add("case" + std::to_string(i), change);
      if (world.random() % 12 == 0) world.fresh.killers["case" + std::to_string(i)] = {Status::signal, "killed by SIGSEGV", Json::object()};
    }
    world.spread = std::array{0.001, 0.004, 0.01}[world.random() % 3];
    world.outliers = std::array{1.0, 8.0}[world.random() % 2];
    world.options.verdicts.design = seed % 3 == 0 ? compare::Design::looks : compare::Design::sequential;
    world.options.budget.per_job_ns = static_cast<std::int64_t>(50 + world.random() % 400) * kMs;
    if (seed % 4 == 1) world.options.budget.total_ns = static_cast<std::int64_t>(200 + world.random() % 1000) * kMs;
    if (seed % 2 == 1) world.options.meters = {"time", "rows"};
    if (seed % 5 == 2) world.options.verdicts.thresholds = {"2%", "time:15ns"};
    if (seed % 5 == 4) world.fresh.reports = {{{"found", "", Better::more}, 3.0}};
    if (seed % 3 != 0) world.fresh.interrupt_after = 20 + world.random() % 400;
    RunReport report = world.measure();
    for (int times = 0; report.interrupted && times < 4; ++times) {
      ++interrupted;
      world.fresh.interrupt_after = times < 2 ? world.fresh.samples + 50 + world.random() % 400 : 0;
      report = world.go_on();
    }
    ASSERT_FALSE(report.interrupted);
    expect_stopped_are_decided(world, "seed " + std::to_string(seed));
    decided += report.decided;
  }
  EXPECT_GT(decided, 100u) << "else nothing was shown";
  EXPECT_GT(interrupted, 10u);
}

}  // namespace
}  // namespace benchkit::runner
