// The account by itself, told of events as the hooks would tell it, with no allocator in between: so it runs under the sanitizers, which the hooks refuse.
#include "memhook/account.hpp"
#include "memhook/windows.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "memhook/abi.h"
#include "memhook/maps.hpp"
#include "memhook/objects.hpp"

namespace benchkit::memhook {
namespace {

constexpr int kThreads = 8;
constexpr std::size_t kPage = 4096;

std::int64_t opened(int flags, int account = BENCHKIT_MEMHOOK_TRUTH) {
  char why[200] = "";
  const std::int64_t window = open_window(account, flags, why, sizeof why);
  EXPECT_GT(window, 0) << why;
  return window;
}

benchkit_memhook_reading closed(std::int64_t window) {
  benchkit_memhook_reading seen;
  EXPECT_EQ(close_window(window, &seen), 0);
  return seen;
}

/// What is told of: an address is all that the account wants of it.
struct Told {
  std::unique_ptr<char> address;
  std::size_t bytes = 0;
};

Told make(std::size_t bytes) {
  Told told{std::make_unique<char>(), bytes};
  object_made(told.address.get(), bytes);
  return told;
}
void give_back(Told& told) {
  if (told.address != nullptr) object_gone(told.address.get());
  told.address.reset();
}

/// Threads that make, give back, and leave some to be given back by others.
class Load {
 public:
  Load() {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this, i] { work(static_cast<unsigned>(i)); });
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    for (Told& told : left_) give_back(told);
  }

 private:
  void work(unsigned seed) {
    std::minstd_rand random(seed + 1);
    std::vector<Told> own(32);
    const std::uintptr_t space = (std::uintptr_t{1} << 40) + (std::uintptr_t{seed} << 32);  // nobody's
    while (!stop_) {
      Told& told = own[random() % own.size()];
      give_back(told);
      told = make(1 + random() % 100'000);
      if (random() % 8 == 0) exchange(told);
      if (random() % 64 != 0) continue;
      auto* const map = reinterpret_cast<void*>(space);
      mapped(map, 16 * kPage, 3, 0x22, -1, BENCHKIT_HOOK_FRAME);
      unmapped(map, (1 + random() % 16) * kPage);
      unmapped(map, 16 * kPage);
    }
    for (Told& told : own) give_back(told);
  }

  void exchange(Told& told) {
    const std::lock_guard lock(mutex_);
    left_.push_back(std::move(told));
    if (left_.size() < 16) return;
    told = std::move(left_.front());
    left_.erase(left_.begin());
  }

  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<Told> left_;
  std::vector<std::thread> threads_;
};

TEST(Account, WindowsOpenAndCloseUnderLoadInEightThreads) {
  const Load load;
  for (int cycle = 0; cycle < 1000; ++cycle) {
    const std::int64_t outer = opened(cycle % 3 == 0 ? BENCHKIT_MEMHOOK_EXACT : 0);
    const std::int64_t inner = opened(cycle % 5 == 0 ? BENCHKIT_MEMHOOK_EXACT : 0);
    std::this_thread::yield();
    EXPECT_EQ(reset_window(inner), 0);
    benchkit_memhook_reading so_far;
    EXPECT_EQ(read_window(outer, &so_far), 0);
    const benchkit_memhook_reading of_inner = closed(inner);
    const benchkit_memhook_reading of_outer = closed(outer);
    EXPECT_LE(so_far.allocated_bytes, of_outer.allocated_bytes);
    EXPECT_LE(so_far.allocations, of_outer.allocations);
    for (const benchkit_memhook_reading& seen : {of_inner, of_outer}) {
      EXPECT_LE(seen.peak_bytes, static_cast<std::int64_t>(seen.allocated_bytes + seen.peak_error_bytes));
      EXPECT_LE(seen.live_bytes, seen.peak_bytes + static_cast<std::int64_t>(seen.peak_error_bytes));
      EXPECT_LE(seen.largest_bytes, 100'000u);
      EXPECT_EQ(seen.missed_events, 0u);
    }
  }
}

// What the paths held at the peak is the peak, whatever was on its way when the window opened and closed.
TEST(Account, AttributedWindowsOpenAndCloseUnderLoad) {
  const Load load;
  for (int cycle = 0; cycle < 300; ++cycle) {
    const std::int64_t window = opened(BENCHKIT_MEMHOOK_ATTRIBUTE);
    std::this_thread::yield();
    const benchkit_memhook_reading seen = closed(window);
    std::int64_t held = 0;
    const auto add = [](const benchkit_memhook_path* path, void* sum) {
      *static_cast<std::int64_t*>(sum) += path->bytes;
      return 0;
    };
    EXPECT_EQ(visit_window_paths(window, add, &held), 0);
    EXPECT_EQ(forget_window_paths(window), 0);
    EXPECT_EQ(held, seen.peak_bytes) << "cycle " << cycle;
    EXPECT_EQ(seen.missed_events, 0u);
  }
}

/// Addresses that nobody has, so many that making them would take longer than counting them.
void* nobodys(unsigned thread, std::size_t i) {
  return reinterpret_cast<void*>((std::uintptr_t{1} << 42) + (std::uintptr_t{thread} << 32) + i * 16);
}

// What ended threads leave behind must not be room for those that come after them.
TEST(Account, ThreadsThatFollowEachOtherInGenerations) {
  constexpr std::size_t kBlock = 4000;
  const auto generation = [](std::size_t blocks) {
    std::barrier<> together(kThreads);
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&together, thread, blocks] {
        together.arrive_and_wait();
        for (std::size_t i = 0; i < blocks; ++i) object_made(nobodys(thread, i), kBlock);
        together.arrive_and_wait();
        for (std::size_t i = 0; i < blocks; ++i) object_gone(nobodys(thread, i));
      });
    }
    for (std::thread& thread : threads) thread.join();
  };
  const std::int64_t window = opened(0);
  generation(2'500);
  Told little = make(100);
  give_back(little);
  generation(10'000);
  const benchkit_memhook_reading seen = closed(window);
  const std::int64_t peak = kThreads * 10'000 * static_cast<std::int64_t>(kBlock);
  EXPECT_NEAR(static_cast<double>(seen.peak_bytes), static_cast<double>(peak), static_cast<double>(seen.peak_error_bytes));
  EXPECT_LE(static_cast<double>(seen.peak_error_bytes), static_cast<double>(peak) / 2000);
  EXPECT_EQ(seen.live_bytes, 0);
}

/// Threads that make and give back one block at a time, and can be told to rest, when nothing of theirs lives.
class RestingLoad {
 public:
  RestingLoad() {
    for (unsigned thread = 0; thread < kThreads; ++thread) {
      threads_.emplace_back([this, thread] {
        while (!stop_) {
          if (pause_) {
            ++resting_;
            while (pause_ && !stop_) std::this_thread::sleep_for(kMoment);
            --resting_;
          }
          object_made(nobodys(thread, 0), 4000);
          object_gone(nobodys(thread, 0));
        }
      });
    }
  }
  RestingLoad(const RestingLoad&) = delete;
  RestingLoad& operator=(const RestingLoad&) = delete;
  ~RestingLoad() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  /// Returns when all of them rest, or work again.
  void rest(bool rests) {
    pause_ = rests;
    while (resting_ != (rests ? kThreads : 0)) std::this_thread::sleep_for(kMoment);
  }

 private:
  static constexpr std::chrono::microseconds kMoment{20};
  std::atomic<bool> stop_{false};
  std::atomic<bool> pause_{false};
  std::atomic<int> resting_{0};
  std::vector<std::thread> threads_;
};

std::int64_t live_in(std::int64_t window) {
  benchkit_memhook_reading seen{};
  EXPECT_EQ(read_window(window, &seen), 0);
  return seen.live_bytes;
}

// An event on its way into a window that is closed meanwhile must not end up in the next one, where its other half would be missing.
TEST(Account, EventsInFlightWhenTheNextWindowOpens) {
  RestingLoad load;
  for (int cycle = 0; cycle < 40; ++cycle) {
    const std::int64_t before = opened(0);
    std::this_thread::sleep_for(std::chrono::microseconds(300));
    (void)closed(before);
    const std::int64_t window = opened(0);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    load.rest(true);
    EXPECT_EQ(live_in(window), 0) << "cycle " << cycle;
    (void)closed(window);
    load.rest(false);
  }
}

void open_and_close(int times) {
  for (int i = 0; i < times; ++i) (void)closed(opened(0));
}

/// A block is made by who saw the windows as they were when `tag` was the newest one's, and comes to mark and count it only now.
void make_late(void* address, std::size_t bytes, unsigned tag) {
  const Birth birth = birth_of(tag, 0);
  remember_foreign(reinterpret_cast<std::uintptr_t>(address), {bytes, birth});
  count_allocation(*here(), g_depth, bytes, tag, [birth] { return birth; });
}

// Tags begin again while an event is under way. It counts in the windows that it began in, and in none that was opened since; as often as they begin again.
TEST(Account, TagsBeginAgainWhileAnEventIsUnderWay) {
  constexpr std::size_t kBytes = 1'000;
  auto* const block = reinterpret_cast<void*>((std::uintptr_t{1} << 41) + 64);  // nobody's
  for (const int before : {0, 250, 508, 509, 510, 511}) {
    for (const int meanwhile : {1, 200, 509}) {
      const std::int64_t outer = opened(0);
      open_and_close(before);
      const std::int64_t inner = opened(0);
      const unsigned tag = birth_tag(here());
      open_and_close(meanwhile);
      make_late(block, kBytes, tag);
      const std::int64_t later = opened(0);
      benchkit_memhook_reading seen;
      for (const std::int64_t window : {outer, inner}) {
        ASSERT_EQ(read_window(window, &seen), 0);
        EXPECT_EQ(seen.live_bytes, kBytes) << before << ' ' << meanwhile;
      }
      object_gone(block);
      EXPECT_EQ(closed(later).live_bytes, 0) << before << ' ' << meanwhile;
      EXPECT_EQ(closed(inner).live_bytes, 0) << before << ' ' << meanwhile;
      EXPECT_EQ(closed(outer).live_bytes, 0) << before << ' ' << meanwhile;
    }
  }
}

// Blocks and maps that live on while tags begin again several times; a thread's own windows are no others'.
TEST(Account, WhatLivesOnWhileTagsBeginAgain) {
  constexpr std::size_t kBytes = 1'000;
  const std::uintptr_t space = std::uintptr_t{1} << 41;  // nobody's
  const auto block = [space](int i) { return reinterpret_cast<void*>(space + 64u * static_cast<unsigned>(i + 1)); };
  auto* const map = reinterpret_cast<void*>(space + (std::uintptr_t{1} << 30));
  object_made(block(0), kBytes);  // in no window
  const std::int64_t outer = opened(0);
  object_made(block(1), kBytes);
  mapped(map, kPage, 3, 0x22, -1, BENCHKIT_HOOK_FRAME);
  open_and_close(100);
  const std::int64_t inner = opened(BENCHKIT_MEMHOOK_THIS_THREAD);
  object_made(block(2), kBytes);
  std::thread([&] { object_made(block(3), kBytes); }).join();
  for (int turn = 0; turn < 5; ++turn) {
    for (int i = 0; i < 300; ++i) (void)closed(opened(BENCHKIT_MEMHOOK_THIS_THREAD));
    const std::int64_t innermost = opened(BENCHKIT_MEMHOOK_THIS_THREAD);
    object_made(block(4), kBytes);
    EXPECT_EQ(closed(innermost).live_bytes, kBytes);
    benchkit_memhook_reading seen;
    ASSERT_EQ(read_window(inner, &seen), 0);
    EXPECT_EQ(seen.live_bytes, 2 * kBytes);
    object_gone(block(4));
  }
  for (int i = 0; i < 4; ++i) object_gone(block(i));
  EXPECT_EQ(closed(inner).live_bytes, 0);
  unmapped(map, kPage);
  const benchkit_memhook_reading seen = closed(outer);
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(seen.peak_bytes, kPage + 4 * kBytes);
}

TEST(Account, WindowsOfThreadsBesideEachOther) {
  std::vector<std::thread> threads;
  for (int i = 1; i <= kThreads; ++i) {
    threads.emplace_back([i] {
      std::vector<Told> own(16);
      for (int cycle = 0; cycle < 100; ++cycle) {
        const std::int64_t window = opened(BENCHKIT_MEMHOOK_THIS_THREAD);
        for (Told& told : own) told = make(static_cast<std::size_t>(i) * 100);
        for (Told& told : own) give_back(told);
        benchkit_memhook_reading seen;
        ASSERT_EQ(close_window(window, &seen), 0);
        ASSERT_EQ(seen.peak_bytes, 1600 * i);
        ASSERT_EQ(seen.live_bytes, 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

#ifdef __x86_64__  // elsewhere a change of a counter is more than one instruction (relaxed.hpp)
// Between any two instructions of the counting a handler may count too, and neither may overwrite what the other did.
TEST(Account, ASignalThatCountsLosesNothing) {
  constexpr std::size_t kBytes = 1'000;
  constexpr int kSignals = 10'000;
  static Place* place;
  static std::atomic<int> handled;
  static std::atomic<unsigned> tag;
  handled = 0;
  const std::int64_t window = opened(0);
  place = here();
  tag = birth_tag(place);
  const auto count = [] {
    const Birth birth = birth_of(tag, 0);
    count_allocation(*place, g_depth, kBytes, tag, [birth] { return birth; });
  };
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) {
    const Birth birth = birth_of(tag, 0);
    if (handled % 2 == 0) count_allocation(*place, g_depth, kBytes, tag, [birth] { return birth; });
    else count_release(*place, g_depth, kBytes, birth, -1);
    ++handled;
  };
  sigaction(SIGUSR1, &action, &before);
  count();  // the share is there before the first signal
  std::thread sender([target = pthread_self()] {
    while (handled < kSignals) pthread_kill(target, SIGUSR1);
  });
  std::uint64_t counted = 1;
  while (handled < kSignals) {
    count();
    count_release(*place, g_depth, kBytes, birth_of(tag, 0), -1);
    ++counted;
  }
  sender.join();
  sigaction(SIGUSR1, &before, nullptr);
  const benchkit_memhook_reading seen = closed(window);
  const int of_signals = handled;
  const std::uint64_t events = counted + static_cast<std::uint64_t>((of_signals + 1) / 2);
  EXPECT_EQ(seen.missed_events, 0u);
  EXPECT_EQ(seen.live_bytes, static_cast<std::int64_t>(kBytes) * (1 + of_signals % 2));
  EXPECT_EQ(seen.allocations, events);
  EXPECT_EQ(seen.allocated_bytes, events * kBytes);
  EXPECT_EQ(seen.peak_bytes, 3 * static_cast<std::int64_t>(kBytes));
}
#endif

}  // namespace
}  // namespace benchkit::memhook
