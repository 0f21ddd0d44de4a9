#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace benchkit::base {
namespace {

TEST(Utf8, TakesWhatRfc3629Takes) {
  for (const char* good : {"", "plain", "\u00e9", "\u20ac", "\U0001f600", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\xff", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82z"}) {
    EXPECT_FALSE(is_utf8(bad)) << escape_non_utf8(bad);
  }
}

TEST(Utf8, EscapesOnlyTheBytesThatAreNone) {
  EXPECT_EQ(escape_non_utf8("caf\u00e9"), "caf\u00e9");
  EXPECT_EQ(escape_non_utf8("a\xffz\xc3"), "a\\xffz\\xc3");
}

TEST(FirstLine, EndsBeforeTheSecond) {
  EXPECT_EQ(first_line("one\ntwo\n"), "one");
  EXPECT_EQ(first_line("one"), "one");
  EXPECT_EQ(first_line(""), "");
}

}  // namespace
}  // namespace benchkit::base
