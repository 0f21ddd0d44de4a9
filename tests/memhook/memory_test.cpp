// Windows over one thread's heap: to the byte.
#include <malloc.h>

#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include "window.hpp"

using benchkit::Account;
using benchkit::Error;
using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

TEST(MemoryRefusal, ASanitizerIsNamed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  try {
    MemoryWindow window;
    FAIL() << "a sanitizer's allocator was patched";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("sanitizer"), std::string::npos) << error.what();
  }
#else
  EXPECT_NO_THROW(MemoryWindow{});
#endif
}

class Memory : public MemoryTest {};

TEST_F(Memory, PeakLiveAllocatedCountLargest) {
  MemoryWindow window;
  void* const a = take(1000);
  void* const b = take(5000);
  give(a);
  void* const c = take(300);
  const MemoryReading seen = window.close();
  EXPECT_EQ(seen.peak_bytes, 6000);
  EXPECT_EQ(seen.live_bytes, 5300);
  EXPECT_EQ(seen.allocated_bytes, 6300u);
  EXPECT_EQ(seen.allocations, 3u);
  EXPECT_EQ(seen.largest_bytes, 5000u);
  EXPECT_EQ(seen.peak_error_bytes, 0u);
  EXPECT_EQ(seen.missed_events, 0u);
  EXPECT_EQ(seen.threads, 1u);
  give(b);
  give(c);
}

TEST_F(Memory, EveryWayToAllocateCountsWhatWasAskedFor) {
  MemoryWindow window;
  void* aligned = nullptr;
  ASSERT_EQ(posix_memalign(&aligned, 4096, 777), 0);
  std::vector<void*> blocks{std::calloc(7, 11), aligned,    aligned_alloc(64, 640),
                            memalign(256, 33),  valloc(55), reallocarray(nullptr, 3, 5)};
  const MemoryReading with_list = window.read();
  for (void* block : blocks) give(block);
  std::vector<void*>().swap(blocks);
  auto number = std::make_unique<std::int64_t>(1);
  auto aligned_object = new (std::align_val_t{128}) char[200];
  asm volatile("" : : "r"(number.get()), "r"(aligned_object) : "memory");
  ::operator delete[](aligned_object, std::align_val_t{128});
  number.reset();
  const MemoryReading seen = window.close();
  // The vector's own block is made twice: by the list and by its copy.
  EXPECT_EQ(with_list.live_bytes, 77 + 777 + 640 + 33 + 55 + 15 + 6 * 8);
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(seen.allocations, 6u + 1 + 2);
}

TEST_F(Memory, BlocksFromBeforeTheWindowNeverCount) {
  void* const old = take(1000);
  void* grown = take(100);
  MemoryWindow window;
  give(old);
  grown = regrow(grown, 400);  // counts as the birth of 400
  const MemoryReading seen = window.close();
  EXPECT_EQ(seen.live_bytes, 400);
  EXPECT_EQ(seen.peak_bytes, 400);
  give(grown);
}

TEST_F(Memory, ABlockOfAClosedWindowIsOldInTheNext) {
  void* left = nullptr;
  {
    MemoryWindow window;
    left = take(1000);
    EXPECT_EQ(window.close().live_bytes, 1000);
  }
  MemoryWindow window;
  give(left);
  EXPECT_EQ(window.close().live_bytes, 0);
}

TEST_F(Memory, SizesZeroAndHugeAndFailures) {
  MemoryWindow window;
  void* const nothing = take(0);
  EXPECT_EQ(take(std::size_t{1} << 60), nullptr);
  volatile std::size_t too_much = std::size_t{1} << 40;
  EXPECT_EQ(std::calloc(too_much, too_much), nullptr);
  void* const block = take(10);
  void* const failed = regrow(block, too_much << 20);
  const MemoryReading seen = window.read();
  give(block);
  give(nothing);
  const MemoryReading end = window.close();
  EXPECT_EQ(failed, nullptr);
  EXPECT_EQ(seen.allocated_bytes, 10u);
  EXPECT_EQ(seen.allocations, 2u);
  EXPECT_EQ(seen.live_bytes, 10);
  EXPECT_EQ(end.live_bytes, 0);
}

// memray does not see that glibc's realloc(p, 0) frees; truth does.
TEST_F(Memory, ReallocToNothingByBothAccounts) {
  for (const Account account : {Account::truth, Account::memray}) {
    MemoryWindow window({.account = account});
    void* const first = take(100);
    (void)regrow(first, 0);
    void* const second = take(100);
    const MemoryReading seen = window.close();
    give(second);
    EXPECT_EQ(seen.peak_bytes, account == Account::truth ? 100 : 200);
  }
}

TEST_F(Memory, NestedWindowsEachSeeTheirOwn) {
  MemoryWindow outer;
  void* const a = take(1000);
  MemoryWindow inner;
  void* const b = take(200);
  give(a);  // older than the inner window
  void* const c = take(50);
  const MemoryReading of_inner = inner.close();
  give(b);
  give(c);
  const MemoryReading of_outer = outer.close();
  EXPECT_EQ(of_inner.peak_bytes, 250);
  EXPECT_EQ(of_inner.live_bytes, 250);
  EXPECT_EQ(of_outer.peak_bytes, 1200);
  EXPECT_EQ(of_outer.live_bytes, 0);
  EXPECT_EQ(of_outer.allocations, 3u);
}

TEST_F(Memory, TheWrongOrderIsRefusedAndLosesNothing) {
  auto outer = std::make_unique<MemoryWindow>();
  MemoryWindow inner;
  EXPECT_THROW(outer->close(), Error);
  void* const block = take(10);
  EXPECT_EQ(inner.close().live_bytes, 10);
  EXPECT_EQ(outer->close().live_bytes, 10 + 0);
  give(block);
}

TEST_F(Memory, OneThatIsDestroyedBeforeThoseInsideEndsWithThem) {
  for (int i = 0; i < 100; ++i) {  // more than can be open at once
    auto outer = std::make_unique<MemoryWindow>();
    MemoryWindow inner;
    outer.reset();
    void* const block = take(10);
    EXPECT_EQ(inner.close().live_bytes, 10);
    give(block);
  }
  auto attributed = std::make_unique<MemoryWindow>(benchkit::MemoryOptions{.attribute = true});
  auto between = std::make_unique<MemoryWindow>();
  auto inner = std::make_unique<MemoryWindow>();
  attributed.reset();
  between.reset();
  EXPECT_THROW(MemoryWindow({.attribute = true}), Error);  // it is still there, for the inner one's sake
  inner.reset();
  EXPECT_NO_THROW(MemoryWindow({.attribute = true}));
  EXPECT_NO_THROW(benchkit::detach_memory_hooks());
}

TEST_F(Memory, ThirtyTwoLevelsAndNoMore) {
  std::vector<std::unique_ptr<MemoryWindow>> windows;
  windows.reserve(64);
  for (int i = 0; i < 32; ++i) windows.push_back(std::make_unique<MemoryWindow>());
  EXPECT_THROW(MemoryWindow{}, Error);
  void* const block = take(5);
  give(block);
  while (!windows.empty()) windows.pop_back();
  EXPECT_NO_THROW(MemoryWindow{});
}

TEST_F(Memory, AnInnerWindowOfTheOtherAccountIsRefused) {
  MemoryWindow outer;
  EXPECT_THROW(MemoryWindow({.account = Account::memray}), Error);
}

TEST_F(Memory, ResettingThePeak) {
  MemoryWindow window;
  void* const kept = take(100);
  give(take(10'000));
  window.reset_peak();
  give(take(500));
  const MemoryReading seen = window.close();
  give(kept);
  EXPECT_EQ(seen.peak_bytes, 600);
}

// Tags are ten bits: windows beyond that take them back, with one window open all the time and with none.
TEST_F(Memory, ThousandsOfWindows) {
  for (const bool inside : {false, true}) {
    std::unique_ptr<MemoryWindow> outer;
    if (inside) outer = std::make_unique<MemoryWindow>();
    void* const kept = take(64);
    for (int i = 0; i < 3000; ++i) {
      MemoryWindow window;
      void* const block = take(100);
      void* const leaked = i % 500 == 0 ? take(16) : nullptr;
      give(block);
      const MemoryReading seen = window.close();
      ASSERT_EQ(seen.peak_bytes, leaked != nullptr ? 116 : 100) << i;
      ASSERT_EQ(seen.live_bytes, leaked != nullptr ? 16 : 0) << i;
      give(leaked);
    }
    if (inside) {
      EXPECT_EQ(outer->read().live_bytes, 64);
      give(kept);
      EXPECT_EQ(outer->close().live_bytes, 0);
    } else {
      give(kept);
    }
  }
}

/// What must come out, from the events alone.
struct Model {
  std::int64_t live = 0, peak = 0;
  std::uint64_t allocated = 0, allocations = 0, largest = 0;
  void add(std::size_t bytes) {
    live += static_cast<std::int64_t>(bytes);
    peak = std::max(peak, live);
    allocated += bytes;
    ++allocations;
    largest = std::max<std::uint64_t>(largest, bytes);
  }
  void remove(std::size_t bytes) { live -= static_cast<std::int64_t>(bytes); }
};

struct Held {
  void* block = nullptr;
  std::size_t bytes = 0;
  bool counted = false;
};

/// Sizes of all kinds: tiny, of pages, beyond glibc's mmap threshold.
std::size_t draw_size(std::mt19937& random) {
  const auto kind = random() % 10;
  if (kind == 0) return 0;
  if (kind < 7) return random() % 600;
  return kind < 9 ? random() % 20'000 : random() % 600'000;
}

TEST_F(Memory, RandomProgramsAgreeWithAModel) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    std::vector<Held> held(300);
    for (int i = 0; i < 100; ++i) held[i] = {take(i * 7u), i * 7u, false};  // from before the window
    Model model;
    MemoryWindow window;
    for (int step = 0; step < 5000; ++step) {
      Held& one = held[random() % held.size()];
      const std::size_t bytes = draw_size(random);
      switch (random() % 4) {
        case 0:
          if (one.counted) model.remove(one.bytes);
          give(one.block);
          one = {};
          break;
        case 1: {
          if (one.counted) model.remove(one.bytes);
          if (one.block != nullptr && bytes == 0) {
            (void)regrow(one.block, 0);
            one = {};
            break;
          }
          one = {regrow(one.block, bytes), bytes, true};
          model.add(bytes);
          break;
        }
        case 2: {
          if (one.counted) model.remove(one.bytes);
          give(one.block);
          one = {memalign(std::size_t{1} << (4 + random() % 9), bytes), bytes, true};
          model.add(bytes);
          break;
        }
        default:
          if (one.counted) model.remove(one.bytes);
          give(one.block);
          one = {take(bytes), bytes, true};
          model.add(bytes);
      }
    }
    const MemoryReading seen = window.close();
    for (const Held& one : held) give(one.block);
    ASSERT_EQ(seen.live_bytes, model.live) << "seed " << seed;
    ASSERT_EQ(seen.peak_bytes, model.peak) << "seed " << seed;
    ASSERT_EQ(seen.allocated_bytes, model.allocated) << "seed " << seed;
    ASSERT_EQ(seen.allocations, model.allocations) << "seed " << seed;
    ASSERT_EQ(seen.largest_bytes, model.largest) << "seed " << seed;
  }
}

TEST_F(Memory, MeasurePeakGivesTheResultToo) {
  const auto seen = benchkit::measure_peak([] {
    std::vector<int> numbers(1000, 1);
    return std::accumulate(numbers.begin(), numbers.end(), 0);
  });
  EXPECT_EQ(seen.result, 1000);
  EXPECT_EQ(seen.peak_bytes, 4000);
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(benchkit::measure_peak([] { give(take(7)); }).peak_bytes, 7);
  EXPECT_THROW((void)benchkit::measure_peak([]() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_NO_THROW(MemoryWindow{});  // the window of the one that threw is closed
}

TEST_F(Memory, DetachedHooksComeBack) {
  benchkit::detach_memory_hooks();
  give(take(10));
  {
    MemoryWindow window;
    EXPECT_THROW(benchkit::detach_memory_hooks(), Error);
  }
  for (int i = 0; i < 200; ++i) {
    benchkit::detach_memory_hooks();
    MemoryWindow window;
    give(take(10));
    ASSERT_EQ(window.close().peak_bytes, 10);
  }
}

}  // namespace
