#include "base/rare.hpp"

#include <string>

#include <gtest/gtest.h>

namespace benchkit::base {
namespace {

TEST(Rare, ReadsAsAnEmptyOneUntilItIsWrittenTo) {
  Rare<std::string> text;
  EXPECT_FALSE(text);
  EXPECT_TRUE(text->empty());
  EXPECT_EQ(text, Rare<std::string>());
  text.make() += "a";
  text.make() += "b";
  EXPECT_TRUE(text);
  EXPECT_EQ(*text, "ab");
}

TEST(Rare, IsCopiedAsAValueIs) {
  Rare<std::string> text;
  text = std::string("one");
  Rare<std::string> copy = text;
  copy.make() = "two";
  EXPECT_EQ(*text, "one");
  text = copy;
  copy = Rare<std::string>();
  EXPECT_EQ(*text, "two");
  EXPECT_FALSE(copy);
}

}  // namespace
}  // namespace benchkit::base
