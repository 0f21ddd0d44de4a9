// Windows over several threads.
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>
#include <csignal>
#include <cstring>

#include <array>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

#include "window.hpp"

using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

class Threads : public MemoryTest {};

/// The peak as a counter that every thread shares would see it, to within what is in flight.
struct Truth {
  std::atomic<std::int64_t> live{0};
  std::atomic<std::int64_t> peak{0};
  void add(std::int64_t bytes) {
    const std::int64_t now = live.fetch_add(bytes) + bytes;
    std::int64_t seen = peak.load();
    while (now > seen && !peak.compare_exchange_weak(seen, now)) {
    }
  }
};

/// Ramps up, wavers at the top, comes down: so that the peak is made by all together.
void work(unsigned seed, Truth& truth, std::size_t blocks) {
  std::mt19937 random(seed);
  const auto list_bytes = static_cast<std::int64_t>(blocks * sizeof(std::pair<void*, std::size_t>));
  truth.add(list_bytes);
  std::vector<std::pair<void*, std::size_t>> held(blocks);
  for (auto& [block, bytes] : held) {
    bytes = 1 + random() % 4000;
    truth.add(static_cast<std::int64_t>(bytes));
    block = take(bytes);
  }
  for (std::size_t step = 0; step < blocks * 4; ++step) {
    auto& [block, bytes] = held[random() % blocks];
    give(block);
    truth.add(-static_cast<std::int64_t>(bytes));
    bytes = 1 + random() % 4000;
    truth.add(static_cast<std::int64_t>(bytes));
    block = take(bytes);
  }
  for (auto& [block, bytes] : held) {
    give(block);
    truth.add(-static_cast<std::int64_t>(bytes));
  }
  truth.add(-list_bytes);
}

TEST_F(Threads, ThePeakIsWithinItsBoundAndATwoThousandthOfIt) {
  for (const unsigned count : {2u, 4u, 8u}) {
    for (const bool exact : {false, true}) {
      Truth truth;
      std::barrier<> together(static_cast<std::ptrdiff_t>(count) + 1);
      std::vector<std::thread> threads;
      MemoryReading seen;
      {
        for (unsigned i = 0; i < count; ++i) {
          threads.emplace_back([&, i] {
            together.arrive_and_wait();
            work(i, truth, 10'000);
            together.arrive_and_wait();
          });
        }
        MemoryWindow window({.exact = exact});
        together.arrive_and_wait();
        together.arrive_and_wait();
        seen = window.close();
      }
      for (std::thread& thread : threads) thread.join();
      const auto peak = truth.peak.load();
      const auto error = static_cast<double>(std::abs(seen.peak_bytes - peak));
      EXPECT_LE(error, 0.0005 * static_cast<double>(peak) + 8 * 4000.0) << count << " threads, exact " << exact;  // and what is in flight
      EXPECT_EQ(seen.live_bytes, 0);
      EXPECT_EQ(seen.threads, count);
      EXPECT_LE(static_cast<double>(seen.peak_error_bytes), exact ? 0 : 0.0005 * static_cast<double>(seen.peak_bytes));
    }
  }
}

TEST_F(Threads, OneThreadFreesWhatAnotherMade) {
  MemoryWindow window;
  std::vector<void*> blocks(1000);
  std::thread maker([&] {
    for (void*& block : blocks) block = take(100);
  });
  maker.join();
  std::thread other([&] {
    for (void* block : blocks) give(block);
  });
  other.join();
  const MemoryReading seen = window.close();
  EXPECT_GE(seen.peak_bytes, 100'000 + 8000);
  EXPECT_LT(seen.live_bytes, 100'000);
  EXPECT_EQ(seen.largest_bytes, 8000u);
}

TEST_F(Threads, ManyThreadsThatFollowEachOther) {
  MemoryWindow window;
  void* left = nullptr;
  for (int i = 0; i < 6000; ++i) std::thread([&] { give(left), left = take(24); }).join();
  const MemoryReading seen = window.close();
  give(left);
  EXPECT_EQ(seen.missed_events, 0u);
  EXPECT_GE(seen.allocations, 6000u);
}

struct FreesAtExit {
  void* block = nullptr;
  ~FreesAtExit() { give(block); }
};
thread_local FreesAtExit t_at_exit;

TEST_F(Threads, DestructorsOfAThreadFreeAfterItsEnd) {
  MemoryWindow window;
  std::int64_t live = 0;
  std::thread([&] { t_at_exit.block = take(5000), live = window.read().live_bytes; }).join();
  const MemoryReading seen = window.close();
  EXPECT_GE(live, 5000);
  EXPECT_LT(seen.live_bytes, 5000);
}

TEST_F(Threads, AWindowOfOneThreadSeesThatThreadAlone) {
  std::atomic<bool> stop{false};
  std::atomic<int> rounds{0};
  std::thread noise([&] {
    while (!stop) give(take(1 << 20)), ++rounds;
  });
  MemoryWindow window({.this_thread = true});
  const int before = rounds;
  void* const block = take(100);
  while (rounds < before + 10) std::this_thread::yield();
  give(block);
  const MemoryReading seen = window.close();
  stop = true;
  noise.join();
  EXPECT_EQ(seen.peak_bytes, 100);
  EXPECT_EQ(seen.allocations, 1u);
  EXPECT_EQ(seen.live_bytes, 0);
}

TEST_F(Threads, TwoThreadsWithAWindowEach) {
  std::barrier<> together(2);
  const auto measure = [&](std::size_t bytes) {
    MemoryWindow window({.this_thread = true});
    together.arrive_and_wait();
    void* const block = take(bytes);
    together.arrive_and_wait();
    const MemoryReading seen = window.close();
    give(block);
    return seen;
  };
  MemoryReading one, two;
  std::thread first([&] { one = measure(1000); });
  std::thread second([&] { two = measure(77); });
  first.join();
  second.join();
  EXPECT_EQ(one.peak_bytes, 1000);
  EXPECT_EQ(two.peak_bytes, 77);
}

// Each is closed when the next one is open, so that there are never more than two.
TEST_F(Threads, WindowsOfThreadsThatOverlapWithoutEnd) {
  std::binary_semaphore turns[2]{std::binary_semaphore(1), std::binary_semaphore(0)};
  const auto measure = [&](int number) {
    std::unique_ptr<MemoryWindow> window;
    for (int i = 0; i < 200; ++i) {
      turns[number].acquire();
      if (window != nullptr) {
        EXPECT_EQ(window->close().peak_bytes, 100 + number);
      }
      window = std::make_unique<MemoryWindow>(benchkit::MemoryOptions{.this_thread = true});
      give(take(static_cast<std::size_t>(100 + number)));
      turns[1 - number].release();
    }
  };
  std::thread first(measure, 0);
  std::thread second(measure, 1);
  first.join();
  second.join();
}

// Tags are ten bits and start again: what was born in a window of one thread is never another's, whoever frees it.
TEST_F(Threads, WhatAnotherThreadsWindowMadeIsNotOursWhenTagsStartAgain) {
  MemoryWindow of_process;
  MemoryWindow ours({.this_thread = true});
  void* theirs = nullptr;
  std::thread([&] {
    const MemoryWindow window({.this_thread = true});
    theirs = take(5000);
  }).join();
  const std::int64_t ours_before = ours.read().live_bytes;  // something of the thread's, which it freed
  const std::int64_t all_before = of_process.read().live_bytes;
  for (int i = 0; i < 1100; ++i) MemoryWindow({.this_thread = true}).close();
  void* const own = take(100);
  give(theirs);
  EXPECT_EQ(ours.close().live_bytes, ours_before + 100);
  EXPECT_EQ(of_process.close().live_bytes, all_before + 100 - 5000);
  give(own);
}

TEST_F(Threads, WhatAThreadsWindowSawStaysWhenTheThreadIsGone) {
  std::unique_ptr<MemoryWindow> window;
  std::thread([&] {
    window = std::make_unique<MemoryWindow>(benchkit::MemoryOptions{.this_thread = true});
    give(take(1000));
  }).join();
  std::thread([] { give(take(50'000)); }).join();  // in the place of the one that is gone
  EXPECT_EQ(window->close().peak_bytes, 1000);
}

/// Of this process.
std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t pages = 0;
  file >> pages >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

/// Eight threads that allocate without pause.
class EightThreads {
 public:
  EightThreads() {
    for (std::size_t i = 0; i < events_.size(); ++i) threads_.emplace_back([this, i] { work(i); });
  }
  EightThreads(const EightThreads&) = delete;
  EightThreads& operator=(const EightThreads&) = delete;
  ~EightThreads() { stop(); }
  void stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  /// Until each of them has done so many events more.
  void wait_for_each(unsigned events) const {
    for (const std::atomic<unsigned>& done : events_) {
      for (const unsigned before = done; done - before < events;) std::this_thread::yield();
    }
  }

 private:
  void work(std::size_t i) {
    std::mt19937 random(static_cast<unsigned>(i));
    std::vector<void*> held(64);
    for (; !stop_; ++events_[i]) {
      void*& block = held[random() % held.size()];
      give(block);
      block = take(random() % 3000);
    }
    for (void* block : held) give(block);
  }

  std::array<std::atomic<unsigned>, 8> events_{};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

// Hooks put in and taken out, windows opened and closed, while eight threads allocate without pause. What would be lost at each cycle shows at the end.
TEST_F(Threads, AThousandCyclesUnderLoad) {
  constexpr int kWarm = 200;
  constexpr std::int64_t kNoise = 3 << 20;
  EightThreads load;
  std::int64_t resident = 0;
  for (int cycle = 0; cycle < 1000; ++cycle) {
    MemoryWindow window({.exact = cycle % 7 == 3, .attribute = cycle % 50 == 5});
    give(take(64));
    if (cycle % 50 == 0) {
      load.wait_for_each(1000);
      ASSERT_GE(window.read().threads, 9u);
    }
    const MemoryReading seen = window.close();
    ASSERT_GE(seen.peak_bytes, 64);
    if (cycle % 10 == 0) benchkit::detach_memory_hooks();
    if (cycle == kWarm) resident = resident_bytes();
  }
  EXPECT_LT(resident_bytes(), resident + kNoise);
  load.stop();
  MemoryWindow window;
  give(take(10));
  EXPECT_EQ(window.close().peak_bytes, 10);
}

// A handler may call mmap at any moment, in the middle of the counting too.
TEST_F(Threads, SignalsThatMapMemory) {
  static std::atomic<int> handled{0};
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) {
    void* const page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page, 4096);
    ++handled;
  };
  sigaction(SIGALRM, &action, &before);
  itimerval every{{0, 200}, {0, 200}};
  itimerval never{};
  setitimer(ITIMER_REAL, &every, nullptr);
  MemoryWindow window;
  while (handled < 300) {
    void* const page = mmap(nullptr, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    give(take(200'000));
    munmap(page, 8192);
  }
  const MemoryReading seen = window.close();
  setitimer(ITIMER_REAL, &never, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_GE(seen.peak_bytes, 200'000);
  if (seen.missed_events == 0) {
    EXPECT_EQ(seen.live_bytes, 0);
  }
}

// A handler may allocate while this thread maps memory, since the allocator itself is not interrupted then; the counting may be.
TEST_F(Threads, SignalsThatAllocate) {
  static std::atomic<int> handled{0};
  static void* volatile held[64];
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) {
    void* volatile& block = held[handled % 64];
    std::free(block);
    block = std::malloc(100'000);
    ++handled;
  };
  MemoryWindow window;
  sigaction(SIGALRM, &action, &before);
  itimerval every{{0, 200}, {0, 200}};
  itimerval never{};
  setitimer(ITIMER_REAL, &every, nullptr);
  while (handled < 300) {
    void* const page = mmap(nullptr, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page, 8192);
  }
  setitimer(ITIMER_REAL, &never, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  const MemoryReading held_now = window.read();
  for (void* volatile& block : held) {
    give(block);
    block = nullptr;
  }
  const MemoryReading seen = window.close();
  EXPECT_GT(held_now.live_bytes, 0);
  if (seen.missed_events == 0) {
    EXPECT_EQ(held_now.live_bytes, 64 * 100'000);
    EXPECT_EQ(seen.live_bytes, 0);
  }
}

// libc frees what it kept for a thread when the thread's own destructors have all run. More threads than there are places for.
TEST_F(Threads, WhatLibcFreesAfterTheDestructorsTakesNoPlaceForEver) {
  MemoryWindow window;
  for (int i = 0; i < 4'300; ++i) std::thread([i] { EXPECT_NE(strerror(100'000 + i), nullptr); }).join();
  const MemoryReading seen = window.close();
  EXPECT_EQ(seen.missed_events, 0u);
  EXPECT_LE(seen.peak_error_bytes, 1u << 16);
  EXPECT_LE(seen.live_bytes, 4'096);
}

}  // namespace
