#include "snapshot/readers/readers_test.hpp"

namespace benchkit::snapshot {
namespace {

TEST(Hyperfine, ParametersTellOneCommandFromItself) {
  const Snapshot snapshot = read_test_data("hyperfine-1.15.json");
  ASSERT_EQ(snapshot.cases.size(), 4U);
  EXPECT_EQ(snapshot.cases[0].id, "echo 1");
  EXPECT_EQ(snapshot.cases[0].dims, (Dims{{"n", 1.0}, {"unused", "a"}})) << "2.5 makes all values of n reals";
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "echo 1", 1)].dims, (Dims{{"n", 1.0}, {"unused", "b"}}));
  const Record& time = record_of(snapshot, "echo 1", "time");
  ASSERT_EQ(time.samples.size(), 3U);
  EXPECT_DOUBLE_EQ(time.samples.value[0], 4448816);
  EXPECT_EQ(record_of(snapshot, "echo 1", "user").summary.mean, 1308000.0);
  EXPECT_FALSE(record_of(snapshot, "echo 1", "user").summary.median.has_value()) << "it states means alone";
}

TEST(Hyperfine, TimesOfZeroAreDoubted) {
  const Snapshot snapshot = read_test_data("hyperfine-odd.json");
  const Record& time = record_of(snapshot, "true", "time");
  EXPECT_EQ(time.samples.size(), 3U);
  ASSERT_EQ(time.warnings.size(), 1U);
  EXPECT_TRUE(time.warnings[0].starts_with("2 of 3"));
  EXPECT_EQ(values_of(record_of(snapshot, "true", "rss")), (std::vector<double>{1048576, 1048576, 2097152}));
}

TEST(Hyperfine, FailedRunsMarkTheCase) {
  const Snapshot snapshot = read_test_data("hyperfine-odd.json");
  const Record& failed = record_of(snapshot, "sh fails.sh", "time");
  EXPECT_EQ(failed.outcome.status, Status::exit);
  EXPECT_EQ(failed.outcome.reason, "exit code 3 in 2 of 3 runs");
  EXPECT_EQ(failed.samples.size(), 3U);
  EXPECT_EQ(record_of(snapshot, "killed", "time").outcome.status, Status::signal);
}

TEST(Hyperfine, StatisticsAloneAndTheOldParameter) {
  const Snapshot snapshot = read_test_data("hyperfine-odd.json");
  const Record& stated = record_of(snapshot, "no times", "time");
  EXPECT_TRUE(stated.samples.empty());
  EXPECT_DOUBLE_EQ(*stated.summary.median, 0.24e9);
  EXPECT_EQ(snapshot.cases[case_named(snapshot, "no times")].dims, (Dims{{"parameter", 7}}));
}

}  // namespace
}  // namespace benchkit::snapshot
