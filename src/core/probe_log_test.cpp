#include "core/probe_log.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

template <class Deed>
std::string complaint(Deed deed) {
  try {
    deed();
  } catch (const Error& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(ProbeLog, AveragesWhatCameUnderEachNameInAnyOrder) {
  ProbeLog log;
  for (const char* name : {"a", "b", "a", "c", "b", "a"}) log.report(name, name[0] == 'a' ? 3 : 5, "s", Better::less);
  log.report("a", 7, "s", Better::less);
  const auto reports = log.reports();
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[0].metric, (Metric{"a", "s", Better::less}));
  EXPECT_EQ(reports[0].value, 4);
  EXPECT_EQ(reports[2].metric.name, "c");
}

TEST(ProbeLog, ForgetsNumbersAndMentionsOnlyWhatIsReportedAgain) {
  ProbeLog log;
  log.report("a", 1, "", Better::unknown);
  log.report("b", 2, "", Better::unknown);
  log.clear();
  log.report("b", 3, "", Better::unknown);
  ASSERT_EQ(log.reports().size(), 1u);
  EXPECT_EQ(log.reports()[0].value, 3);
}

TEST(ProbeLog, RefusesASecondUnitAndTakenNames) {
  const std::set<std::string, std::less<>> taken{"time"};
  ProbeLog log(&taken);
  log.report("a", 1, "s", Better::unknown);
  EXPECT_EQ(complaint([&] { log.report("a", 1, "ms", Better::unknown); }), "Probe::report(\"a\"): reported in \"s\" before, now in \"ms\"");
  EXPECT_EQ(complaint([&] { log.report("time", 1, "ns", Better::less); }), "Probe::report(\"time\"): that is a metric of a meter");
  EXPECT_EQ(complaint([&] { log.report("", 1, "", Better::less); }), "Probe::report: a name is needed");
}

TEST(ProbeLog, ThreadsThatRunAtOnceTakeAsLongAsTheLongest) {
  std::vector<ProbeLog> threads(2);
  for (int call = 0; call < 3; ++call) threads[0].time(10), threads[1].time(20);
  threads[0].report("rows", 1, "", Better::more);
  threads[1].report("rows", 3, "", Better::more);
  ProbeLog log;
  log.add_threads(threads, 3);
  log.check_times(3);
  EXPECT_EQ(log.own_time_ns(), 60);
  EXPECT_EQ(log.reports()[0].value, 2);
}

TEST(ProbeLog, ATimeInSomeCallsOnlyIsAnError) {
  ProbeLog log;
  EXPECT_EQ(complaint([&] { log.check_times(7); }), "no complaint");
  log.time(1);
  log.time(1);
  EXPECT_EQ(complaint([&] { log.check_times(7); }), "Probe::time was called 2 times in 7 calls");
  EXPECT_EQ(complaint([&] { log.check_times(2); }), "no complaint");
  EXPECT_EQ(complaint([&] { log.check_times(1); }), "no complaint") << "two parts of one call";
  std::vector<ProbeLog> threads(2);
  threads[1].time(5);
  EXPECT_EQ(complaint([&] { log.add_threads(threads, 1); }), "Probe::time was called in some threads and not in others");
}

}  // namespace
}  // namespace benchkit::core
