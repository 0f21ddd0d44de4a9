#include "compare/gate.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

#include "compare/terms.hpp"
#include "compare/thresholds.hpp"

namespace benchkit::compare {
namespace {

Snapshot of(const std::string& label, const std::vector<std::pair<std::string, std::vector<double>>>& cases) {
  Snapshot snapshot;
  snapshot.path = label + ".jsonl";
  snapshot.ended = true;
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
  compare_options.gate = parse_gate_limits({limit}, snapshots, "--fail-on");
  return gate(compare(snapshots, compare_options), options);
}

TEST(Gate, ARegressionBeyondTheLimitIsCodeOne) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1000, 1000, 1000}}, {"b", {1000, 1000, 1000}}}),
                                        of("v2", {{"a", {1100, 1100, 1100}}, {"b", {900, 900, 900}}})};
  EXPECT_EQ(report(snapshots, "peak:5%").failures, std::vector<std::string>{"regressed: a (peak, v2 vs v1): +10.0%, beyond 5%"});
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

TEST(Gate, ANumberWithoutSamplesIsNoRegressionOfItself) {
  Snapshot stated = of("v1", {{"a", {}}});
  stated.records[0].summary.median = 1000;
  const GateReport itself = report({stated, stated}, "peak:5%");
  EXPECT_EQ(itself.exit_code, 0);
  ASSERT_GE(itself.undecided.size(), 1u);
  EXPECT_TRUE(itself.undecided[0].starts_with("no-samples: a")) << itself.undecided[0];
}

TEST(Gate, WhatIsSkippedOnlyNowIsInDoubt) {
  const auto with = [](Status base, Status head) {
    std::vector<Snapshot> snapshots{of("v1", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}}), of("v2", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}})};
    for (const auto& [side, status] : {std::pair(0, base), std::pair(1, head)}) {
      if (status == Status::ok) continue;
      snapshots[side].records[1].samples = {};
      snapshots[side].records[1].outcome = {status, "not here", Json::object()};
    }
    return report(snapshots, "peak:5%", {.strict = true});
  };
  EXPECT_EQ(with(Status::ok, Status::skipped).exit_code, 3);
  EXPECT_TRUE(with(Status::ok, Status::skipped).passed_uncompared.empty());
  EXPECT_EQ(with(Status::skipped, Status::ok).exit_code, 0);
  EXPECT_EQ(with(Status::skipped, Status::skipped).passed_uncompared, std::vector<std::string>{"1 skipped"});
}

TEST(Gate, CasesOfOneNameAreNotJudgedByTheirPlace) {
  std::vector<Snapshot> snapshots{of("v1", {{"a", {1, 1, 1}}}), of("v2", {{"a", {2, 2, 2}}})};
  snapshots[0].cases[0].shares_name = true;
  const GateReport mixed = report(snapshots, "peak:5%");
  EXPECT_EQ(mixed.exit_code, 0);
  ASSERT_GE(mixed.undecided.size(), 1u);
  EXPECT_TRUE(mixed.undecided[0].starts_with("same-name: a")) << mixed.undecided[0];
}

TEST(Gate, ARegressionCountsForMoreThanDoubt) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1000, 1010, 990}}, {"b", {1, 1, 1}}}),
                                        of("v2", {{"a", {1000, 1010, 990}}, {"b", {2, 2, 2}}})};
  EXPECT_EQ(report(snapshots, "peak:5%", {.strict = true}).exit_code, 1);
}

TEST(Gate, NothingVanishesSilently) {
  const std::vector<Snapshot> snapshots{of("v1", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}}), of("v2", {{"a", {1, 1, 1}}, {"c", {1, 1, 1}}})};
  EXPECT_EQ(report(snapshots, "peak:0").failures, std::vector<std::string>{"vanished: b (peak, v2 vs v1)"}) << "and a new one passes";
  const auto policies = parse_policies({"vanished=pass,new=fail"}, "--policy");
  EXPECT_EQ(report(snapshots, "peak:0", {.policies = policies}).failures, std::vector<std::string>{"new: c (peak, v2 vs v1)"});
}

/// One file with both versions, as `run --against` writes it: it knows each case once, and which version has it.
Snapshot of_both(Status b_at_base, Status b_at_head) {
  Snapshot snapshot = of("both", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}});
  snapshot.versions = {{"v1"}, {"v2"}};
  for (std::size_t i = 0; i < 2; ++i) {
    Record head = snapshot.records[i];
    head.version = 1;
    snapshot.records.push_back(std::move(head));
  }
  for (const auto& [record, status] : {std::pair{1, b_at_base}, std::pair{3, b_at_head}}) {
    if (status == Status::ok) continue;
    snapshot.records[record].samples = {};
    snapshot.records[record].outcome = {status, "why", Json::object()};
  }
  return snapshot;
}

TEST(Gate, NothingVanishesSilentlyInARunOfBothVersions) {
  EXPECT_EQ(report({of_both(Status::ok, Status::absent)}, "peak:0").failures,
            std::vector<std::string>{"vanished: b (peak, v2 vs v1): why"});
  EXPECT_EQ(report({of_both(Status::absent, Status::ok)}, "peak:0").exit_code, 0);
  const auto policies = parse_policies({"new=fail"}, "--policy");
  EXPECT_EQ(report({of_both(Status::absent, Status::ok)}, "peak:0", {.policies = policies}).exit_code, 1);
}

TEST(Gate, WhatNeitherHasAndWhatTheSuiteSaysThatAVersionLacksPasses) {
  const GateOptions strict{.strict = true};
  EXPECT_EQ(report({of_both(Status::absent, Status::absent)}, "peak:0", strict).exit_code, 0);
  Snapshot declared = of_both(Status::ok, Status::absent);
  declared.records.back().outcome.details = declared_absent();
  EXPECT_EQ(report({declared}, "peak:0", strict).exit_code, 0);
  const auto policies = parse_policies({"absent=fail"}, "--policy");
  EXPECT_EQ(report({declared}, "peak:0", {.policies = policies}).failures, std::vector<std::string>{"absent: b (peak, v2 vs v1): why"});
}

TEST(Gate, WhatTheRunHadNoTimeForIsNoPass) {
  EXPECT_EQ(report({of_both(Status::not_reached, Status::not_reached)}, "peak:0").exit_code, 0);
  EXPECT_EQ(report({of_both(Status::not_reached, Status::not_reached)}, "peak:0", {.strict = true}).exit_code, 3);
  Snapshot stopped = of_both(Status::ok, Status::ok);
  EXPECT_EQ(report({stopped}, "peak:0", {.strict = true}).exit_code, 0);
  stopped.ended = false;
  EXPECT_EQ(report({stopped}, "peak:0", {.strict = true}).exit_code, 3);
}

TEST(Gate, ALimitThatIsForNothingThatIsComparedIsRefused) {
  std::vector<Snapshot> snapshots{of("v1", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}}), of("v2", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}})};
  for (Snapshot& snapshot : snapshots) {
    snapshot.cases[0].dims = {{"op", "sort"}};
    snapshot.cases[1].dims = {{"op", "io"}};
  }
  CompareOptions options;
  options.gate = parse_gate_limits({"peak:5%", "peak:1MiB where op=io"}, snapshots, "--fail-on");
  EXPECT_NO_THROW((void)compare(snapshots, options));
  options.filter.add_where("op=sort");
  EXPECT_THROW((void)compare(snapshots, options), Error);
}

TEST(Gate, ACaseThatFailsIsNoPassAndABaseThatFailedIsDoubt) {
  const Snapshot fine = of("v1", {{"a", {1, 1, 1}}});
  Snapshot failed = of("v2", {{"a", {1, 1, 1}}});
  failed.records[0].outcome = {Status::timeout, "too long", Json::object()};
  EXPECT_EQ(report({fine, failed}, "peak:0").exit_code, 1);
  EXPECT_EQ(report({failed, fine}, "peak:0").exit_code, 0);
  EXPECT_EQ(report({failed, fine}, "peak:0").undecided,
            (std::vector<std::string>{"missing-base: a (peak, v1 vs v2): v2: too long", "nothing was compared: 1 missing-base"}));
}

TEST(Gate, AnotherBodyAndAnotherMachineAreNamed) {
  Snapshot base = of("v1", {{"a", {5, 6, 5}}});
  Snapshot head = of("v2", {{"a", {5, 6, 5}}});
  head.sessions[0].header["machine"]["cpu"] = "B";
  EXPECT_EQ(report({base, head}, "peak:5%").undecided,
            (std::vector<std::string>{"other-machine: a (peak, v2 vs v1)", "nothing was compared: 1 other-machine"}));
  base.cases[0].body_hash = "x";
  head.cases[0].body_hash = "y";
  EXPECT_EQ(report({base, head}, "peak:5%").undecided,
            (std::vector<std::string>{"changed-body: a (peak, v2 vs v1)", "nothing was compared: 1 changed-body"}));
}

TEST(Gate, AnotherUnitIsNamedAndTheOtherMetricsAreCompared) {
  const Snapshot base = of("v1", {{"a", {5, 5, 5}}});
  Snapshot head = of("v2", {{"a", {5000, 5000, 5000}}});
  head.metrics[0].unit = "KiB";
  const GateReport named = report({base, head}, "peak:5%");
  EXPECT_EQ(named.undecided, (std::vector<std::string>{"other-unit: a (peak, v2 vs v1)", "nothing was compared: 1 other-unit"}));
  EXPECT_EQ(named.doubts, (std::vector<std::string>{"1 other-unit", "nothing compared"}));
  const std::vector<Comparison> all = compare(std::vector{base, head}, {});
  EXPECT_FALSE(all.at(0).groups[0].rows[0].cells[1].ratio);
  EXPECT_EQ(all[0].columns[1].unit, "KiB");
  EXPECT_EQ(all[0].columns[1].labels.back(), "other unit (\"KiB\", not \"B\")");
}

TEST(Gate, TwoUnitsOfOneMetricInOneFileAreRefused) {
  Snapshot odd = of("v1", {{"a", {5, 5, 5}}});
  odd.metrics.push_back({"peak", "KiB", Better::less});
  EXPECT_THROW((void)compare(std::vector{odd}, {}), Error);
}

TEST(Gate, WhereFilesDisagreeOnTheDirectionNoChangeIsCalled) {
  const Snapshot base = of("v1", {{"a", {5, 5, 5}}});
  Snapshot head = of("v2", {{"a", {9, 9, 9}}});
  head.metrics[0].better = Better::more;
  EXPECT_EQ(report({base, head}, "peak:5%").undecided.size(), 1U);
  head.metrics[0].better = Better::unknown;
  EXPECT_EQ(report({base, head}, "peak:5%").failures.size(), 1U) << "one of them knows";
  EXPECT_EQ(report({head, base}, "peak:5%").failures.size(), 0U);
}

TEST(Gate, WhatNeitherSideEverHadIsNoComparison) {
  const std::vector<Snapshot> three{of("v1", {{"a", {1, 1, 1}}}), of("v2", {{"a", {1, 1, 1}}}),
                                    of("v3", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}})};
  EXPECT_TRUE(report(three, "peak:0").failures.empty()) << "b is new in v3, and no loss of v2";
  const std::vector<Comparison> compared = compare(three, {});
  EXPECT_FALSE(compared[0].groups[0].rows[1].cells[1].judgement);
  EXPECT_EQ(compared[0].groups[0].rows[1].cells[2].judgement->standing, Standing::added);
}

TEST(Gate, ALimitIsForTheCasesThatItNames) {
  Snapshot base = of("v1", {{"a", {1000, 1000, 1000}}, {"b", {1000, 1000, 1000}}, {"c", {1000, 1000, 1000}}});
  Snapshot head = of("v2", {{"a", {1100, 1100, 1100}}, {"b", {1100, 1100, 1100}}, {"c", {1100, 1100, 1100}}});
  for (Snapshot* snapshot : {&base, &head}) {
    snapshot->cases[0].dims = {{"op", "sort"}, {"n", 10}};
    snapshot->cases[1].dims = {{"op", "sort"}, {"n", 1000}};
  }
  const std::vector<Snapshot> both{base, head};
  const auto failures = [&](const std::string& limit) { return report(both, limit).failures.size(); };
  EXPECT_EQ(failures("peak:5%"), 3U);
  EXPECT_EQ(failures("peak:5% where op=sort"), 2U) << "a case without the dim is none of them";
  EXPECT_EQ(failures("peak:5% where op=sort where n>=100"), 1U);
  EXPECT_EQ(failures("peak:20%,peak:5% where n=10"), 1U);
  EXPECT_THROW(failures("peak:5% where op=hash"), Error) << "a gate that guards nothing";
  EXPECT_THROW(failures("peak:5% where "), Error);
  // Of several that are for a case the last one counts.
  CompareOptions options;
  options.gate = parse_gate_limits({"5%", "peak:20% where op=sort"}, both, "--fail-on");
  const std::vector<Comparison> compared = compare(both, options);
  EXPECT_EQ(gate(compared, {}).failures, std::vector<std::string>{"regressed: c (peak, v2 vs v1): +10.0%, beyond 5%"});
  EXPECT_EQ(ruling_of(compared[0], compared[0].groups[0].rows[0], 1, {})->why, "+10.0%, within 20%");
}

TEST(Gate, WhatNoLimitIsForIsNoConcernOfIt) {
  Snapshot base = of("v1", {{"a", {1, 1, 1}}});
  Snapshot head = of("v2", {{"a", {1, 1, 1}}});
  for (Snapshot* snapshot : {&base, &head}) {
    snapshot->metrics.push_back({"time", "ns", Better::less});
    snapshot->records.push_back({.metric = 1});
    for (int i = 0; i < 3; ++i) snapshot->records[1].samples.push_back({.value = snapshot == &base ? 1.0 : 9.0, .block = i});
  }
  CompareOptions options;
  options.metrics = {"time"};
  options.gate = parse_gate_limits({"peak:0"}, std::vector{base, head}, "--fail-on");
  const std::vector<Comparison> compared = compare(std::vector{base, head}, options);
  ASSERT_EQ(compared.size(), 2U) << "what is guarded is shown";
  EXPECT_EQ(compared[0].metric.name, "time");
  EXPECT_EQ(gate(compared, {}).exit_code, 0);
  EXPECT_FALSE(ruling_of(compared[0], compared[0].groups[0].rows[0], 1, {}));
  EXPECT_FALSE(ruling_of(compared[1], compared[1].groups[0].rows[0], 0, {})) << "the base";
}

TEST(Gate, WithoutLimitsTheTableRules) {
  const std::vector<Comparison> compared =
      compare(std::vector{of("v1", {{"a", {1000, 1000, 1000}}}), of("v2", {{"a", {1020, 1020, 1020}}})}, {});
  const auto ruling = ruling_of(compared[0], compared[0].groups[0].rows[0], 1, {});
  EXPECT_EQ(ruling->outcome, "regressed");
  EXPECT_EQ(ruling->why, "+2.0%, beyond 1%");
  EXPECT_EQ(ruling->policy, Policy::fail);
}

// The floor of unpaired files is that of all cases, so that a gate for some of them has not too few.
TEST(Gate, AtTheTablesThresholdItSaysWhatTheTableSays) {
  std::vector<std::pair<std::string, std::vector<double>>> before;
  std::vector<std::pair<std::string, std::vector<double>>> after;
  for (int i = 0; i < 20; ++i) {
    const double jitter = 1 + 0.002 * (i % 5);
    before.push_back({"case" + std::to_string(i), {100, 101, 100.5, 100.2}});
    after.push_back({"case" + std::to_string(i), {100 * jitter, 101 * jitter, 100.5 * jitter, 100.2 * jitter}});
  }
  for (double& value : after[7].second) value *= 3;
  std::vector<Snapshot> snapshots{of("v1", before), of("v2", after)};
  for (Snapshot& snapshot : snapshots) {
    for (std::size_t i = 0; i < 20; ++i) snapshot.cases[i].dims = {{"i", i}};
  }
  CompareOptions options;
  options.judge.threshold = {0.05, true};
  options.gate = parse_gate_limits({"peak:5% where i=7"}, snapshots, "--fail-on");
  const Cell cell = compare(snapshots, options)[0].groups[0].rows[7].cells[1];
  EXPECT_EQ(cell.judgement->verdict, Verdict::regressed);
  ASSERT_TRUE(cell.gated);
  EXPECT_EQ(cell.gated->judgement.verdict, Verdict::regressed);
  EXPECT_EQ(cell.gated->judgement.adjusted_level, cell.judgement->adjusted_level);
}

TEST(Gate, AValueOfAPivotWithoutItsBaseIsNamed) {
  Snapshot base = of("v1", {{"a", {1, 1, 1}}, {"b", {1, 1, 1}}});
  base.cases[0].dims = {{"impl", "set"}};
  base.cases[1].dims = {{"impl", "hash"}};
  Snapshot head = of("v2", {{"b", {1, 1, 1}}});
  head.cases[0].dims = {{"impl", "hash"}};
  CompareOptions options;
  options.pivot = "impl";
  options.gate = parse_gate_limits({"peak:0"}, std::vector{base, head}, "--fail-on");
  const GateReport found = gate(compare(std::vector{base, head}, options), {});
  EXPECT_EQ(found.undecided, std::vector<std::string>{"missing-base: a (peak, v2: hash)"});
  options.gate = parse_gate_limits({"peak:0 where impl=hash"}, std::vector{base, head}, "--fail-on");
  EXPECT_EQ(gate(compare(std::vector{base, head}, options), {}).undecided.size(), 1U) << "the pivot is a dim like any other";
}

TEST(Gate, NothingToCompareIsNoPass) {
  const std::vector<Snapshot> one{of("v1", {{"a", {1, 1, 1}}})};
  EXPECT_THROW((void)report(one, "peak:5%"), Error);
  const std::vector<Snapshot> apart{of("v1", {{"a", {1, 1, 1}}}), of("v2", {{"b", {1, 1, 1}}})};
  const GateOptions lenient{.strict = true, .policies = parse_policies({"vanished=pass"}, "--policy")};
  EXPECT_EQ(report(apart, "peak:5%", lenient).undecided, std::vector<std::string>{"nothing was compared: 1 new, 1 vanished"});
  EXPECT_EQ(report(apart, "peak:5%", lenient).exit_code, 3);
}

// It is asked for, so it is not left out as a metric that the files state under another statistic.
TEST(Gate, AGuardedMetricWithoutSamplesIsNamed) {
  std::vector<Snapshot> snapshots{of("v1", {{"a", {1, 1, 1}}}), of("v2", {{"a", {1, 1, 1}}})};
  for (Snapshot& snapshot : snapshots) {
    snapshot.metrics.push_back({"user", "ns", Better::less});
    snapshot.records.push_back({.metric = 1, .summary = {.mean = 5}});
  }
  EXPECT_EQ(report(snapshots, "user:5%").failures, std::vector<std::string>{"missing-head: a (user, v2 vs v1)"});
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
