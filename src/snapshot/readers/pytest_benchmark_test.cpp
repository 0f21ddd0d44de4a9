#include "snapshot/readers/readers_test.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace benchkit::snapshot {
namespace {

const std::string kList = "test_small.py::test_sum[list-1000]";

TEST(PytestBenchmark, RoundsAreSamplesOfOneBlock) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-5.3.json");
  EXPECT_EQ(snapshot.format, "pytest-benchmark 5.3.1");
  ASSERT_EQ(snapshot.cases.size(), 8U);
  const Record& time = record_of(snapshot, "test_small.py::test_sum[list-10]", "time");
  ASSERT_EQ(time.samples.size(), 7U);
  EXPECT_DOUBLE_EQ(time.samples.value[1], 534.3333668861305);  // 5.34e-07 s
  EXPECT_EQ(time.samples.iterations[0], 3U);
  for (std::size_t i = 0; i < time.samples.size(); ++i) {
    EXPECT_EQ(time.samples.block[i], 0);
    EXPECT_EQ(time.samples.pair[i], -1);
  }
  EXPECT_EQ(snapshot.sessions.at(0).header["design"], "unknown");
  EXPECT_EQ(snapshot.sessions.at(0).header["processes"], "unknown");
  EXPECT_TRUE(snapshot.ended) << "nobody can resume it";
}

TEST(PytestBenchmark, ParamsAreDimsWithTheirTypes) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-5.3.json");
  EXPECT_EQ(snapshot.cases[case_named(snapshot, kList)].dims, (Dims{{"kind", "list"}, {"n", 1000}}));
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "test_small.py::test_scale[0.5]")].dims, (Dims{{"scale", 0.5}}));
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "test_small.py::test_scale[scale2]")].dims, (Dims{{"scale", "[1,2]"}}));
}

// The address differs from run to run: as a dim it would part what belongs together.
TEST(PytestBenchmark, AnAddressIsNoDim) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-5.3.json");
  const CaseInfo& info = snapshot.cases[case_named(snapshot, "test_small.py::test_scale[scale3]")];
  EXPECT_TRUE(info.dims.empty());
  EXPECT_TRUE(info.extra["params"]["scale"].is_string());
}

TEST(PytestBenchmark, GroupAndNumbersOfExtraInfo) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-5.3.json");
  const CaseInfo& info = snapshot.cases[case_named(snapshot, "test_small.py::test_scale[0.5]")];
  EXPECT_EQ(info.group, "scaled");
  EXPECT_EQ(info.labels, (std::vector<std::pair<std::string, double>>{{"rows", 12}}));
  EXPECT_EQ(info.extra["extra_info"]["note"], "of a made-up suite");
}

TEST(PytestBenchmark, MachineAndCommit) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-5.3.json");
  EXPECT_EQ(snapshot.versions.at(0).label, "012345678-dirty");
  EXPECT_EQ(snapshot.versions[0].details["dirty"], true);
  EXPECT_EQ(snapshot.versions[0].details["toolchain"]["implementation"], "CPython");
  const Json& machine = snapshot.sessions[0].header["machine"];
  EXPECT_EQ(machine["architecture"], "x86_64");
  EXPECT_TRUE(machine["cpu"].is_string());
  EXPECT_TRUE(machine["kernel"].get<std::string>().starts_with("Linux "));
}

TEST(PytestBenchmark, MemoryPassesOfBenchmem) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-5.3.json");
  EXPECT_EQ(values_of(record_of(snapshot, kList, "peak")), (std::vector<double>{4096, 1024, 2048}));
  EXPECT_EQ(values_of(record_of(snapshot, kList, "allocations")), (std::vector<double>{3, 2, 2}));
  EXPECT_EQ(values_of(record_of(snapshot, kList, "allocated")), (std::vector<double>{8192, 4096, 4096}));
  EXPECT_EQ(values_of(record_of(snapshot, kList, "rss")), (std::vector<double>{1048576}));
  EXPECT_EQ(snapshot.metrics[record_of(snapshot, kList, "peak").metric].unit, "B");
}

/// A file with one benchmark whose members are given.
Snapshot one(const std::string& members) {
  return read_text(R"({"machine_info":{},"benchmarks":[{"name":"t","fullname":"a.py::t",)" + members + "}]}", "one.json");
}

TEST(PytestBenchmark, EarlierFormsOfBenchmem) {
  const std::string stats = R"("stats":{"median":1e-6},)";
  const Snapshot first = one(stats + R"("extra_info":{"peak_mib":1.5})");
  EXPECT_EQ(record_of(first, "a.py::t", "peak").summary.median, 1.5 * 1024 * 1024);
  const Snapshot second = one(stats + R"("extra_info":{"benchmem":{"peak_bytes":100,"peak_bytes_max":130,"allocations":4,"repeats":3}})");
  const Summary& peak = record_of(second, "a.py::t", "peak").summary;
  EXPECT_EQ(peak.min, 100);
  EXPECT_EQ(peak.max, 130);
  EXPECT_TRUE(record_of(second, "a.py::t", "peak").samples.empty()) << "three passes are behind this number, and none of them is known";
  EXPECT_EQ(record_of(second, "a.py::t", "allocations").summary.median, 4);
}

TEST(PytestBenchmark, StatisticsWithoutRoundsAreASummary) {
  const Snapshot snapshot = read_test_data("pytest-benchmark-2.5.json");
  EXPECT_EQ(snapshot.format, "pytest-benchmark 2.5.0");
  EXPECT_EQ(snapshot.versions[0].label, "89abcdef0");
  const Record& time = record_of(snapshot, "tests/test_old.py::test_parse[0]", "time");
  EXPECT_TRUE(time.samples.empty()) << "no samples are made up from a mean and a deviation";
  EXPECT_DOUBLE_EQ(*time.summary.median, 250);
  EXPECT_DOUBLE_EQ(*time.summary.min, 200);
  EXPECT_DOUBLE_EQ(*time.summary.stddev, 100);
  EXPECT_EQ(time.summary.count, 9000U);
}

TEST(PytestBenchmark, TheClockSaysWhichMetricItIs) {
  EXPECT_TRUE(has_record(one(R"("options":{"timer":"process_time"},"stats":{"median":1})"), "a.py::t", "cpu_time"));
  EXPECT_TRUE(record_of(one(R"("options":{"timer":"time.perf_counter"},"stats":{"median":1})"), "a.py::t", "time").warnings.empty());
  EXPECT_EQ(record_of(one(R"("options":{"timer":"my_clock"},"stats":{"median":1})"), "a.py::t", "time").warnings.size(), 1U);
}

TEST(PytestBenchmark, OneRoundHasNoDeviation) {
  EXPECT_FALSE(record_of(one(R"("stats":{"median":1,"stddev":0,"rounds":1})"), "a.py::t", "time").summary.stddev.has_value());
}

TEST(PytestBenchmark, RoundsThatWereCutByHandAreSaid) {
  const Snapshot snapshot = one(R"("stats":{"rounds":5,"data":[1,2]})");
  ASSERT_EQ(snapshot.diagnostics.size(), 1U);
  EXPECT_NE(snapshot.diagnostics[0].message.find("\"rounds\" says 5"), std::string::npos);
  EXPECT_EQ(record_of(snapshot, "a.py::t", "time").samples.size(), 2U);
}

TEST(PytestBenchmark, NumbersThatJsonHasNoWordFor) {
  const Snapshot snapshot = one(R"("params":{"x":NaN,"big":1180591620717411303424},"stats":{"stddev":NaN,"data":[1e-9,NaN,-Infinity]})");
  EXPECT_TRUE(snapshot.diagnostics.empty());
  const Record& time = record_of(snapshot, "a.py::t", "time");
  ASSERT_EQ(time.samples.size(), 3U);
  EXPECT_TRUE(std::isnan(time.samples.value[1]));
  EXPECT_EQ(time.samples.value[2], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(snapshot.cases[0].dims, (Dims{{"x", "NaN"}, {"big", "1180591620717411303424"}}));
}

}  // namespace
}  // namespace benchkit::snapshot
