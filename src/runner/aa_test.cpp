// What is counted where a suite is compared with itself.
#include "runner/aa.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "runner/fake_workers_test.hpp"
#include "runner/random.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

using testing::ElementsAre;

class AaEvents final : public AaObserver {
 public:
  void progress(const AaProgress& progress) override { seen.push_back(progress); }
  void case_ended(const std::string& case_id, const Outcome& /*outcome*/) override { ended.push_back(case_id); }
  std::vector<AaProgress> seen;
  std::vector<std::string> ended;
};

class Aa : public testing::Test {
 protected:
  Aa() : folder_(std::filesystem::temp_directory_path() / ("benchkit-aa-test-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    options_.run.budget.samples = 24;
    options_.run.budget.blocks = 6;
    options_.comparisons = 4;
    for (FakeSuite* suite : {&one_, &other_}) {
      suite->add("a");
      suite->add("b");
    }
    // A little noise, of one kind on both sides.
    for (FakeSuite* suite : {&one_, &other_}) {
      suite->value = [this](const std::string&, std::uint64_t) { return 100 + 0.01 * noise_.unit(); };
    }
    options_.cases = {"a", "b"};
  }
  ~Aa() override { std::filesystem::remove_all(folder_); }

  AaReport check(bool keep = false) {
    return run_aa(options_, targets_of("one", one_workers_, "other", other_workers_),
                  {.files = &base::file_system(), .folder = folder_, .session = session_, .keep = keep}, events_);
  }
  [[nodiscard]] std::size_t files() const {
    if (!std::filesystem::exists(folder_)) return 0;
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }

  std::string folder_;
  Random noise_{1, 1};
  FakeSuite one_, other_;
  FakeWorkers one_workers_{one_}, other_workers_{other_};
  AaOptions options_;
  Session session_;
  AaEvents events_;
};

TEST_F(Aa, WhatIsAlikeIsTheSame) {
  const AaReport report = check();
  EXPECT_EQ(report.comparisons, 4u);
  ASSERT_EQ(report.rows.size(), 2u);
  for (const AaRow& row : report.rows) {
    EXPECT_EQ(row.identical, 4u);
    EXPECT_EQ(row.same, 4u);
    EXPECT_EQ(row.false_alarms, 0u);
    EXPECT_EQ(row.planted, 0u);
    EXPECT_EQ(row.intervals, 4u);
    EXPECT_EQ(row.errors.size(), 4u);
    EXPECT_EQ(row.detectable.size(), 4u);
    EXPECT_GT(row.detectable.front(), 0.01) << "beyond the threshold";
  }
  EXPECT_EQ(files(), 0u) << "nothing is left that was not to be kept";
}

TEST_F(Aa, WhatIsCalledIsAFalseAlarm) {
  other_.value = [this](const std::string& id, std::uint64_t running) { return one_.value(id, running) * (id == "a" ? 1.1 : 1); };
  const AaReport report = check();
  ASSERT_EQ(report.rows.size(), 2u);
  EXPECT_EQ(report.rows[0].false_alarms, 4u);
  EXPECT_EQ(report.rows[0].covered, 0u);
  EXPECT_NEAR(report.rows[0].errors.front(), std::log(1.1), 1e-3);
  EXPECT_EQ(report.rows[1].false_alarms, 0u);
}

TEST_F(Aa, HalfOfTheCasesAreGivenASlowdownOnEitherSide) {
  options_.injected = 0.1;
  options_.comparisons = 20;
  const AaReport report = check(true);
  for (const AaRow& row : report.rows) {
    EXPECT_EQ(row.planted, 10u) << "each case as often as not";
    EXPECT_EQ(row.identical, 10u);
    EXPECT_EQ(row.found, 10u);
    EXPECT_EQ(row.wrong, 0u);
    EXPECT_EQ(row.false_alarms, 0u);
    EXPECT_EQ(row.intervals, 10u) << "of those in which nothing was planted";
    EXPECT_EQ(row.errors.size(), 10u);
  }
  std::map<std::size_t, std::size_t> sides;
  for (std::size_t i = 1; i <= 20; ++i) {
    const Snapshot snapshot = snapshot::read(fmt::format("{}/{:04}.jsonl", folder_, i));
    for (const auto& [id, planted] : options_from_json(snapshot.sessions.front().header.at("options"), "").planted)
      ++sides[planted.version];
  }
  EXPECT_GE(sides[0], 4u);
  EXPECT_GE(sides[1], 4u);
  EXPECT_EQ(sides[0] + sides[1], 20u);
}

TEST_F(Aa, WhatIsMissedAndWhatIsCalledTheWrongWay) {
  options_.injected = 0.1;
  one_.planting = other_.planting = 0;
  EXPECT_EQ(check().rows[0].found, 0u);
  one_.planting = other_.planting = -1;
  const AaReport report = check();
  EXPECT_EQ(report.rows[0].found, 0u);
  EXPECT_EQ(report.rows[0].wrong, report.rows[0].planted);
  EXPECT_GT(report.rows[0].planted, 0u);
}

// Differences have no ratio, so no error of one either.
TEST_F(Aa, WhatIsNotAboveZeroHasNoErrorOfARatio) {
  for (FakeSuite* suite : {&one_, &other_}) suite->value = [this](const std::string&, std::uint64_t) { return -100 - noise_.unit(); };
  for (const AaRow& row : check().rows) {
    EXPECT_EQ(row.identical, 4u);
    EXPECT_TRUE(row.errors.empty());
    EXPECT_EQ(row.intervals, 0u);
  }
}

TEST_F(Aa, RelinkedSidesHaveNoLayoutInCommon) {
  options_.layouts = 3;
  options_.known_layouts = 8;
  for (const bool relinked : {true, false}) {
    std::filesystem::remove_all(folder_);
    options_.relinked = relinked;
    (void)check(true);
    for (std::size_t i = 1; i <= 4; ++i) {
      const Snapshot snapshot = snapshot::read(fmt::format("{}/{:04}.jsonl", folder_, i));
      const auto layouts = options_from_json(snapshot.sessions.front().header.at("options"), "").layouts;
      ASSERT_EQ(layouts.size(), 2u);
      std::set<std::size_t> all(layouts[0].begin(), layouts[0].end());
      all.insert(layouts[1].begin(), layouts[1].end());
      EXPECT_EQ(layouts[0].size(), 3u);
      EXPECT_EQ(layouts[1].size(), 3u);
      EXPECT_EQ(all.size(), relinked ? 6u : 3u);
      EXPECT_GE(*all.begin(), 1u);
      EXPECT_LE(*all.rbegin(), 8u);
    }
  }
}

TEST_F(Aa, WhereNobodySaysSoTheCodeIsNotRelinked) {
  EXPECT_FALSE(AaOptions().relinked);
  EXPECT_EQ(AaOptions().known_layouts, 0u);
}

TEST_F(Aa, EachComparisonHasASeedOfItsOwn) {
  (void)check(true);
  std::set<std::uint64_t> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    const Snapshot snapshot = snapshot::read(entry.path());
    seeds.insert(snapshot.sessions.front().header.at("options").at("seed").get<std::uint64_t>());
  }
  EXPECT_EQ(seeds.size(), 4u);
}

TEST_F(Aa, AnInterruptedOneIsNotCounted) {
  one_.interrupt_after = 60;  // in the second comparison
  const AaReport report = check();
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.comparisons, 1u);
  EXPECT_EQ(report.rows[0].identical, 1u);
  EXPECT_EQ(files(), 0u);
}

TEST_F(Aa, AnInterruptWhileAWorkerStartsLosesNothing) {
  one_.interrupt_at_start = 9;
  const AaReport report = check();
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.comparisons, 1u);
}

TEST_F(Aa, AFolderIsGoneOnWith) {
  one_.interrupt_after = 60;
  (void)check(true);
  EXPECT_EQ(files(), 2u) << "one whole, one cut off";
  const std::size_t before = one_.workers;
  const AaReport report = check(true);
  EXPECT_EQ(report.comparisons, 4u);
  EXPECT_EQ(report.rows[0].identical, 4u);
  EXPECT_EQ(one_.workers - before, 3u * 6)
      << "three comparisons of six blocks each, the first of which has the worker that described the suite";
  options_.run.budget.samples = 12;
  EXPECT_THROW((void)check(true), Error) << "what was measured in another way";
}

TEST_F(Aa, AFailureIsToldOnceAndCountsForNothing) {
  other_.failing["b"] = {Status::error, "no", Json::object()};
  const AaReport report = check();
  EXPECT_THAT(events_.ended, ElementsAre("b"));
  EXPECT_THAT(report.failed, ElementsAre("b"));
  ASSERT_EQ(report.rows.size(), 1u);
  EXPECT_EQ(report.rows[0].case_id, "a");
  EXPECT_EQ(report.rows[0].identical, 4u);
}

TEST_F(Aa, NothingMeasuredEndsIt) {
  for (const char* id : {"a", "b"}) other_.failing[id] = {Status::error, "no", Json::object()};
  const AaReport report = check();
  EXPECT_EQ(report.comparisons, 0u);
  EXPECT_EQ(report.stopped, "no case could be measured");
}

TEST_F(Aa, TellsHowFarItIs) {
  (void)check();
  ASSERT_FALSE(events_.seen.empty());
  EXPECT_EQ(events_.seen.front().comparison, 1u);
  EXPECT_EQ(events_.seen.back().comparison, 4u);
  EXPECT_EQ(events_.seen.back().comparisons, 4u);
  EXPECT_GE(events_.seen.back().eta_ns, events_.seen.back().within.eta_ns) << "nothing comes behind the last one";
}

}  // namespace
}  // namespace benchkit::runner
