// Fresh states, results that are kept, threads.
#include "core/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

class FakeClock final : public Clock {
 public:
  std::int64_t now_ns() noexcept override { return time_ns; }
  const protocol::ClockInfo& info() override { return info_; }
  std::int64_t time_ns = 0;

 private:
  protocol::ClockInfo info_{"fake", 1, 10};  // so a window of 10,000 ns is long enough
};

/// Counts calls by window.
struct Windows final : detail::Window {
  std::vector<std::uint64_t> calls;
  std::uint64_t called = 0;
  void begin() override { called = 0; }
  void end() override { calls.push_back(called); }
};

struct Batch : testing::Test {
  FakeClock clock;
  Windows windows;
  ProbeLog log;

  /// The calls in each window of `runs` batches of `n`.
  std::vector<std::uint64_t> calls(Case definition, std::uint64_t n, int runs = 1) {
    LiveCase live(definition, clock);
    for (int i = 0; i < runs; ++i) live.run(n, windows, log);
    return std::exchange(windows.calls, {});
  }
  Case counting(std::int64_t ns) {
    return {.id = "x", .run = [this, ns] {
              return [this, ns] {
                ++windows.called;
                clock.time_ns += ns;
              };
            }};
  }
};

TEST_F(Batch, APortionOfFreshStatesGrowsUntilItsWindowIsLongEnoughAndIsKept) {
  Case fresh = counting(2500);
  fresh.reuse = false;
  EXPECT_EQ(calls(fresh, 15, 2), (std::vector<std::uint64_t>{1, 2, 4, 4, 4, 4, 4, 4, 3}));
}

TEST_F(Batch, APortionIsFoundFromCallToCall) {
  Case fresh = counting(1);
  fresh.reuse = false;
  EXPECT_EQ(calls(fresh, 3, 3), (std::vector<std::uint64_t>{1, 2, 3, 3})) << "it does not begin again at 1";
}

TEST_F(Batch, FreshStatesAreBoundedByNumberAndBySize) {
  Case fresh = counting(0);
  fresh.reuse = false;
  fresh.max_states = 8;
  EXPECT_THAT(calls(fresh, 100), testing::Each(testing::Le(8u)));
  Case large{.id = "x",
             .run = [this] { return [this, held = std::array<char, 20 << 20>{}] { windows.called += held.size() > 0 ? 1 : 0; }; },
             .reuse = false};
  EXPECT_THAT(calls(large, 10), testing::Each(testing::Le(3u)));
}

TEST_F(Batch, ResultsThatAreKeptAreBounded) {
  Case kept{.id = "x", .run = [this] { return [this] { return ++windows.called; }; }, .keep_result = true, .max_states = 40};
  EXPECT_EQ(calls(kept, 100), (std::vector<std::uint64_t>{40, 40, 20}));
  struct Large {
    std::array<char, 1 << 20> bytes;
  };
  Case large{.id = "x",
             .run =
                 [this] {
                   return [this] {
                     ++windows.called;
                     return Large{};
                   };
                 },
             .keep_result = true};
  EXPECT_EQ(calls(large, 100), (std::vector<std::uint64_t>{64, 36}));
}

TEST_F(Batch, AnActionThatTimesSomeCallsOnlyFails) {
  Case sometimes{.id = "x", .run = [] {
                   return [call = 0](Probe& probe) mutable {
                     if (call++ % 2 == 0) probe.time(1);
                   };
                 }};
  EXPECT_THROW((void)calls(sometimes, 10), Error);
}

TEST_F(Batch, ThreadsTimeThemselvesAtOnce) {
  Case timed{.id = "x", .run = [] { return [](Probe& probe) { probe.time(5); }; }, .threads = 3};
  (void)calls(timed, 10);
  EXPECT_EQ(log.own_time_ns(), 50);
}

/// With so little room that only some of the threads have a stack.
[[noreturn]] void start_too_many_threads() {
  Case threaded{.id = "x", .run = [] { return [] {}; }, .threads = 64};
  LiveCase live(threaded, system_clock());
  Windows windows;
  ProbeLog log;
  rlimit room{};
  getrlimit(RLIMIT_AS, &room);
  room.rlim_cur = 256u << 20;
  setrlimit(RLIMIT_AS, &room);
  try {
    live.run(1, windows, log);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s", error.what());
    std::_Exit(3);
  }
  std::_Exit(0);
}

TEST(BatchDeathTest, ThreadsThatCannotBeStartedAreAnErrorAndNoDeadlock) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs more room than the limit leaves";
#endif
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(start_too_many_threads(), testing::ExitedWithCode(3), "cannot start 64 threads: ");
}

}  // namespace
}  // namespace benchkit::core
