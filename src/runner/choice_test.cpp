#include "runner/choice.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit::runner {
namespace {

const std::vector<protocol::MeterInfo> kMeters{
    {.name = "time", .metrics = {{"time", "ns", Better::less}}},
    {.name = "memory", .metrics = {{"peak", "B", Better::less}, {"allocated", "B", Better::less}, {"allocations", "", Better::less}}},
    {.name = "counters", .metrics = {{"cycles", "", Better::less}}, .unavailable = "no counters in this virtual machine"},
};

std::string complaint(const std::vector<std::string>& names) {
  try {
    (void)choose_meters(names, kMeters);
  } catch (const Error& error) {
    return describe(error);
  }
  return {};
}

TEST(Choice, AMetricOrAllOfAMeter) {
  const auto one = choose_meters({"allocated"}, kMeters);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].meter.name, "memory");
  EXPECT_EQ(one[0].wanted, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(one[0].headline(), 1u);
  EXPECT_EQ(choose_meters({"memory"}, kMeters)[0].wanted, (std::vector<bool>{true, true, true}));
}

TEST(Choice, AMeterIsTakenOnceHoweverOftenItIsNamed) {
  EXPECT_EQ(choose_meters({"time", "time"}, kMeters).size(), 1u);
  const auto both = choose_meters({"allocations", "time", "peak"}, kMeters);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].meter.name, "memory") << "in the order of their first mention";
  EXPECT_EQ(both[0].wanted, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(both[1].meter.name, "time");
}

TEST(Choice, WhatNobodyHasAndWhatCannotWorkHereIsSaid) {
  EXPECT_EQ(
      complaint({"weight"}),
      "--metric: this suite has no metric \"weight\"\n  hint: known: time, peak, allocated, allocations, memory (all of these 3), cycles");
  EXPECT_EQ(complaint({"cycles"}), "--metric cycles: no counters in this virtual machine");
}

TEST(Choice, AModeIsOfTheMetersThatHaveIt) {
  std::vector<protocol::MeterInfo> meters = kMeters;
  meters[1].launch.environment = {{"A", "1"}};
  meters[1].modes = {{"one-by-one", "each object counted", {.environment = {{"B", "2"}}, .preload = {}, .prefix = {}}}};
  auto both = choose_meters({"time", "peak"}, meters);
  const Json conditions = turn_on({"one-by-one"}, both);
  EXPECT_TRUE(both[0].meter.launch.empty()) << "a timing pass stays as it is";
  EXPECT_EQ(both[1].meter.launch.environment, (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", "2"}}));
  EXPECT_EQ(conditions, (Json{{"one-by-one", {{"note", "each object counted"}, {"metrics", {"peak", "allocated", "allocations"}}}}}));

  auto time = choose_meters({"time"}, meters);
  EXPECT_EQ(turn_on({}, time), Json::object());
  try {
    (void)turn_on({"one-by-one"}, time);
    FAIL() << "a mode of no meter";
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "--one-by-one");
  }
}

}  // namespace
}  // namespace benchkit::runner
