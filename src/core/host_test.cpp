#include "core/host.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

Case good(std::string id) {
  return {.id = std::move(id), .run = [] { return [] {}; }};
}

TEST(CheckCases, WhatCannotBeToldIsTakenOutAndNamed) {
  Case bad = good("a");
  bad.dims = {{"n", 3}, {"x", std::nan("")}, {"text", "\xff"}};
  EXPECT_EQ(take_out_faults(bad), "its dim \"x\" is nan, not a finite number");
  EXPECT_EQ(bad.dims, (Dims{{"n", 3}, {"text", "\\xff"}}));

  bad = good("a");
  bad.labels = {{"rows", 3}, {"share", INFINITY}};
  EXPECT_EQ(take_out_faults(bad), "its label \"share\" is inf, not a finite number");
  EXPECT_EQ(bad.labels.size(), 1u);

  bad = good("a");
  bad.work.bytes = INFINITY;
  EXPECT_EQ(take_out_faults(bad), "its work in bytes is inf, not a finite number");
  bad = good("a");
  bad.timeout = std::chrono::duration<double>(std::nan(""));
  EXPECT_EQ(take_out_faults(bad), "its timeout is nan, not a finite number");
  bad = good("a\xff");
  EXPECT_EQ(take_out_faults(bad), "its id is not UTF-8: a\\xff");
  EXPECT_EQ(bad.id, "a\\xff");
  bad = good("caf\u00e9");
  EXPECT_EQ(take_out_faults(bad), "");
}

TEST(CheckCases, BrokenCasesOfOneIdDoNotTakeTheOthersDown) {
  std::vector<HostCase> cases{
      {good("a"), "f:1", {}}, {good("a"), "f:2", "broken"}, {good("a"), "f:3", "broken"}, {good("\xff"), "f:4", {}}};
  check_cases(cases);
  EXPECT_EQ(cases[0].definition.id, "a");
  EXPECT_EQ(cases[1].definition.id, "a #2");
  EXPECT_EQ(cases[2].definition.id, "a #3");
  EXPECT_EQ(cases[3].broken, "its id is not UTF-8: \\xff");
}

TEST(CheckCases, TwoWholeCasesOfOneIdAreRefusedWithBothPlaces) {
  std::vector<HostCase> cases{{good("a"), "f:1", {}}, {good("a"), "f:2", {}}};
  try {
    check_cases(cases);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "two cases have the id \"a\": f:1 and f:2");
  }
}

}  // namespace
}  // namespace benchkit::core
