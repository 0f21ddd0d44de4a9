// Objects of an allocator on top of the process' own: counted one by one, and their memory not beside them.
#include <sys/mman.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "core/memory_hooks.hpp"
#include "window.hpp"

using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

class Objects : public MemoryTest {
 protected:
  void SetUp() override {
    MemoryTest::SetUp();
    if (!IsSkipped()) hooks_ = &benchkit::core::attached_memory_hooks();
  }

  /// An object of so many bytes out of the pool, which takes 64 KiB at a time.
  void* make(std::size_t bytes) {
    hooks_->hold();
    if (pool_ == nullptr || used_ + bytes > kPool) {
      pool_ = static_cast<char*>(take(kPool));
      used_ = 0;
    }
    void* const object = pool_ + used_;
    used_ += (bytes + 15) / 16 * 16;
    hooks_->resume();
    hooks_->object_made(object, bytes);
    return object;
  }
  void drop(void* object) { hooks_->object_gone(object); }

  static constexpr std::size_t kPool = 65536;
  const benchkit_memhook_interface* hooks_ = nullptr;
  char* pool_ = nullptr;
  std::size_t used_ = 0;
};

TEST_F(Objects, CountInsteadOfTheirMemory) {
  MemoryWindow window;
  void* const first = make(24);
  void* const second = make(1000);
  drop(first);
  void* const third = make(7);
  const MemoryReading seen = window.close();
  EXPECT_EQ(seen.peak_bytes, 1024);
  EXPECT_EQ(seen.live_bytes, 1007);
  EXPECT_EQ(seen.allocated_bytes, 1031u);
  EXPECT_EQ(seen.allocations, 3u);
  EXPECT_EQ(seen.largest_bytes, 1000u);
  EXPECT_EQ(seen.missed_events, 0u);
  (void)second;
  (void)third;
  give(pool_);
}

TEST_F(Objects, FromBeforeTheWindowDoNotCount) {
  void* const old = make(500);
  MemoryWindow window;
  drop(old);
  EXPECT_EQ(window.read().live_bytes, 0);
  (void)make(20);
  EXPECT_EQ(window.close().live_bytes, 20);
  give(pool_);
}

TEST_F(Objects, MayBeABlockOfTheAllocatorAsItIs) {
  MemoryWindow window;
  hooks_->hold();
  void* const block = take(600);
  hooks_->resume();
  hooks_->object_made(block, 600);
  EXPECT_EQ(window.read().live_bytes, 600);
  drop(block);
  hooks_->hold();
  give(block);
  hooks_->resume();
  EXPECT_EQ(window.read().live_bytes, 0);
  // The same address again, as a block like any other.
  void* const plain = take(600);
  EXPECT_EQ(window.read().live_bytes, 600);
  give(plain);
  const MemoryReading seen = window.close();
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(seen.allocations, 2u);
}

TEST_F(Objects, MoveLikeReallocatedBlocks) {
  static bool fails = false;
  const auto move = [](void* /*context*/, void* object, std::size_t size) { return fails ? nullptr : regrow(object, size); };
  MemoryWindow window;
  void* object = hooks_->object_moved(nullptr, 100, move, nullptr);
  object = hooks_->object_moved(object, 3000, move, nullptr);
  EXPECT_EQ(window.read().live_bytes, 3000);
  fails = true;
  EXPECT_EQ(hooks_->object_moved(object, 9000, move, nullptr), nullptr);
  EXPECT_EQ(window.read().live_bytes, 3000) << "what could not be moved lives on";
  fails = false;
  drop(object);
  const MemoryReading seen = window.close();
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(seen.allocated_bytes, 3100u);
  give(object);
}

TEST_F(Objects, HoldNestsAndIsOfItsThreadAlone) {
  MemoryWindow window;
  hooks_->hold();
  hooks_->hold();
  hooks_->resume();
  void* const unseen = take(1000);
  void* const map = mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  MemoryReading inside{};
  std::thread([&] {
    void* const seen = take(7777);
    inside = window.read();
    give(seen);
  }).join();
  hooks_->resume();
  EXPECT_EQ(inside.largest_bytes, 7777u);
  void* const seen = take(10);
  const MemoryReading reading = window.close();
  EXPECT_LT(reading.live_bytes, 1000) << "neither the block nor the map";
  EXPECT_GE(reading.live_bytes, 10);
  EXPECT_EQ(reading.missed_events, 0u);
  give(seen);
  give(unseen);
  munmap(map, 8192);
}

TEST_F(Objects, TwoThreadsAddUp) {
  MemoryWindow window(benchkit::MemoryOptions{.exact = true});
  std::vector<char> memory(2 * 16 * 1000);
  const std::int64_t before = window.read().live_bytes;
  const auto work = [&](std::size_t from) {
    for (std::size_t i = 0; i < 1000; ++i) hooks_->object_made(memory.data() + 16 * (from + i), 16);
    for (std::size_t i = 0; i < 500; ++i) hooks_->object_gone(memory.data() + 16 * (from + i));
  };
  std::thread other(work, 1000);
  work(0);
  other.join();
  const std::int64_t left = window.close().live_bytes - before - 2 * 500 * 16;
  EXPECT_GE(left, 0);
  EXPECT_LT(left, 1000) << "what the thread itself left is small";
}

}  // namespace
