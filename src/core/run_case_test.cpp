#include <benchkit/core/run_case.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include <benchkit/base/error.hpp>

namespace benchkit {
namespace {

/// Cheap, but for its first call.
Run slow_first_call(std::chrono::milliseconds first) {
  return [first] {
    return [first, calls = 0]() mutable {
      if (calls++ == 0) std::this_thread::sleep_for(first);
      return calls;
    };
  };
}

TEST(RunCase, ASlowFirstCallIsNotWhatTheOthersTake) {
  const CaseResult within =
      run_case({.id = "x", .run = slow_first_call(std::chrono::milliseconds(20))}, {.budget = std::chrono::milliseconds(200)});
  EXPECT_GT(within.iterations, 1000u);
  const CaseResult plain =
      run_case({.id = "x", .run = slow_first_call(std::chrono::milliseconds(0))}, {.budget = std::chrono::milliseconds(200)});
  EXPECT_LT(within.median, 100 * std::max(plain.median, 0.1)) << "the slow call alone, over all calls of a sample, is far more";
  const CaseResult beyond =
      run_case({.id = "x", .run = slow_first_call(std::chrono::milliseconds(50))}, {.budget = std::chrono::milliseconds(10)});
  EXPECT_GT(beyond.iterations, 1000u);
  EXPECT_LT(beyond.median, 1e6) << "it is a single sample, which may be preempted";
}

TEST(RunCase, FreshSetupsStayWithinTheBudget) {
  using Clock = std::chrono::steady_clock;
  int setups = 0;
  const Case dear{.id = "x",
                  .run =
                      [&setups] {
                        ++setups;
                        const auto until = Clock::now() + std::chrono::microseconds(20);
                        while (Clock::now() < until) {
                        }
                        return [] { return 1; };
                      },
                  .reuse = false};
  const CaseResult result = run_case(dear, {.budget = std::chrono::milliseconds(100)});
  EXPECT_LT(setups * std::chrono::microseconds(20), std::chrono::seconds(1)) << "ten budgets";
  EXPECT_FALSE(result.warnings.empty()) << "a window of that few calls is mostly clock";
}

TEST(RunCase, ASkippedCaseIsRefusedWithItsReason) {
  try {
    (void)run_case({.id = "x", .run = [] { return [] {}; }, .skip = "needs a GPU"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the case is skipped: needs a GPU");
  }
}

}  // namespace
}  // namespace benchkit
