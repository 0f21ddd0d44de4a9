#include "base/list.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace benchkit::base {
namespace {

TEST(List, SomeOfManyWordsAndHowManyMoreThereAre) {
  const std::vector<std::string> words{"a", "b", "c", "d"};
  EXPECT_EQ(some_of(words, 5), "a, b, c, d");
  EXPECT_EQ(some_of(words, 4), "a, b, c, d");
  EXPECT_EQ(some_of(words, 3), "a, b, c and 1 more");
  EXPECT_EQ(some_of(words, 1), "a and 3 more");
  EXPECT_EQ(some_of({}, 3), "");
}

TEST(List, EachPartIsTold) {
  std::vector<std::string> parts;
  for_each_part("a,,b", [&](std::string_view part) { parts.emplace_back(part); });
  EXPECT_EQ(parts, (std::vector<std::string>{"a", "", "b"}));
}

}  // namespace
}  // namespace benchkit::base
