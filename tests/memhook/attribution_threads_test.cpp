// Attributed windows over threads, forks and signals.
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "attribution.hpp"
#include "core/checkpoints.hpp"

using benchkit::MemoryWindow;

namespace {

class AttributionThreads : public AttributionTest {};
INSTANTIATE_TEST_SUITE_P(Frames, AttributionThreads, testing::Values("victim_paths_kept.so", "victim_paths_omitted.so"),
                         [](const auto& victim) {
                           return std::string(victim.param).find("kept") != std::string::npos ? "kept" : "omitted";
                         });

TEST_P(AttributionThreads, EachThreadsPathsAndOneThatFreesForAnother) {
  std::vector<void*> blocks(3);
  MemoryWindow window({.attribute = true});
  std::thread([&] { blocks[0] = v.recurse(2, 50'000), blocks[1] = v.a(40'000); }).join();
  std::thread([&] { v.free(blocks[1]), blocks[2] = v.b(30'000); }).join();
  const auto seen = window.close();
  v.free(blocks[0]);
  v.free(blocks[2]);
  EXPECT_EQ(seen.peak_error_bytes, 0u);
  EXPECT_EQ(held(window), (Held{{"recurse>recurse>recurse>a", {50'000, 1}}, {"a", {40'000, 1}}}));
}

TEST_P(AttributionThreads, OnlyThisThread) {
  void* theirs = nullptr;
  MemoryWindow window({.this_thread = true, .attribute = true});
  void* const own = v.a(100);
  std::thread([&] { theirs = v.b(1'000'000); }).join();
  window.close();
  v.free(own);
  v.free(theirs);
  const Held seen = held(window);
  EXPECT_EQ(seen.count("b"), 0u);
  EXPECT_EQ(seen.at("a"), (Bytes{100, 1}));
}

/// Each thread holds much at its most, and all of them at once only by chance: the sum over the paths is the peak, whatever it is.
TEST_P(AttributionThreads, ThreadsThatRaceAddUp) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      unsigned random = static_cast<unsigned>(i);
      std::vector<void*> blocks(64);
      while (!stop) {
        random = random * 1664525u + 1013904223u;
        void*& block = blocks[(random >> 20) % blocks.size()];
        v.free(block);
        const std::size_t bytes = 1 + (random >> 8) % 5'000;
        block = (random & 0x10000) != 0 ? v.recurse(static_cast<int>((random >> 12) % 16), bytes) : v.many_registers(bytes, 1, 2, 3, 4, 5);
      }
      for (void* block : blocks) v.free(block);
    });
  }
  for (int i = 0; i < 50; ++i) {
    MemoryWindow window({.attribute = true});
    usleep(2'000);
    window.close();
    for (const auto& [name, bytes] : held(window)) {
      ASSERT_GT(bytes.blocks, 0) << name;
      ASSERT_TRUE(name == "many_registers>a" || name.starts_with("recurse>")) << name;
    }
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_P(AttributionThreads, CheckpointsWhileThreadsAllocate) {
  constexpr int kThreads = 3;
  constexpr int kRounds = 5;
  constexpr int kBlocks = 80;
  std::vector<benchkit::CallPaths> told;
  std::atomic<int> times{0};
  {
    benchkit::core::Checkpoints checkpoints([&](benchkit::CallPaths paths) {
      told.push_back(std::move(paths));
      ++times;
    });
    MemoryWindow window({.attribute = true});
    checkpoints.begin(window);
    std::vector<std::vector<void*>> blocks(kThreads);
    for (int round = 0; round < kRounds; ++round) {
      const int before = times;
      std::vector<std::thread> threads;
      for (auto& own : blocks) {
        threads.emplace_back([&] {
          for (int i = 0; i < kBlocks; ++i) own.push_back(v.recurse(i % 8, 50'000));
        });
      }
      for (std::thread& thread : threads) thread.join();
      while (times == before) std::this_thread::yield();  // each round adds more than a tenth, which is told sooner or later
    }
    checkpoints.end();
    window.close();
    for (auto& own : blocks) {
      for (void* block : own) v.free(block);
    }
    ASSERT_GE(told.size(), std::size_t{kRounds});
    EXPECT_LE(told.back().peak_bytes, window.read().peak_bytes);
  }
  std::int64_t last = 0;
  for (const benchkit::CallPaths& paths : told) {
    EXPECT_GT(paths.peak_bytes, last);
    last = paths.peak_bytes;
    std::int64_t named = 0;
    for (const auto& [name, bytes] : held(paths)) named += bytes.bytes;
    EXPECT_EQ(named % 50'000, 0);
    EXPECT_GE(named, paths.peak_bytes * 9 / 10) << "the rest are the threads' own vectors";
  }
}

/// On a loaded machine a look is dear, and the pause behind it long; a heap that runs away in that time is looked at all the same.
TEST_P(AttributionThreads, WhatGrowsFastIsNotWaitedFor) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kDearLook = std::chrono::milliseconds(200);
  std::atomic<std::int64_t> told_bytes{0};
  benchkit::core::Checkpoints checkpoints([&](const benchkit::CallPaths& paths) {
    if (told_bytes == 0) std::this_thread::sleep_for(kDearLook);
    told_bytes = paths.peak_bytes;
  });
  MemoryWindow window({.attribute = true});
  checkpoints.begin(window);
  void* const first = v.a(2'000'000);
  while (told_bytes < 2'000'000) std::this_thread::yield();
  const auto began = Clock::now();
  void* const second = v.a(40'000'000);
  while (told_bytes < 40'000'000) std::this_thread::yield();
  EXPECT_LT(Clock::now() - began, 10 * kDearLook);
  checkpoints.end();
  v.free(second);
  v.free(first);
}

TEST_P(AttributionThreads, ACallThatThrowsIsLookedAtOnceMore) {
  std::vector<benchkit::CallPaths> told;
  const auto fail = [&] {
    std::optional<MemoryWindow> window;
    benchkit::core::Checkpoints checkpoints([&](benchkit::CallPaths paths) { told.push_back(std::move(paths)); });
    checkpoints.begin(window.emplace(benchkit::MemoryOptions{.attribute = true}));
    v.free(v.a(5'000'000));
    throw std::bad_alloc();
  };
  EXPECT_THROW(fail(), std::bad_alloc);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(held(told.back()), (Held{{"a", {5'000'000, 1}}}));
}

TEST_P(AttributionThreads, ForksWhileThreadsAllocate) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> load;
  for (int i = 0; i < 3; ++i) {
    load.emplace_back([&] {
      while (!stop) v.free(v.recurse(5, 1'000));
    });
  }
  MemoryWindow window({.attribute = true});
  void* const block = v.b(3'000'000);
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(30);
      v.free(block);
      v.free(v.recurse(4, 50));
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0) << "child " << i;
  }
  stop = true;
  for (std::thread& thread : load) thread.join();
  window.close();
  v.free(block);
  EXPECT_EQ(held(window).at("b"), (Bytes{3'000'000, 1}));
}

std::atomic<Victim*> g_handlers_victim{nullptr};
void on_signal(int /*number*/) {
  Victim* const victim = g_handlers_victim;
  if (victim != nullptr) (void)victim->map(4096);
}

/// A handler that maps memory, as often as the timer can, while the thread below it is in the midst of attributing.
TEST_P(AttributionThreads, SignalsInTheMidst) {
  g_handlers_victim = &v;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, &before);
  const itimerval often{{0, 200}, {0, 200}};
  const itimerval never{};
  MemoryWindow window({.attribute = true});
  setitimer(ITIMER_REAL, &often, nullptr);
  for (int i = 0; i < 300'000; ++i) v.free(v.recurse(i % 9, 500'000));
  setitimer(ITIMER_REAL, &never, nullptr);
  const auto seen = window.close();
  sigaction(SIGALRM, &before, nullptr);
  g_handlers_victim = nullptr;
  EXPECT_GE(seen.peak_bytes, 500'000);
  const Held paths = held(window);
  EXPECT_TRUE(std::ranges::all_of(paths, [](const auto& one) { return one.second.bytes > 0; }));
}

}  // namespace
