#include "base/xml.hpp"

#include <gtest/gtest.h>

namespace benchkit::base {
namespace {

TEST(Xml, WhatHasAMeaningIsEscaped) { EXPECT_EQ(xml_text("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; 'd'"); }

TEST(Xml, WhatCannotBeWrittenIsMadeVisible) {
  EXPECT_EQ(xml_text("a\x1b[31m\n\tb\x7f"), "a\\x1b[31m\\n\\tb\\x7f");
  EXPECT_EQ(xml_text(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(xml_text("\xff\xed\xa0\x80"), "\\xff\\xed\\xa0\\x80") << "no UTF-8, and half of a surrogate pair";
  EXPECT_EQ(xml_text("\xef\xbf\xbe\xef\xbf\xbf"), "\\ufffe\\uffff");
}

TEST(Xml, OtherTextStays) { EXPECT_EQ(xml_text("größe ]]> 測試 \xef\xbf\xbd"), "größe ]]&gt; 測試 \xef\xbf\xbd"); }

}  // namespace
}  // namespace benchkit::base
