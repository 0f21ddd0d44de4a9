#include "model/limit.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit {
namespace {

std::string complaint_of_limit(const std::string& text) {
  try {
    (void)parse_limits(text, "--max");
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "--max");
    EXPECT_NE(error.hint(), "");
    return error.what();
  }
  return {};
}

TEST(Limits, OneOrSeveral) {
  EXPECT_EQ(parse_limits("peak:10MiB", ""), (std::vector<Limit>{{"peak", {10, "MiB"}, "peak:10MiB"}}));
  EXPECT_EQ(parse_limits("time:2%, leaked:0", ""), (std::vector<Limit>{{"time", {2, "%"}, "time:2%"}, {"leaked", {0, ""}, "leaked:0"}}));
}

TEST(Limits, AMetricsNameMayHoldColonsAndBlanks) {
  EXPECT_EQ(parse_limits("peak of a::b:1.5 GiB", "").front(), (Limit{"peak of a::b", {1.5, "GiB"}, "peak of a::b:1.5 GiB"}));
}

TEST(Limits, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(complaint_of_limit("peak"), "\"peak\" names no metric and its limit");
  EXPECT_EQ(complaint_of_limit(":10MiB"), "\":10MiB\" names no metric and its limit");
  EXPECT_EQ(complaint_of_limit(""), "\"\" names no metric and its limit");
  EXPECT_EQ(complaint_of_limit("peak:10MiB,"), "\"\" names no metric and its limit");
  EXPECT_EQ(complaint_of_limit("peak:much"), "\"much\" is no limit");
  EXPECT_EQ(complaint_of_limit("peak:"), "\"\" is no limit");
  EXPECT_EQ(complaint_of_limit("peak:-1MiB"), "a limit is not below 0, and \"-1MiB\" is");
}

TEST(Limits, ABoundIsInTheUnitOfItsMetric) {
  const auto bound = [](const char* text, const char* unit) { return bound_of(parse_limits(text, "").front(), {"m", unit}, "here"); };
  EXPECT_EQ(bound("m:2KiB", "B"), 2048);
  EXPECT_EQ(bound("m:5ms", "ns"), 5e6);
  EXPECT_EQ(bound("m:1000", ""), 1000);
  for (const auto& [text, unit] : {std::pair{"m:10", "B"}, {"m:5ms", "B"}, {"m:5%", "ns"}, {"m:1MiB", ""}}) {
    EXPECT_THROW((void)bound(text, unit), Error) << text << " in " << unit;
  }
}

}  // namespace
}  // namespace benchkit
