#include "base/parallel.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace benchkit::base {
namespace {

TEST(ParallelFor, StaysOnItsThreadWhereThatIsWanted) {
  const auto threads_of = [] {
    std::vector<std::thread::id> seen(1000);
    parallel_for(seen.size(), 1, [&](std::size_t i) { seen[i] = std::this_thread::get_id(); });
    return seen;
  };
  {
    const OnOneThread alone;
    EXPECT_EQ(threads_of(), std::vector<std::thread::id>(1000, std::this_thread::get_id()));
  }
  EXPECT_FALSE(OnOneThread::wanted());
}

TEST(ParallelFor, EveryTurnIsTakenOnce) {
  for (const std::size_t count : {0U, 1U, 7U, 64U, 1000U}) {
    std::vector<int> taken(count);
    parallel_for(count, 3, [&](std::size_t i) { ++taken[i]; });
    EXPECT_EQ(std::accumulate(taken.begin(), taken.end(), 0), static_cast<int>(count));
    EXPECT_TRUE(std::all_of(taken.begin(), taken.end(), [](int times) { return times == 1; }));
  }
}

TEST(ParallelFor, TheFirstExceptionComesOut) {
  for (int attempt = 0; attempt < 50; ++attempt) {
    try {
      parallel_for(100, 1, [](std::size_t i) {
        if (i >= 10) throw std::runtime_error(std::to_string(i));
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "10");
    }
  }
}

}  // namespace
}  // namespace benchkit::base
