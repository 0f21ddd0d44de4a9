#include "model/snapshot.hpp"

#include <gtest/gtest.h>

namespace benchkit {
namespace {

TEST(Session, SaysWhenItBeganWhateverTheFileHolds) {
  EXPECT_EQ(started_of({{{"started", "2026-11-24T10:00:00Z"}}}), "2026-11-24T10:00:00Z");
  EXPECT_EQ(started_of({{{"started", 5}}}), "");
  EXPECT_EQ(started_of({}), "");
}

TEST(Version, WasMeasuredUnlessItSaysWhyNot) {
  EXPECT_TRUE(was_measured({.label = "a"}));
  EXPECT_FALSE(was_measured({.label = "b", .details = {{"not_measured", "it does not build"}}}));
}

}  // namespace
}  // namespace benchkit
