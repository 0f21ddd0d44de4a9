#include "snapshot/readers/readers_test.hpp"

namespace benchkit::snapshot {
namespace {

const std::string kBuild = "benchmarks/test_build.py::test_build[basic-n=10]";

TEST(Linopy, Times) {
  const Snapshot snapshot = read_test_data("linopy-time.json");
  EXPECT_EQ(snapshot.format, "linopy");
  ASSERT_EQ(snapshot.cases.size(), 2U);
  EXPECT_DOUBLE_EQ(*record_of(snapshot, kBuild, "time").summary.median, 12e6);
  EXPECT_TRUE(snapshot.cases[0].dims.empty()) << "an id is not taken apart";
}

TEST(Linopy, Peaks) {
  const Snapshot snapshot = read_test_data("linopy-memory.json");
  EXPECT_EQ(snapshot.versions[0].label, "0.5.0");
  const Summary& peak = record_of(snapshot, kBuild, "peak").summary;
  EXPECT_EQ(peak.median, 1.5 * 1024 * 1024);
  EXPECT_EQ(peak.min, peak.median) << "the least of the passes";
  EXPECT_FALSE(peak.max.has_value());
}

TEST(Linopy, AWrongPeakCostsItself) {
  const Snapshot snapshot = read_text("{\"label\":\"a\",\n\"peak_mib\":{\"x\":1,\n\"y\":\"much\",\"z\":NaN,\"w\":2}}", "l.json");
  ASSERT_EQ(snapshot.diagnostics.size(), 1U);
  EXPECT_EQ(snapshot.diagnostics[0].where, "l.json:3:5");
  EXPECT_EQ(snapshot.cases.size(), 3U);
  EXPECT_EQ(record_of(snapshot, "w", "peak").summary.median, 2.0 * 1024 * 1024);
}

}  // namespace
}  // namespace benchkit::snapshot
