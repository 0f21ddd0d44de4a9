// A worker's answers, on a clock that moves only when the action says so.
#include "core/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

class TickingClock final : public Clock {
 public:
  std::int64_t now_ns() noexcept override { return time_ns += tick_ns; }
  const protocol::ClockInfo& info() override { return info_; }
  std::int64_t time_ns = 0;
  std::int64_t tick_ns = 0;  ///< what a reading takes

 private:
  protocol::ClockInfo info_{"fake", 1, 0};
};

struct Worker : testing::Test {
  static constexpr std::int64_t kCallNs = 10;

  Worker() {
    host.cases.push_back(
        {.definition = {.id = "a", .run = [this] { return [this] { clock.time_ns += kCallNs; }; }}, .place = {}, .broken = {}});
    session.emplace(host, plain_cases([this] { return host.cases; }), clock);
    (void)ask(protocol::Open{"a", "time"});
  }

  std::vector<protocol::Message> ask(const protocol::Message& request) {
    std::vector<protocol::Message> answers;
    session->handle(request, [&](const protocol::Message& answer) { answers.push_back(answer); });
    return answers;
  }
  /// Samples that `take` gave.
  std::size_t samples(const protocol::Take& take) {
    const auto answers = ask(take);
    EXPECT_TRUE(std::holds_alternative<protocol::Done>(answers.back()));
    return answers.size() - 1;
  }

  TickingClock clock;
  Host host;
  std::optional<WorkerSession> session;
};

TEST_F(Worker, TakesTheNumberThatIsAskedFor) {
  EXPECT_EQ(samples({.iterations = 3, .count = 5, .budget_ns = 0, .warmup = 2}), 5u);
  EXPECT_EQ(clock.time_ns, (2 + 5) * 3 * kCallNs);
}

TEST_F(Worker, AnotherSampleNeverOverdrawsTheBudget) {
  EXPECT_EQ(samples({.iterations = 1, .count = 100, .budget_ns = 35, .warmup = 1}), 2u);
  EXPECT_EQ(clock.time_ns, 30) << "a warm-up and two samples";
}

TEST_F(Worker, TakesOneSampleHoweverSmallTheBudget) {
  EXPECT_EQ(samples({.iterations = 1, .count = 100, .budget_ns = 1, .warmup = 0}), 1u);
}

TEST_F(Worker, PreparesOnceAndSaysThatItDoes) {
  EXPECT_FALSE(session->hello().prepares);
  int prepared = 0;
  host.prepare = [&] { ++prepared; };
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  EXPECT_TRUE(session->hello().prepares);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(std::holds_alternative<protocol::Done>(ask(protocol::Prepare{}).front()));
  EXPECT_EQ(prepared, 1);
  host.prepare = [] { throw Error("no"); };
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  EXPECT_EQ(std::get<protocol::Refused>(ask(protocol::Prepare{}).front()).what, "the suite cannot be prepared: no");
}

TEST_F(Worker, WhatATestFixesOfItsCallsGoesBeforeWhatIsAskedFor) {
  host.fixed = {.samples = 3, .iterations = 2, .warmup = 1};
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  (void)ask(protocol::Open{"a", "time"});
  clock.time_ns = 0;
  EXPECT_EQ(std::get<protocol::Calibrated>(ask(protocol::Calibrate{}).front()).iterations, 2u);
  (void)ask(protocol::Once{});
  EXPECT_EQ(clock.time_ns, 0) << "neither makes a call";
  EXPECT_EQ(samples({.iterations = 2, .count = 100, .budget_ns = 1, .warmup = 0}), 3u);
  EXPECT_EQ(clock.time_ns, (1 + 3) * 2 * kCallNs);
}

TEST_F(Worker, SaysThatTheSuiteIsNotOptimised) {
  host.toolchain = {{"optimised", false}};
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  (void)ask(protocol::Open{"a", "time"});
  const auto calibrated = std::get<protocol::Calibrated>(ask(protocol::Calibrate{}).front());
  ASSERT_EQ(calibrated.warnings.size(), 1u);
  EXPECT_NE(calibrated.warnings[0].find("without optimisation"), std::string::npos);
}

TEST_F(Worker, OneReportNameHasOneUnitInASuite) {
  for (const char* unit : {"ms", "s"}) {
    host.cases.push_back({.definition = {.id = unit, .run = [unit] { return [unit](Probe& probe) { probe.report("waited", 1, unit); }; }}});
  }
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  (void)ask(protocol::Open{"ms", "time"});
  EXPECT_EQ(samples({.iterations = 1, .count = 2}), 2u);
  (void)ask(protocol::Open{"s", "time"});
  const auto answers = ask(protocol::Take{.iterations = 1, .count = 2});
  const auto& failed = std::get<protocol::Failed>(answers.front());
  EXPECT_EQ(failed.outcome.status, Status::error);
  EXPECT_NE(failed.outcome.reason.find("case \"ms\" reports it in \"ms\", case \"s\" in \"s\""), std::string::npos)
      << failed.outcome.reason;
}

TEST_F(Worker, AMetersMetricIsNoNameForAReport) {
  for (const char* name : {"time", "peak", "cold_rss"}) {
    host.cases.push_back({.definition = {.id = name, .run = [name] { return [name](Probe& probe) { probe.report(name, 1); }; }}});
  }
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  for (const char* name : {"time", "peak", "cold_rss"}) {
    (void)ask(protocol::Open{name, "time"});
    const auto answers = ask(protocol::Take{});
    EXPECT_NE(std::get<protocol::Failed>(answers.front()).outcome.reason.find("a metric of a meter"), std::string::npos);
  }
}

TEST_F(Worker, ASlowdownIsPlantedByWholeCalls) {
  constexpr std::size_t kSamples = 400;
  const auto answers = ask(protocol::Take{.iterations = 250, .count = kSamples, .planted = 0.01});
  std::map<double, std::size_t> seen;
  for (std::size_t i = 0; i < kSamples; ++i) {
    const auto& sampled = std::get<protocol::Sampled>(answers[i]);
    EXPECT_EQ(sampled.circumstances.iterations, 250u);
    ++seen[std::round(sampled.values.front() / kCallNs * 250)];
  }
  ASSERT_EQ(seen.size(), 2u) << "2.5 calls: two or three";
  EXPECT_NEAR(static_cast<double>(seen[252]), kSamples / 2.0, kSamples / 8.0);
  EXPECT_EQ(seen[252] + seen[253], kSamples);
}

TEST_F(Worker, ASlowdownOfAShortBatchIsWaitedFor) {
  host.cases.push_back({.definition = {.id = "long", .run = [this] { return [this] { clock.time_ns += 1'000'000; }; }}});
  session.emplace(host, plain_cases([this] { return host.cases; }), clock);
  (void)ask(protocol::Open{"long", "time"});
  clock.tick_ns = 1;
  const auto answers = ask(protocol::Take{.iterations = 2, .count = 1, .planted = 0.05});
  EXPECT_NEAR(std::get<protocol::Sampled>(answers.front()).values.front(), 1'050'000, 100);
}

TEST_F(Worker, RefusesWhatNeedsAnOpenCase) {
  (void)ask(protocol::Close{});
  EXPECT_TRUE(std::holds_alternative<protocol::Refused>(ask(protocol::Take{}).front()));
}

}  // namespace
}  // namespace benchkit::core
