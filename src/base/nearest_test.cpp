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

}  // namespace
}  // namespace benchkit::base
