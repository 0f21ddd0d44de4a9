#include "compare/compare.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <benchkit/base/error.hpp>

#include "compare/snapshot_maker_test.hpp"

namespace benchkit::compare {
namespace {

Comparison only(const std::vector<Snapshot>& snapshots, const CompareOptions& options = {}) {
  const auto all = compare(snapshots, options);
  EXPECT_EQ(all.size(), 1u);
  return all.at(0);
}

const Row& row_of(const Comparison& comparison, const std::string& id) {
  for (const Group& group : comparison.groups) {
    for (const Row& row : group.rows) {
      if (row.id == id) return row;
    }
  }
  throw Error("no row " + id);
}

std::vector<std::string> ids(const Comparison& comparison) {
  std::vector<std::string> result;
  for (const Group& group : comparison.groups) {
    for (const Row& row : group.rows) result.push_back(row.id);
  }
  return result;
}

std::string complaint(const std::vector<Snapshot>& snapshots, const CompareOptions& options) {
  try {
    (void)compare(snapshots, options);
  } catch (const Error& error) {
    return describe(error);
  }
  return {};
}

// As hyperfine has it: a command that does not name its parameter.
TEST(Compare, CasesThatShareAnIdAreToldApartByTheirDims) {
  const auto result = only({Maker("v1").add("run", {{"n", 1}}, {10}).add("run", {{"n", 2}}, {20}).snapshot(),
                            Maker("v2").add("run", {{"n", 2}}, {60}).add("run", {{"n", 1}}, {20}).snapshot()});
  ASSERT_EQ(result.groups.at(0).rows.size(), 2U);
  const Row& one = result.groups[0].rows[0];
  EXPECT_EQ(one.dims, (Dims{{"n", 1}}));
  EXPECT_EQ(one.cells[1].ratio->value, 2.0);
  EXPECT_EQ(result.groups[0].rows[1].cells[1].ratio->value, 3.0);
}

// One that was left as a journal (--no-seal) has ended; what the gate calls unfinished is what the notes call so.
TEST(Compare, ARunThatDidNotComeToItsEndIsNamed) {
  Maker cut("v2");
  cut.add("a", {}, {10, 11, 12}).edit().ended = false;
  const Comparison whole = only({Maker("v1").add("a", {}, {10, 11, 12}).snapshot(), Maker("v3").add("a", {}, {10, 11, 12}).snapshot()});
  EXPECT_TRUE(whole.unfinished.empty());
  const Comparison result = only({Maker("v1").add("a", {}, {10, 11, 12}).snapshot(), cut.snapshot()});
  EXPECT_EQ(result.unfinished, std::vector<std::string>{"v2.jsonl"});
  ASSERT_EQ(result.notes.size(), whole.notes.size() + 1);
  EXPECT_EQ(result.notes.back(), "v2.jsonl: unfinished: cases may lack blocks, or be missing; `run --resume v2.jsonl` goes on with it");
}

TEST(Compare, AMetricThatIsStatedUnderAnotherStatisticIsNamed) {
  Maker maker("v1");
  Snapshot& snapshot = maker.add("a", {}, {1}).edit();
  snapshot.metrics.push_back({"user", "ns", Better::less});
  snapshot.records.push_back({.metric = 1, .summary = {.mean = 5}});
  const auto result = only({snapshot});
  EXPECT_EQ(result.notes.back(), "the files state no median of user (--stat mean)");
  EXPECT_EQ(compare(std::vector{snapshot}, {.statistic = stats::Statistic::mean}).size(), 2U);
  snapshot.records.erase(snapshot.records.begin());
  EXPECT_NE(complaint({snapshot}, {}).find("--stat: the files state no median of user"), std::string::npos);
}

// Rows are compared on several threads: the table is that of one.
TEST(Compare, ManyRowsComeInTheirOrder) {
  Maker base("v1");
  Maker head("v2");
  for (int i = 0; i < 5000; ++i) {
    base.add("case " + std::to_string(i), {}, {1.0 + i});
    head.add("case " + std::to_string(i), {}, {2.0 + 2 * i});
  }
  const auto result = only({base.snapshot(), head.snapshot()});
  const std::vector<Row>& rows = result.groups.at(0).rows;
  ASSERT_EQ(rows.size(), 5000U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].id, "case " + std::to_string(i));
    ASSERT_EQ(rows[i].cells[0].centre.value, 1.0 + static_cast<double>(i));
    ASSERT_EQ(rows[i].cells[1].ratio->value, 2.0);
  }
}

TEST(Compare, CasesAreAlignedByIdWhateverTheirOrder) {
  const auto result = only({Maker("v1").add("a", {}, {10, 10, 10}).add("b", {}, {5, 5, 5}).snapshot(),
                            Maker("v2").add("b", {}, {5, 5, 5}).add("new", {}, {1, 1, 1}).add("a", {}, {20, 20, 20}).snapshot()});
  EXPECT_EQ(ids(result), (std::vector<std::string>{"a", "b", "new"}));
  EXPECT_DOUBLE_EQ(row_of(result, "a").cells[1].ratio->value, 2);
  EXPECT_DOUBLE_EQ(row_of(result, "b").cells[1].ratio->value, 1);
  EXPECT_FALSE(row_of(result, "new").cells[0].present);
  EXPECT_FALSE(row_of(result, "new").cells[1].ratio);
}

TEST(Compare, AnyNumberOfSnapshotsAgainstTheFirst) {
  const auto result = only({Maker("v1").add("a", {}, {10, 10}).snapshot(), Maker("v2").add("a", {}, {20, 20}).snapshot(),
                            Maker("v3").add("a", {}, {30, 30}).snapshot()});
  ASSERT_EQ(result.columns.size(), 3u);
  EXPECT_DOUBLE_EQ(row_of(result, "a").cells[2].ratio->value, 3);
  EXPECT_EQ(result.columns[2].labels, std::vector<std::string>{"unpaired"});
}

TEST(Compare, AnotherMachineIsSaid) {
  const auto result = only({Maker("v1", "A").add("a", {}, {1}).snapshot(), Maker("v2", "B").add("a", {}, {1}).snapshot()});
  EXPECT_EQ(result.columns[1].labels, (std::vector<std::string>{"unpaired", "different machine (cpu)"}));
}

TEST(Compare, PivotSetsTheValuesOfADimSideBySide) {
  const auto snapshot = Maker("v")
                            .add("set-10", {{"impl", "set"}, {"n", 10}}, {10, 10})
                            .add("hash-10", {{"impl", "hash"}, {"n", 10}}, {5, 5})
                            .add("set-99", {{"impl", "set"}, {"n", 99}}, {7, 7})
                            .snapshot();
  CompareOptions options;
  options.pivot = "impl";
  const auto result = only({snapshot}, options);
  ASSERT_EQ(result.columns.size(), 2u);
  EXPECT_EQ(result.columns[0].title, "set");
  EXPECT_EQ(result.columns[1].title, "hash");
  EXPECT_DOUBLE_EQ(row_of(result, "n=10").cells[1].ratio->value, 0.5);
  EXPECT_FALSE(row_of(result, "n=99").cells[1].present);
}

// Two cases that differ in nothing but the pivot and their ids must not be averaged together or overwrite each other.
TEST(Compare, CasesThatAPivotCannotTellApartStandInRowsOfTheirOwn) {
  const auto snapshot = Maker("v")
                            .add("x1", {{"impl", "set"}}, {10, 10})
                            .add("x2", {{"impl", "set"}}, {20, 20})
                            .add("y", {{"impl", "hash"}}, {5, 5})
                            .snapshot();
  CompareOptions options;
  options.pivot = "impl";
  const auto result = only({snapshot}, options);
  EXPECT_EQ(ids(result).size(), 2u);
  ASSERT_FALSE(result.notes.empty());
}

TEST(Compare, GroupsAndSorting) {
  const auto snapshot = Maker("v")
                            .add("a", {{"op", "find"}, {"n", 100}}, {3, 3})
                            .add("b", {{"op", "sort"}, {"n", 20}}, {9, 9})
                            .add("c", {{"op", "find"}, {"n", 3}}, {5, 5})
                            .snapshot();
  CompareOptions options;
  options.by = {"op"};
  options.sort = "n";
  const auto result = only({snapshot}, options);
  ASSERT_EQ(result.groups.size(), 2u);
  EXPECT_EQ(result.groups[0].title, "op=find");
  EXPECT_EQ(ids(result), (std::vector<std::string>{"c", "a", "b"})) << "3 comes before 20 and 100";
  options.by.clear();
  options.sort = "value";
  EXPECT_EQ(ids(only({snapshot}, options)), (std::vector<std::string>{"b", "c", "a"}));
  options.sort = "id";
  EXPECT_EQ(ids(only({Maker("v").add("b", {}, {1, 1}).add("c", {}, {1, 1}).add("a", {}, {1, 1}).snapshot()}, options)),
            (std::vector<std::string>{"a", "b", "c"}));
  options.sort = "weight";
  EXPECT_EQ(complaint({snapshot}, options),
            "--sort: \"weight\" is neither id, value, change nor a dim of these rows\n  hint: there are: n, op");
}

TEST(Compare, AFailureIsShownAndNotCompared) {
  const auto result = only({Maker("v1").add("a", {}, {1, 1}).snapshot(), Maker("v2").fail("a", Status::timeout, "too long").snapshot()});
  const Cell& cell = row_of(result, "a").cells[1];
  EXPECT_EQ(cell.status, Status::timeout);
  EXPECT_EQ(cell.reason, "too long");
  EXPECT_FALSE(cell.ratio);
}

// A case may fail after some blocks: what it measured is shown, and is no side of a ratio.
TEST(Compare, AFailureWithSamplesIsNotComparedEither) {
  Maker failed("f");
  failed.add("a", {}, {1, 1}).edit().records[0].outcome = {Status::timeout, "too long", Json::object()};
  const auto fine = Maker("v").add("a", {}, {1, 1}).snapshot();
  EXPECT_FALSE(row_of(only({fine, failed.snapshot()}), "a").cells[1].ratio);
  EXPECT_FALSE(row_of(only({failed.snapshot(), fine}), "a").cells[1].ratio);
}

TEST(Compare, BlocksInOneProcessAreOneBlock) {
  Maker maker("v");
  maker.add("a", {}, {10, 11, 12, 13, 14, 15}).edit().sessions[0].header["processes"] = "in process";
  const auto result = only({maker.snapshot(), maker.snapshot()});
  const Cell& cell = row_of(result, "a").cells[1];
  EXPECT_EQ(cell.centre.blocks, 1u);
  EXPECT_TRUE(cell.centre.within_process);
  EXPECT_TRUE(cell.ratio->within_process);
}

TEST(Compare, ARatioRestsOnASingleProcessWhereOneSideDoes) {
  const auto result = only({Maker("v1").add("a", {}, {1}).snapshot(), Maker("v2").add("a", {}, {1, 1, 1}).snapshot()});
  EXPECT_FALSE(row_of(result, "a").cells[1].centre.within_process);
  EXPECT_TRUE(row_of(result, "a").cells[1].ratio->within_process);
}

// What a layout of the code does to a time it does in each block that has it.
TEST(Compare, BlocksOfTheSameLayoutsAreOne) {
  const auto reason_with = [](std::size_t layouts) {
    Snapshot snapshot = Maker("v1").add("a", {}, {10, 11, 10, 11, 10, 11}).snapshot();
    snapshot.sessions[0].header["design"] = "paired";
    snapshot.versions.push_back({"v2"});
    Record head = snapshot.records[0];
    head.version = 1;
    snapshot.records.push_back(head);
    for (std::size_t i = 0; i < 6; ++i) {
      Block block{.session = 0, .block = static_cast<std::int64_t>(i), .complete = true};
      block.details["layouts"] = {1 + i % layouts, 7 + i % layouts};
      snapshot.blocks.push_back(std::move(block));
    }
    return row_of(only({snapshot}), "a").cells[1].judgement->reason;
  };
  EXPECT_EQ(reason_with(2), "2 blocks in common: a verdict takes 3");
  EXPECT_EQ(reason_with(3), "3 blocks that hardly vary: what chance may do is told from 6 on");
}

// One infinite value was the end of the whole comparison; NaN went into the median without a word.
TEST(Compare, WhatIsNoFiniteNumberIsWarnedOfAndNotCompared) {
  for (const double odd : {std::numeric_limits<double>::infinity(), std::nan("")}) {
    const auto result = only({Maker("v1").add("a", {}, {1, 2, 3}).add("b", {}, {1, 1, 1}).snapshot(),
                              Maker("v2").add("a", {}, {1, odd, 3}).add("b", {}, {odd, odd, odd}).snapshot()});
    const Cell& cell = row_of(result, "a").cells[1];
    EXPECT_EQ(cell.centre.value, 2);
    EXPECT_FALSE(cell.ratio);
    ASSERT_EQ(cell.warnings.size(), 1u);
    EXPECT_TRUE(cell.warnings[0].starts_with("1 of 3 samples are no finite numbers")) << cell.warnings[0];
    EXPECT_FALSE(row_of(result, "b").cells[1].has_value);
  }
}

TEST(Compare, WhatHasNoNumberIsSortedLast) {
  CompareOptions options;
  options.sort = "change";
  const auto result = only({Maker("v1").add("zero", {}, {0, 0}).add("a", {}, {1, 1}).add("b", {}, {1, 1}).snapshot(),
                            Maker("v2").add("zero", {}, {1, 1}).add("a", {}, {2, 2}).add("b", {}, {3, 3}).snapshot()},
                           options);
  EXPECT_EQ(ids(result), (std::vector<std::string>{"b", "a", "zero"}));
}

TEST(Compare, TheOrderOfDimsDoesNotPartAPivotsRow) {
  const auto snapshot = Maker("v")
                            .add("x", {{"impl", "set"}, {"n", 10}, {"op", "find"}}, {10, 10})
                            .add("y", {{"op", "find"}, {"impl", "hash"}, {"n", 10.0}}, {5, 5})
                            .snapshot();
  CompareOptions options;
  options.pivot = "impl";
  const auto result = only({snapshot}, options);
  ASSERT_EQ(ids(result), std::vector<std::string>{"n=10 op=find"});
  EXPECT_DOUBLE_EQ(row_of(result, "n=10 op=find").cells[1].ratio->value, 0.5);
}

TEST(Compare, DimsThatReadAlikeAreNotOne) {
  const auto snapshot =
      Maker("v").add("x", {{"impl", "set"}, {"t", "1 u=2"}}, {10, 10}).add("y", {{"impl", "hash"}, {"t", 1}, {"u", 2}}, {5, 5}).snapshot();
  CompareOptions options;
  options.pivot = "impl";
  EXPECT_EQ(ids(only({snapshot}, options)), (std::vector<std::string>{"x", "y"}));
}

TEST(Compare, CasesWithoutThePivotAreCounted) {
  const auto snapshot = Maker("v").add("x", {{"impl", "set"}}, {1}).add("y", {{"n", 1}}, {1}).add("z", {}, {1}).snapshot();
  CompareOptions options;
  options.pivot = "impl";
  const auto result = only({snapshot}, options);
  EXPECT_EQ(result.notes, std::vector<std::string>{"2 cases without the dim \"impl\" are left out"});
  EXPECT_EQ(ids(result), std::vector<std::string>{"x"}) << "a row without dims has an id";
}

TEST(Compare, APivotHasOneBaseForAllFiles) {
  const auto first = Maker("v1").add("s", {{"impl", "std"}}, {1, 1}).add("a", {{"impl", "abs"}}, {2, 2}).snapshot();
  const auto second = Maker("v2").add("a", {{"impl", "abs"}}, {2, 2}).add("s", {{"impl", "std"}}, {1, 1}).snapshot();
  const auto third = Maker("v3").add("a", {{"impl", "abs"}}, {2, 2}).snapshot();
  CompareOptions options;
  options.pivot = "impl";
  const auto result = only({first, second, third}, options);
  ASSERT_EQ(result.columns.size(), 5u);
  EXPECT_EQ(result.columns[result.columns[1].base].title, "v1: std");
  EXPECT_EQ(result.columns[result.columns[3].base].title, "v2: std");
  EXPECT_EQ(result.columns[4].base, 4u);
  EXPECT_EQ(result.notes, std::vector<std::string>{"v3 has no case with impl=std, so nothing of it is compared"});
}

TEST(Compare, GroupsOfCasesAreHeadings) {
  Maker maker("v");
  maker.add("a", {}, {1}).add("b", {}, {1}).add("c", {}, {1});
  maker.edit().cases[0].group = "sorting";
  maker.edit().cases[2].group = "sorting";
  const auto result = only({maker.snapshot()});
  ASSERT_EQ(result.groups.size(), 2u);
  EXPECT_EQ(result.groups[0].title, "") << "what has no heading stands first, lest it stand under another's";
  EXPECT_EQ(result.groups[1].title, "sorting");
  EXPECT_EQ(ids(result), (std::vector<std::string>{"b", "a", "c"}));
}

TEST(Compare, WorkGivesRates) {
  Maker maker("v");
  maker.add("a", {}, {2000, 2000}).edit().cases[0].work = {{"items", 10}, {"bytes", 0}};
  const auto result = only({maker.snapshot()});
  EXPECT_EQ(row_of(result, "a").cells[0].rates, (std::vector<std::pair<std::string, double>>{{"items", 5e6}}));
}

TEST(Compare, AnUnknownMachineAndAnotherBuildAreSaid) {
  Maker silent("v1");
  silent.add("a", {}, {1, 1}).edit().sessions[0].header.erase("machine");
  const auto unknown = only({silent.snapshot(), Maker("v2").add("a", {}, {1, 1}).snapshot()});
  EXPECT_EQ(unknown.columns[1].labels, (std::vector<std::string>{"unpaired", "unknown machine"}));
  Maker fast("v1");
  fast.add("a", {}, {1, 1}).edit().versions[0].details["toolchain"] = {{"compiler", "g++ 12"}, {"optimised", true}};
  Maker slow("v2");
  slow.add("a", {}, {1, 1}).edit().versions[0].details["toolchain"] = {{"compiler", "g++ 12"}, {"optimised", false}};
  const auto builds = only({fast.snapshot(), slow.snapshot()});
  EXPECT_EQ(builds.columns[1].labels, (std::vector<std::string>{"unpaired", "different build (optimised)"}));
  EXPECT_EQ(builds.notes.size(), 1u);
  const Snapshot unknown_build = Maker("v3").add("a", {}, {1, 1}).snapshot();
  for (const auto& pair : {std::vector<Snapshot>{fast.snapshot(), unknown_build}, std::vector<Snapshot>{unknown_build, fast.snapshot()}})
    EXPECT_EQ(only(pair).columns[1].labels, std::vector<std::string>{"unpaired"}) << "nothing is known to differ";
}

TEST(Compare, AZeroBaseGivesNoRatio) {
  const auto result = only({Maker("v1").add("a", {}, {0, 0}).snapshot(), Maker("v2").add("a", {}, {1, 1}).snapshot()});
  EXPECT_TRUE(std::isnan(row_of(result, "a").cells[1].ratio->value));
}

TEST(Compare, StatisticsAreTheOnesAskedFor) {
  const auto snapshot = Maker("v").add("a", {}, {1, 2, 9}).snapshot();
  CompareOptions options;
  options.statistic = stats::Statistic::max;
  EXPECT_EQ(row_of(only({snapshot}, options), "a").cells[0].centre.value, 9);
  options.statistic = stats::Statistic::min;
  EXPECT_EQ(row_of(only({snapshot}, options), "a").cells[0].centre.value, 1);
}

TEST(Compare, SessionsOfOneFileAreMoreBlocksOfOneCase) {
  Maker maker("v");
  maker.add("a", {}, {10, 10, 10});
  maker.edit().sessions.push_back(maker.edit().sessions[0]);
  Record second = maker.edit().records[0];
  second.session = 1;
  maker.edit().records.push_back(second);
  const auto result = only({maker.snapshot()});
  EXPECT_EQ(row_of(result, "a").cells[0].centre.blocks, 6u);
}

TEST(Compare, AVersionOfTwoSessionsOfPairsIsNamed) {
  Maker maker("v1");
  maker.add("a", {}, {10, 10, 10}).edit().versions.push_back({"v2"});
  maker.edit().sessions[0].header["design"] = "paired";
  maker.edit().sessions.push_back(maker.edit().sessions[0]);
  Record again = maker.edit().records[0];
  again.session = 1;
  Record other = again;
  other.version = 1;
  maker.edit().records.push_back(again);
  maker.edit().records.push_back(other);
  const auto result = only({maker.snapshot()});
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_TRUE(result.notes[0].starts_with("v1: measured in 2 sessions")) << result.notes[0];
}

TEST(Compare, TheIntervalOfAPairedRatioHoldsTheRatio) {
  Maker maker("v1");
  Snapshot& snapshot = maker.add("a", {}, {10, 11, 12, 10, 11, 12, 10, 11}).edit();
  snapshot.sessions[0].header["design"] = "paired";
  snapshot.versions.push_back({"v2"});
  Record head{.version = 1};
  for (std::size_t i = 0; i < 8; ++i)
    head.samples.push_back(
        {.value = snapshot.records[0].samples.value[i] * (2 + 0.01 * static_cast<double>(i)), .block = static_cast<std::int64_t>(i)});
  snapshot.records.push_back(head);
  const auto result = only({snapshot});
  const auto& ratio = row_of(result, "a").cells[1].ratio;
  ASSERT_TRUE(ratio && ratio->interval);
  EXPECT_NEAR(ratio->value, 2.035, 0.005);
  EXPECT_LT(ratio->interval->low, ratio->value - 0.001);
  EXPECT_GT(ratio->interval->high, ratio->value + 0.001);
}

TEST(Compare, TheIntervalOfAnUnpairedRatioHoldsTheRatio) {
  const auto result = only({Maker("v1").add("a", {}, {10, 11, 12, 10, 11, 12, 10, 11}).snapshot(),
                            Maker("v2").add("a", {}, {20, 23, 21, 20, 23, 21, 20, 23}).snapshot()});
  const auto& ratio = row_of(result, "a").cells[1].ratio;
  ASSERT_TRUE(ratio && ratio->interval);
  EXPECT_LT(ratio->interval->low, ratio->value);
  EXPECT_GT(ratio->interval->high, ratio->value);
}

TEST(Compare, InARowOfVersionsEachIsComparedWithTheOneBeforeIt) {
  std::vector<Snapshot> row;
  for (const double value : {10, 20, 60, 240})
    row.push_back(Maker("v" + std::to_string(row.size())).add("a", {}, {value, value}).snapshot());
  CompareOptions options;
  options.successive = true;
  const auto result = only(row, options);
  for (std::size_t i = 1; i < row.size(); ++i) {
    EXPECT_EQ(result.columns[i].base, i - 1);
    EXPECT_DOUBLE_EQ(row_of(result, "a").cells[i].ratio->value, static_cast<double>(i + 1));
  }
}

TEST(Compare, OneLabelInTwoFilesIsToldApartByTheFiles) {
  Maker first("main");
  first.add("a", {}, {1}).edit().path = "before.jsonl";
  Maker second("main");
  second.add("a", {}, {1}).edit().path = "after.jsonl";
  const auto result = only({first.snapshot(), second.snapshot()});
  EXPECT_EQ(result.columns[0].title, "before");
  EXPECT_EQ(result.columns[1].title, "after");
  first.edit().path = "p/x.jsonl";
  second.edit().path = "q/x.jsonl";
  const auto paths = only({first.snapshot(), second.snapshot()});
  EXPECT_EQ(paths.columns[0].title, "p/x.jsonl");
  EXPECT_EQ(paths.columns[1].title, "q/x.jsonl");
  const auto twice = only({first.snapshot(), first.snapshot()});
  EXPECT_NE(twice.columns[0].title, twice.columns[1].title) << "one file given twice";
}

TEST(Compare, WhatIsNotThereIsNamed) {
  const auto snapshot = Maker("v").add("a", {{"n", 1}}, {1}).snapshot();
  CompareOptions options;
  options.metrics = {"peak"};
  EXPECT_EQ(complaint({snapshot}, options), "--metric: no snapshot has the metric \"peak\"\n  hint: there are: time");
  options = {};
  options.pivot = "impl";
  EXPECT_NE(complaint({snapshot}, options).find("no selected case has the dim \"impl\"\n  hint: there are: n"), std::string::npos);
  options = {};
  options.filter.add_expression("zzz");
  EXPECT_NE(complaint({snapshot}, options).find("no case with a result is selected"), std::string::npos);
}

TEST(Compare, ADimOfTwoTypesIsNoted) {
  const auto result = only({Maker("v1").add("a", {{"n", 100}}, {1}).snapshot(), Maker("v2").add("a", {{"n", "100"}}, {1}).snapshot()});
  ASSERT_FALSE(result.notes.empty());
  EXPECT_NE(result.notes[0].find("\"n\" has values of different types"), std::string::npos);
}

TEST(Compare, WhatWasNotCountedAsUsualIsNotedAndTwoWaysOfCountingAreSaid) {
  const auto counted = [](const char* label, const char* metric) {
    Maker maker(label);
    maker.add("a", {}, {10, 10, 10});
    maker.edit().sessions[0].header["conditions"] = {{"gc", "off"}, {"one", {{"note", "one by one"}, {"metrics", {metric}}}}};
    return maker.snapshot();
  };
  const Snapshot usual = Maker("usual").add("a", {}, {20, 20, 20}).snapshot();
  const auto alone = only({counted("v1", "time")});
  EXPECT_EQ(alone.notes, (std::vector<std::string>{"one by one"}));
  const auto same = only({counted("v1", "time"), counted("v2", "time")});
  EXPECT_EQ(same.notes, (std::vector<std::string>{"one by one"}));
  EXPECT_EQ(same.columns[1].labels, (std::vector<std::string>{"unpaired"}));
  const auto different = only({usual, counted("v2", "time")});
  EXPECT_EQ(different.columns[1].labels, (std::vector<std::string>{"unpaired", "counted differently"}));
  EXPECT_EQ(different.notes.front(), "v2: one by one");
  EXPECT_EQ(only({usual, counted("v2", "peak")}).notes, (std::vector<std::string>{})) << "another metric's";
}

}  // namespace
}  // namespace benchkit::compare
