#include <cmath>

#include "snapshot/readers/readers_test.hpp"

namespace benchkit::snapshot {
namespace {

/// Read with its one complaint: "find/8" is registered twice.
Snapshot read_19() {
  Snapshot snapshot = read_text(test_data("google-benchmark-1.9.json"), "g.json");
  EXPECT_EQ(snapshot.diagnostics.size(), 1U);
  return snapshot;
}

const std::string kSort = "sort/n:1000/repeats:3";

TEST(GoogleBenchmark, RepetitionsAreSamplesInNanoseconds) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(snapshot.format, "google-benchmark 1.9.4");
  const Record& time = record_of(snapshot, kSort, "time");
  EXPECT_EQ(values_of(time), (std::vector<double>{1500, 1750}));
  EXPECT_EQ(time.samples.iterations[0], 100U);
  EXPECT_EQ(values_of(record_of(snapshot, kSort, "cpu_time")), (std::vector<double>{1250, 1500}));
  EXPECT_TRUE(snapshot.cases[case_named(snapshot, kSort)].dims.empty()) << "a name is not taken apart";
}

TEST(GoogleBenchmark, AggregatesCountWhereRepetitionsAreMissing) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(record_of(snapshot, kSort, "time").summary, Summary{});
  EXPECT_EQ(record_of(snapshot, kSort, "time").extra["x-aggregates"]["p99"], 1900.0);
  const Record& scan = record_of(snapshot, "scan/threads:4", "time");
  EXPECT_TRUE(scan.samples.empty());
  EXPECT_DOUBLE_EQ(*scan.summary.mean, 2e6);
  EXPECT_DOUBLE_EQ(*scan.summary.median, 1.9e6);
  EXPECT_EQ(scan.summary.count, 5U);
  EXPECT_EQ(scan.extra["x-aggregates"]["cv"], 0.05) << "a ratio, whatever time_unit says";
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "scan/threads:4")].dims, (Dims{{"threads", 4}}));
}

TEST(GoogleBenchmark, Counters) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(values_of(record_of(snapshot, kSort, "hits")), (std::vector<double>{7, 8}));
  EXPECT_EQ(snapshot.metrics[record_of(snapshot, kSort, "hits").metric].better, Better::unknown);
  EXPECT_EQ(snapshot.metrics[record_of(snapshot, kSort, "bytes_per_second").metric].better, Better::more);
  EXPECT_EQ(values_of(record_of(snapshot, kSort, "time (counter)")), (std::vector<double>{3, 4})) << "kept apart from the time";
  // One memory pass, repeated in every row.
  EXPECT_EQ(values_of(record_of(snapshot, kSort, "peak")), (std::vector<double>{4096}));
  EXPECT_EQ(values_of(record_of(snapshot, kSort, "allocations")), (std::vector<double>{2}));
  const std::vector<double> odd = values_of(record_of(snapshot, kSort, "odd"));
  ASSERT_EQ(odd.size(), 2U);
  EXPECT_TRUE(std::isnan(odd[0]));
  EXPECT_TRUE(std::isinf(odd[1]));
}

TEST(GoogleBenchmark, AFittedLawHasNoSamples) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(record_of(snapshot, "find", "real_coefficient").summary.median, 750.0);
  EXPECT_EQ(record_of(snapshot, "find", "rms").summary.median, 0.25);
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "find")].extra["big_o"], "lgN");
  EXPECT_FALSE(has_record(snapshot, "find", "time"));
}

TEST(GoogleBenchmark, ErrorsAndSkipsAreOutcomes) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(record_of(snapshot, "broken", "time").outcome.status, Status::error);
  EXPECT_EQ(record_of(snapshot, "broken", "time").outcome.reason, "no such file");
  EXPECT_TRUE(record_of(snapshot, "broken", "time").samples.empty()) << "a time of 0 was not measured";
  EXPECT_EQ(record_of(snapshot, "not here", "time").outcome.status, Status::skipped);
  EXPECT_EQ(record_of(snapshot, "not here", "time").outcome.reason, "no GPU");
}

TEST(GoogleBenchmark, ANameThatIsRegisteredTwiceIsTwoCases) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(values_of(record_of(snapshot, "find/8", "time", 1)), (std::vector<double>{4e9}));
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "find/8", 1)].dims, (Dims{{"occurrence", 2}}));
  EXPECT_EQ(snapshot.diagnostics[0].where, "g.json:92:5");
}

TEST(GoogleBenchmark, DoubtsTravelWithTheNumber) {
  const Snapshot snapshot = read_19();
  EXPECT_EQ(record_of(snapshot, kSort, "time").warnings.size(), 1U) << "a debug library";
  EXPECT_EQ(record_of(snapshot, "find/8", "time").warnings.size(), 2U) << "and work that was optimised away";
}

// Rows of before 1.5 do not say what they are.
TEST(GoogleBenchmark, OldAggregatesAreKnownByTheirNames) {
  const Snapshot snapshot = read_test_data("google-benchmark-1.3.json");
  EXPECT_EQ(values_of(record_of(snapshot, "copy", "time")), (std::vector<double>{100, 104}));
  const Record& only = record_of(snapshot, "only", "time");
  EXPECT_EQ(only.summary.median, 8.0);
  EXPECT_EQ(only.summary.stddev, 1.0);
  EXPECT_EQ(values_of(record_of(snapshot, "a_mean", "time")), (std::vector<double>{9})) << "a name of its own that ends so";
  EXPECT_EQ(snapshot.cases.size(), 3U);
}

TEST(GoogleBenchmark, AnUnknownUnitCostsItsRow) {
  const Snapshot snapshot =
      read_text(R"({"context":{},"benchmarks":[{"name":"a","real_time":1,"time_unit":"min"},{"name":"b","real_time":1,"time_unit":"ms"}]})",
                "g.json");
  ASSERT_EQ(snapshot.diagnostics.size(), 1U);
  EXPECT_EQ(snapshot.diagnostics[0].where, "g.json:1:67");
  EXPECT_EQ(values_of(record_of(snapshot, "b", "time")), (std::vector<double>{1e6}));
}

}  // namespace
}  // namespace benchkit::snapshot
