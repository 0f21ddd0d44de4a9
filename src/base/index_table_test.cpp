#include "base/index_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace benchkit::base {
namespace {

// Against the standard's map, with hashes that collide often.
TEST(IndexTable, FindsWhatAMapFinds) {
  std::mt19937_64 random(7);
  for (const std::size_t hashes : {1U, 16U, 1'000'000U}) {
    IndexTable table;
    std::vector<std::string> list;
    std::unordered_map<std::string, std::size_t> map;
    for (int i = 0; i < 2000; ++i) {
      const std::string word = std::to_string(random() % 1500);
      const std::size_t hash = std::hash<std::string>()(word) % hashes;
      const auto wanted = map.emplace(word, list.size());
      const auto [position, is_new] = table.insert(hash, list.size(), [&](std::size_t at) { return list[at] == word; });
      ASSERT_EQ(is_new, wanted.second);
      ASSERT_EQ(position, wanted.first->second);
      if (is_new) list.push_back(word);
    }
    EXPECT_GT(list.size(), 1000U);
  }
}

}  // namespace
}  // namespace benchkit::base
