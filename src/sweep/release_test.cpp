#include "sweep/release.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit::sweep {
namespace {

TEST(Release, WhatIsOne) {
  for (const char* release : {"1", "1.2.0.post1", "1.2.0.dev3", "1.0-rc1", "1.0rc1", "2!1.0", "1.0+local.7", "v1.2", "1.0-1"})
    EXPECT_TRUE(parse_release(release)) << release;
  for (const char* other : {"", "HEAD", "1.2.x", "main", "1..2", "v"}) EXPECT_FALSE(parse_release(other)) << other;
  EXPECT_EQ(parse_release("1.0"), parse_release("1.0.0"));
  EXPECT_EQ(parse_release("1.0-rc1"), parse_release("1.0rc1"));
}

TEST(Release, TheOrderOfPep440) {
  const std::vector<std::string> sorted{"1.0.dev1",  "1.0a1.dev1",     "1.0a1",     "1.0b2", "1.0rc1", "1.0",
                                        "1.0+local", "1.0.post1.dev1", "1.0.post1", "1.1",   "1.10",   "1!0.1"};
  for (std::size_t i = 1; i < sorted.size(); ++i) EXPECT_LT(*parse_release(sorted[i - 1]), *parse_release(sorted[i])) << sorted[i];
}

TEST(Release, Ranges) {
  using Texts = std::vector<std::string>;
  const Texts all{"0.10.1", "0.4.4", "0.5.0", "0.5.8", "0.6.0rc1", "0.6.0", "0.6.0.post1", "1.0", "nonsense"};
  EXPECT_EQ(releases_in(">=0.5", all), (Texts{"0.5.0", "0.5.8", "0.6.0", "0.6.0.post1", "0.10.1", "1.0"}));
  EXPECT_EQ(releases_in(">=0.5,<0.6", all), (Texts{"0.5.0", "0.5.8"}));
  EXPECT_EQ(releases_in("~=0.5.0", all), (Texts{"0.5.0", "0.5.8"}));
  EXPECT_EQ(releases_in("==0.6.*", all), (Texts{"0.6.0", "0.6.0.post1"}));
  EXPECT_EQ(releases_in(">0.6.0,!=1.0", all), (Texts{"0.10.1"}));
  EXPECT_EQ(releases_in(">=0.6.0rc1,<1", all), (Texts{"0.6.0rc1", "0.6.0", "0.6.0.post1", "0.10.1"}));
  EXPECT_EQ(last_of_each_minor(releases_in(">=0.1", all)), (Texts{"0.4.4", "0.5.8", "0.6.0.post1", "0.10.1", "1.0"}));
  for (const char* other : {"~=1", ">=1.*", "==1.0rc1.*", "==1.0+cpu.*"}) EXPECT_THROW((void)releases_in(other, all), Error) << other;
  EXPECT_THROW((void)releases_in(">=x", all), Error);
  EXPECT_THROW((void)releases_in("1.0", all), Error);
}

// What the package `packaging` says of the same.
TEST(Release, RangesOverEpochsPostReleasesAndLocalVersions) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(releases_in("~=2.2.post3", {"2.2", "2.2.post3", "2.2.1", "2.3", "2.9", "3.0"}), (Texts{"2.2.post3", "2.2.1", "2.3", "2.9"}));
  const Texts epochs{"1!1.0", "1!2.1", "1!2.2", "1!2.2.1", "1!2.2.9", "1!2.3", "1!3.0"};
  EXPECT_EQ(releases_in("~=1!2.2", epochs), (Texts{"1!2.2", "1!2.2.1", "1!2.2.9", "1!2.3"}));
  EXPECT_EQ(releases_in("~=1!2.2.1", epochs), (Texts{"1!2.2.1", "1!2.2.9"}));
  EXPECT_EQ(releases_in(">=0,==1!2.*", epochs), (Texts{"1!2.1", "1!2.2", "1!2.2.1", "1!2.2.9", "1!2.3"}));
  EXPECT_EQ(releases_in(">=1!1,!=1!2.*", epochs), (Texts{"1!1.0", "1!3.0"}));
  EXPECT_EQ(releases_in("<=1.0", {"1.0", "1.0+cpu"}), (Texts{"1.0", "1.0+cpu"}));
  EXPECT_EQ(releases_in(">1.0", {"1.0+cpu", "1.1"}), (Texts{"1.1"}));
  EXPECT_EQ(releases_in("!=1.0", {"1.0+cpu", "1.1"}), (Texts{"1.1"}));
  EXPECT_EQ(releases_in("==1.0+cpu", {"1.0+cpu", "1.0"}), (Texts{"1.0+cpu"}));
  EXPECT_LT(*parse_release("1.0+1.9"), *parse_release("1.0+1.10"));
  EXPECT_TRUE(is_release("2.0+cpu", "2.0"));
  EXPECT_FALSE(is_release("2.0", "2.0+cpu"));
}

}  // namespace
}  // namespace benchkit::sweep
