#include "compare/explain.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit::compare {
namespace {

/// main calls build (held at two lines) and load, which recurses; a native leaf without a name.
CallPaths example() {
  CallPaths paths;
  paths.frames = {{"main", "/a/suite.py", 40}, {"build", "/a/model.py", 10},        {"build", "/a/model.py", 11},
                  {"load", "/a/io.py", 5},     {"", "", 0, "/lib/libm.so.6", 0x40}, {"", "", 0, "/lib/libm.so.6", 0x80}};
  paths.paths = {{{0, 1, 4}, 500, 5}, {{0, 2}, 200, 2}, {{0, 3, 3}, 100, 1}, {{0, 3}, 50, 1}, {{0, 1, 5}, 40, 1}};
  paths.rest_bytes = 10;
  paths.rest_allocations = 3;
  paths.peak_bytes = 900;
  return paths;
}

TEST(CallTree, AddsUpInwardsHeaviestFirst) {
  const CallNode root = call_tree(example());
  EXPECT_EQ(root.all, (Held{890, 10}));
  ASSERT_EQ(root.children.size(), 1u);
  const CallNode& main = root.children[0];
  EXPECT_EQ(main.all, (Held{890, 10}));
  EXPECT_EQ(main.self, (Held{}));
  ASSERT_EQ(main.children.size(), 3u) << "a call at another line is another call";
  EXPECT_EQ(main.children[0].all, (Held{540, 6}));
  EXPECT_EQ(main.children[0].children.size(), 2u) << "nameless code is told apart by its offset";
  EXPECT_EQ(main.children[1].frame.line, 11u);
  const CallNode& load = main.children[2];
  EXPECT_EQ(load.all, (Held{150, 2}));
  EXPECT_EQ(load.self, (Held{50, 1}));
}

TEST(CallTree, OffsetsWithinANamedFunctionAreOneCall) {
  CallPaths paths;
  paths.frames = {{"f", "", 0, "/lib/l.so", 1}, {"f", "", 0, "/lib/l.so", 2}};
  paths.paths = {{{0}, 1, 1}, {{1}, 2, 1}};
  EXPECT_EQ(call_tree(paths).children.size(), 1u);
}

TEST(ByFunction, CountsARecursionOnceAndTheHeaviestItselfFirst) {
  const std::vector<FunctionUse> uses = by_function(example());
  ASSERT_EQ(uses.size(), 5u);
  EXPECT_EQ(name_of(uses[0].frame), "libm.so.6+0x40");
  EXPECT_EQ(uses[0].self, (Held{500, 5}));
  EXPECT_EQ(name_of(uses[1].frame), "build");
  EXPECT_EQ(uses[1].self, (Held{200, 2}));
  EXPECT_EQ(uses[1].all, (Held{740, 8})) << "both of its lines";
  EXPECT_EQ(name_of(uses[2].frame), "load");
  EXPECT_EQ(uses[2].self, (Held{150, 2}));
  EXPECT_EQ(uses[2].all, (Held{150, 2})) << "not twice where it called itself";
  EXPECT_EQ(name_of(uses.back().frame), "main");
  EXPECT_EQ(uses.back().all, (Held{890, 10}));
}

TEST(CallTree, SharesAreOfThePeakOrOfWhatAddsUpToMore) {
  CallPaths paths = example();
  EXPECT_EQ(whole_of(paths), 900);
  paths.peak_bytes = 100;
  EXPECT_EQ(whole_of(paths), 900) << "890 and the rest";
}

Snapshot snapshot_of(const std::string& label, const CallPaths& paths) {
  Snapshot snapshot;
  snapshot.path = label + ".jsonl";
  snapshot.sessions.emplace_back();
  snapshot.versions = {{label, Json::object()}};
  snapshot.metrics = {{"peak", "B", Better::less}};
  snapshot.cases = {{.id = "sort"}, {.id = "find"}};
  snapshot.call_paths = {{.paths = paths}};
  return snapshot;
}

CallPaths grown() {
  CallPaths paths = example();
  for (Frame& frame : paths.frames) {
    frame.file = frame.file.empty() ? "" : "/b" + frame.file.substr(2);  // another environment
    frame.line += frame.line > 0 ? 7 : 0;                                // other lines
  }
  paths.paths[0].bytes = 1500;                 // grew
  paths.paths[2] = {{0, 3, 3}, 30, 1};         // shrank
  paths.paths.push_back({{0, 3, 4}, 60, 2});   // new
  paths.paths.erase(paths.paths.begin() + 4);  // gone: main, build, libm+0x80
  paths.peak_bytes = 1900;
  return paths;
}

TEST(Explain, TellsWhatGrewAndWhatShrankByFunctionsNotByLines) {
  const std::vector<Snapshot> both{snapshot_of("v1", example()), snapshot_of("v2", grown())};
  const std::vector<Explanation> all = explain(both, "sort");
  ASSERT_EQ(all.size(), 1u);
  const Explanation& one = all[0];
  EXPECT_EQ(one.reason, "");
  EXPECT_EQ(one.base, "v1");
  EXPECT_EQ(one.head, "v2");
  EXPECT_EQ(one.base_peak_bytes, 900);
  EXPECT_EQ(one.head_peak_bytes, 1900);
  ASSERT_EQ(one.grown.size(), 2u);
  EXPECT_EQ(one.grown[0].functions, (std::vector<std::string>{"main (suite.py)", "build (model.py)", "libm.so.6"}))
      << "another build of it has other offsets";
  EXPECT_EQ(one.grown[0].bytes(), 960) << "1,000 more at one place of libm's, 40 less at the other";
  EXPECT_EQ(one.grown[1].base, (Held{}));
  EXPECT_EQ(one.grown[1].head, (Held{60, 2}));
  ASSERT_EQ(one.shrunk.size(), 1u) << "build's second line moved and is the same path";
  EXPECT_EQ(one.shrunk[0].bytes(), -70);
}

TEST(Explain, AVersionStandsAgainstTheBaseThatItsChangeIsFrom) {
  Snapshot chain = snapshot_of("v1", example());
  chain.versions = {{"v1", Json::object()}, {"v2", {{"base", "v1"}}}, {"v3", {{"base", "v2"}}}};
  for (const std::size_t version : {1u, 2u}) chain.call_paths.push_back({.version = version, .paths = grown()});
  const std::vector<Explanation> all = explain(std::vector{chain}, "sort");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].base, "v1");
  EXPECT_EQ(all[1].base, "v2");
  EXPECT_EQ(all[1].column, 2u);
  EXPECT_TRUE(all[1].grown.empty()) << "v2 grew, and v3 not any more";
  const std::vector<Snapshot> three{snapshot_of("v1", example()), snapshot_of("v2", grown()), snapshot_of("v3", grown())};
  EXPECT_EQ(explain(three, "sort")[1].base, "v1");
}

TEST(Explain, ASideThatWasNotAttributedIsTheReason) {
  std::vector<Snapshot> both{snapshot_of("v1", example()), snapshot_of("v2", grown())};
  EXPECT_EQ(explain(both, "find")[0].reason,
            "v1 has no call paths of it: `run --metric peak --attribute` keeps them; v2 has no call paths of it: `run --metric peak "
            "--attribute` keeps them");
  both[1].cases = {{.id = "other"}};
  EXPECT_EQ(explain(both, "sort")[0].reason, "v2 has no case \"sort\"");
  both[1] = snapshot_of("v2", grown());
  both[1].metrics[0].name = "cold_peak";
  EXPECT_EQ(explain(both, "sort")[0].reason, "v1 has call paths of peak, v2 of cold_peak");
}

TEST(Explain, TheLastSessionCounts) {
  Snapshot twice = snapshot_of("v2", example());
  twice.sessions.emplace_back();
  twice.call_paths.push_back({.session = 1, .paths = grown()});
  const std::vector<Snapshot> both{snapshot_of("v1", example()), twice};
  EXPECT_EQ(explain(both, "sort")[0].head_peak_bytes, 1900);
}

TEST(Explain, OfASessionTheLastCallCounts) {
  Snapshot twice = snapshot_of("v2", grown());
  twice.call_paths.push_back({.paths = example()});
  EXPECT_EQ(attribution_of(twice, 0, "sort")->paths.peak_bytes, 900);
}

TEST(Explain, ACallUnlikeThoseThatWereCountedIsDoubted) {
  Snapshot snapshot = snapshot_of("v1", example());  // 900 bytes
  EXPECT_EQ(doubt_about(snapshot, snapshot.call_paths[0]), "") << "none was counted";
  const auto doubt = [&](const std::vector<double>& counted) {
    snapshot.records = {{.version = 0, .case_index = 0, .metric = 0}};
    for (const double value : counted) snapshot.records[0].samples.push_back({.value = value});
    return doubt_about(snapshot, snapshot.call_paths[0]);
  };
  const std::string start = "the call whose paths these are is not one of those that were counted, which had ";
  EXPECT_EQ(doubt({950, 700, 800}), "") << "between the least and the most";
  EXPECT_EQ(doubt({700, 950, 940}), "");
  EXPECT_EQ(doubt({920, 960, 940}), start + "920.0 B to 960.0 B");
  EXPECT_EQ(doubt({800, 800}), start + "800.0 B");
  snapshot.records[0].case_index = 1;
  EXPECT_EQ(doubt_about(snapshot, snapshot.call_paths[0]), "") << "those of another case say nothing";
  snapshot.call_paths[0].paths.cut_off = true;
  EXPECT_NE(doubt_about(snapshot, snapshot.call_paths[0]).find("did not return"), std::string::npos);
}

std::string complaint_of_explain(const std::vector<Snapshot>& snapshots, const std::string& id) {
  try {
    (void)explain(snapshots, id);
  } catch (const Error& error) {
    return describe(error);
  }
  return "no complaint";
}

TEST(Explain, WhatWasAskedForWronglyIsSaid) {
  const std::vector<Snapshot> both{snapshot_of("v1", example()), snapshot_of("v2", grown())};
  EXPECT_EQ(complaint_of_explain(both, "srot"), "--explain: no snapshot has a case \"srot\"\n  hint: did you mean \"sort\"?");
  EXPECT_EQ(complaint_of_explain({both[0]}, "sort"),
            "--explain: there is nothing to compare with\n  hint: name two snapshots: compare --explain ID A B");
}

}  // namespace
}  // namespace benchkit::compare
