#include "compare/gate.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

#include "compare/thresholds.hpp"

namespace benchkit::compare {
namespace {

Snapshot of(const std::string& label, const std::vector<std::pair<std::string, std::vector<double>>>& cases) {
  Snapshot snapshot;
  snapshot.path = label + ".jsonl";
  snapshot.sessions.push_back({{{"machine", {{"cpu", "A"}}}}});
  snapshot.versions.push_back({label});
  snapshot.metrics = {{"peak", "B", Better::less}};
  for (const auto& [id, values] : cases) {
    Record record{.case_index = snapshot.cases.size()};
    for (std::size_t i = 0; i < values.size(); ++i) record.samples.push_back({.value = values[i], .block = static_cast<std::int64_t>(i)});
    snapshot.cases.push_back({.id = id});
    snapshot.records.push_back(std::move(record));
  }
  return snapshot;
}

GateReport report(const std::vector<Snapshot>& snapshots, const std::string& limit, const GateOptions& options = {}) {
  CompareOptions compare_options;
  compare_options.judge.of_metric = parse_thresholds({limit}, snapshots, "--fail-on").of_metric;
  return gate(compare(snapshots, compare_options), options);
}

TEST(Gate, ARegressionBeyondTheLimitIsCodeOne) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1000, 1000}}, {"b", {1000, 1000}}}),
                                        of("v2", {{"a", {1100, 1100}}, {"b", {900, 900}}})};
  EXPECT_EQ(report(snapshots, "peak:5%").failures, std::vector<std::string>{"regressed: a (peak, v2 vs v1): +10.0%"});
  EXPECT_EQ(report(snapshots, "peak:5%").exit_code, 1);
  EXPECT_EQ(report(snapshots, "peak:99B").exit_code, 1);
  EXPECT_EQ(report(snapshots, "peak:100B").exit_code, 0) << "more than 100 is wanted";
  EXPECT_EQ(report(snapshots, "peak:10%").exit_code, 0);
}

TEST(Gate, WhatIsUndecidedIsCodeThreeWhereCertaintyIsAskedFor) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1000, 1010, 990}}}), of("v2", {{"a", {1000, 1010, 990}}})};
  EXPECT_EQ(report(snapshots, "peak:5%").exit_code, 0);
  EXPECT_EQ(report(snapshots, "peak:5%").undecided.size(), 1u);
  EXPECT_EQ(report(snapshots, "peak:5%", {.strict = true}).exit_code, 3);
}

TEST(Gate, ARegressionCountsForMoreThanDoubt) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1000, 1010, 990}}, {"b", {1, 1}}}),
                                        of("v2", {{"a", {1000, 1010, 990}}, {"b", {2, 2}}})};
  EXPECT_EQ(report(snapshots, "peak:5%", {.strict = true}).exit_code, 1);
}

TEST(Gate, NothingVanishesSilently) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1, 1}}, {"b", {1, 1}}}), of("v2", {{"a", {1, 1}}, {"c", {1, 1}}})};
  EXPECT_EQ(report(snapshots, "peak:0").failures, std::vector<std::string>{"vanished: b (peak, v2 vs v1)"}) << "and a new one passes";
  const auto policies = parse_policies({"vanished=pass,new=fail"}, "--policy");
  EXPECT_EQ(report(snapshots, "peak:0", {.policies = policies}).failures, std::vector<std::string>{"new: c (peak, v2 vs v1)"});
}

TEST(Gate, ACaseThatFailsIsNoPassAndABaseThatFailedIsDoubt) {
  const Snapshot fine = of("v1", {{"a", {1, 1}}});
  Snapshot failed = of("v2", {{"a", {1, 1}}});
  failed.records[0].outcome = {Status::timeout, "too long", Json::object()};
  EXPECT_EQ(report({fine, failed}, "peak:0").exit_code, 1);
  EXPECT_EQ(report({failed, fine}, "peak:0").exit_code, 0);
  EXPECT_EQ(report({failed, fine}, "peak:0").undecided, std::vector<std::string>{"missing-base: a (peak, v1 vs v2)"});
}

TEST(Gate, AnotherBodyAndAnotherMachineAreNamed) {
  Snapshot base = of("v1", {{"a", {5, 6, 5}}});
  Snapshot head = of("v2", {{"a", {5, 6, 5}}});
  head.sessions[0].header["machine"]["cpu"] = "B";
  EXPECT_EQ(report({base, head}, "peak:5%").undecided, std::vector<std::string>{"other-machine: a (peak, v2 vs v1)"});
  base.cases[0].body_hash = "x";
  head.cases[0].body_hash = "y";
  EXPECT_EQ(report({base, head}, "peak:5%").undecided, std::vector<std::string>{"changed-body: a (peak, v2 vs v1)"});
}

std::string complaint(const std::string& threshold) {
  try {
    const std::vector<Snapshot> snapshots{of("v1", {{"a", {1}}})};
    (void)parse_thresholds({threshold}, snapshots, "--threshold");
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Thresholds, AreReadAndRefused) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1}}})};
  const Thresholds read = parse_thresholds({"2%,peak:1KiB", "peak:3%"}, snapshots, "--threshold");
  EXPECT_DOUBLE_EQ(read.of_all->amount, 0.02);
  ASSERT_EQ(read.of_metric.size(), 2u);
  EXPECT_EQ(read.of_metric[0].second.amount, 1024);
  EXPECT_FALSE(read.of_metric[0].second.relative);
  EXPECT_DOUBLE_EQ(read.of_metric[1].second.amount, 0.03);
  EXPECT_TRUE(read.of_metric[1].second.relative);
  EXPECT_EQ(complaint("time:5%"), "no snapshot has the metric \"time\"");
  EXPECT_FALSE(complaint("peak:5ms").empty());
  EXPECT_FALSE(complaint("much").empty());
  EXPECT_THROW((void)parse_policies({"vanished"}, "--policy"), Error);
  EXPECT_THROW((void)parse_policies({"compared=fail"}, "--policy"), Error);
}

}  // namespace
}  // namespace benchkit::compare
