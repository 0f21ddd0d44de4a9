#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace benchkit::base {
namespace {

TEST(Nearest, IsWhatWasProbablyMeant) {
  const std::vector<std::string> options{"--budget", "--blocks", "--samples", "--total-budget"};
  EXPECT_EQ(nearest("--buget", options), "--budget");
  EXPECT_EQ(nearest("--sampels", options), "--samples");
  EXPECT_EQ(nearest("--block", options), "--blocks");
  EXPECT_EQ(nearest("--colour", options), "");
  EXPECT_EQ(nearest("", options), "");
}

TEST(Nearest, IsTheOneThatTheWordIsAPartOf) {
  const std::vector<std::string> ids{"bench/test_build.py::test_build[basic-n=10]", "bench/test_build.py::test_build[basic-n=100]",
                                     "bench/test_lp.py::test_lp[basic-n=10]"};
  EXPECT_EQ(nearest("test_build[basic-n=10]", ids), ids[0]);
  EXPECT_EQ(nearest("test_build[basic", ids), "") << "two begin so";
  EXPECT_EQ(nearest("lp[basic", ids), ids[2]);
}

}  // namespace
}  // namespace benchkit::base
