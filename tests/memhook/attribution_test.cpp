// Attributed windows: who held the bytes at the peak, where the truth is known. Everything is done by a victim that is there twice, compiled with
// frame pointers and without.
#include <dlfcn.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "attribution.hpp"
#include "core/memory_hooks.hpp"

extern "C" void __libc_free(void* block);  // glibc's own name of its free, which nobody stands before

using benchkit::Account;
using benchkit::Error;
using benchkit::MemoryWindow;

namespace {

class Attribution : public AttributionTest {};
INSTANTIATE_TEST_SUITE_P(Frames, Attribution, testing::Values("victim_paths_kept.so", "victim_paths_omitted.so"), [](const auto& victim) {
  return std::string(victim.param).find("kept") != std::string::npos ? "kept" : "omitted";
});

TEST_P(Attribution, EachPathHasWhatItHeld) {
  std::vector<void*> blocks(5);
  MemoryWindow window({.attribute = true});
  for (int i = 0; i < 3; ++i) blocks[i] = v.a(1000);
  blocks[3] = v.b(500);
  blocks[4] = v.recurse(3, 70);
  const auto seen = window.close();
  for (void* block : blocks) v.free(block);
  EXPECT_EQ(seen.peak_bytes, 3570);
  EXPECT_EQ(held(window), (Held{{"a", {3000, 3}}, {"b", {500, 1}}, {"recurse>recurse>recurse>recurse>a", {70, 1}}}));
}

TEST_P(Attribution, ThePeakInTheMiddleIsTheOneThatCounts) {
  MemoryWindow window({.attribute = true});
  void* const a = v.a(10'000);
  void* const b = v.b(5'000);
  v.free(a);
  v.free(v.recurse(2, 9'000));  // 14,000
  v.free(b);
  void* const late = v.recurse(1, 100);
  const auto seen = window.close();
  v.free(late);
  EXPECT_EQ(seen.peak_bytes, 15'000);
  EXPECT_EQ(held(window), (Held{{"a", {10'000, 1}}, {"b", {5'000, 1}}}));
}

TEST_P(Attribution, WhileTheWindowIsOpenTheHighestPeakSoFarCanBeHad) {
  MemoryWindow window({.attribute = true});
  void* const a = v.a(10'000);
  const auto first = window.call_paths_so_far();
  v.free(a);
  void* const b = v.b(500);
  const auto lower = window.call_paths_so_far();
  void* const more = v.recurse(1, 20'000);
  const auto higher = window.call_paths_so_far();
  const auto seen = window.close();
  EXPECT_EQ(held(first), (Held{{"a", {10'000, 1}}}));
  EXPECT_EQ(held(lower), (Held{{"a", {10'000, 1}}}));
  EXPECT_EQ(held(higher), (Held{{"b", {500, 1}}, {"recurse>recurse>a", {20'000, 1}}}));
  v.free(b);
  v.free(more);
  EXPECT_EQ(seen.allocations, 3u) << "what looking takes does not count";
  EXPECT_EQ(held(window), (Held{{"b", {500, 1}}, {"recurse>recurse>a", {20'000, 1}}}));
  EXPECT_TRUE(window.call_paths_so_far().paths.empty());
  EXPECT_TRUE(MemoryWindow().call_paths_so_far().paths.empty());
}

TEST_P(Attribution, OfTwoEqualPeaksTheFirst) {
  MemoryWindow window({.attribute = true});
  v.free(v.a(100));
  v.free(v.b(100));
  window.close();
  EXPECT_EQ(held(window), (Held{{"a", {100, 1}}}));
}

TEST_P(Attribution, BlocksFromBeforeAndFromTheLastWindowAreNobodys) {
  void* const before = v.a(7'000);
  void* left = nullptr;
  {
    MemoryWindow window({.attribute = true});
    left = v.b(3'000);
    window.close();
    EXPECT_EQ(held(window), (Held{{"b", {3'000, 1}}}));
  }
  MemoryWindow window({.attribute = true});
  v.free(before);
  v.free(left);
  void* const block = v.a(10);
  window.close();
  v.free(block);
  EXPECT_EQ(held(window), (Held{{"a", {10, 1}}}));
}

TEST_P(Attribution, ABlockThatIsMovedIsItsMoversAndOneThatCannotBeStaysItsMakers) {
  MemoryWindow window({.attribute = true});
  void* const grown = v.regrow(v.a(100), 60'000);
  void* const stays = v.b(400);
  EXPECT_EQ(v.regrow(stays, std::size_t{1} << 60), nullptr);
  v.free(v.aligned_block(8'192));
  window.close();
  v.free(grown);
  v.free(stays);
  EXPECT_EQ(held(window), (Held{{"regrow", {60'000, 1}}, {"b", {400, 1}}, {"aligned_block", {8'192, 1}}}));
}

TEST_P(Attribution, FramesOfAllKinds) {
  std::vector<void*> blocks;
  blocks.reserve(100);
  MemoryWindow window({.attribute = true});
  for (std::size_t i = 0; i < 20; ++i) {
    blocks.push_back(v.variable_frame(16 + i % 3 * 500, 10));
    blocks.push_back(v.aligned_frame(1'000));
    blocks.push_back(v.many_registers(100'000, 1, 2, static_cast<long>(i), 4, 5));
  }
  window.close();
  for (void* block : blocks) v.free(block);
  EXPECT_EQ(held(window),
            (Held{{"variable_frame>a", {200, 20}}, {"aligned_frame>a", {20'000, 20}}, {"many_registers>a", {2'000'000, 20}}}));
}

/// Blocks by the path that made them, and by path at the highest that their sum ever was.
struct Model {
  Held live, at_peak;
  std::int64_t sum = 0, peak = 0;
  void add(const std::string& path, std::int64_t bytes, std::int64_t blocks) {
    live[path].bytes += bytes;
    live[path].blocks += blocks;
    sum += bytes;
    if (sum > peak) at_peak = live, peak = sum;
  }
};

struct Step {
  std::size_t block;
  std::size_t bytes;
  int way;    ///< 0: a, 1: b, 2: by a recursion, 3: regrow
  int depth;  ///< of the recursion
};
std::vector<Step> draw_steps(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Step> steps(4'000);
  for (Step& step : steps) {
    const bool large = random() % 10 == 0;
    step.block = random() % 100;
    step.bytes = 1 + random() % (large ? 300'000 : 2'000);
    step.way = static_cast<int>(random() % 4);
    step.depth = static_cast<int>(random() % 20);
  }
  return steps;
}

TEST_P(Attribution, RandomProgramsAgreeWithAModel) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const std::vector<Step> steps = draw_steps(seed);
    std::vector<void*> blocks(100);
    MemoryWindow window({.attribute = true});
    for (const Step& step : steps) {
      void*& block = blocks[step.block];
      if (step.way == 3) {
        block = v.regrow(block, step.bytes);
        continue;
      }
      v.free(block);
      block = step.way == 0 ? v.a(step.bytes) : step.way == 1 ? v.b(step.bytes) : v.recurse(step.depth, step.bytes);
    }
    window.close();
    for (void* block : blocks) v.free(block);

    Model model;
    std::vector<std::pair<std::string, std::int64_t>> there(blocks.size());
    for (const Step& step : steps) {
      auto& [path, bytes] = there[step.block];
      if (!path.empty()) model.add(path, -bytes, -1);
      path = step.way == 0 ? "a" : step.way == 1 ? "b" : "regrow";
      if (step.way == 2) {
        path = "recurse>";
        for (int i = 0; i < step.depth; ++i) path += "recurse>";
        path += "a";
      }
      bytes = static_cast<std::int64_t>(step.bytes);
      model.add(path, bytes, 1);
    }
    std::erase_if(model.at_peak, [](const auto& one) { return one.second.blocks == 0; });
    ASSERT_EQ(held(window), model.at_peak) << "seed " << seed;
    ASSERT_EQ(window.read().peak_bytes, model.peak) << "seed " << seed;
  }
}

TEST_P(Attribution, MapsAndTheirPieces) {
  constexpr std::size_t kPage = 4096;
  MemoryWindow window({.attribute = true});
  auto* const whole = static_cast<char*>(v.map(10 * kPage));
  auto* const cut = static_cast<char*>(v.map(20 * kPage));
  munmap(cut + 4 * kPage, 8 * kPage);
  auto* const reserved = static_cast<char*>(v.reserve(std::size_t{1} << 30));
  std::fill(reserved, reserved + 50 * kPage, 1);
  const auto seen = window.close();
  EXPECT_EQ(seen.peak_bytes, 72 * kPage);
  EXPECT_EQ(held(window), (Held{{"map", {22 * kPage, 3}}, {"reserve", {50 * kPage, 1}}}));
  munmap(whole, 10 * kPage);
  munmap(cut, 20 * kPage);
  munmap(reserved, std::size_t{1} << 30);
}

TEST_P(Attribution, AMapThatIsMadeReadOnlyInTheMiddleIsGoneWhenItIsGone) {
  constexpr std::size_t kPage = 4096;
  MemoryWindow window({.attribute = true});
  auto* const pages = static_cast<char*>(v.map(10 * kPage));
  mprotect(pages + 2 * kPage, kPage, PROT_READ);
  mprotect(pages + 5 * kPage, kPage, PROT_NONE);
  mprotect(pages + 5 * kPage, kPage, PROT_READ);
  munmap(pages, 10 * kPage);
  void* const block = v.a(11 * kPage);
  window.close();
  v.free(block);
  EXPECT_EQ(held(window), (Held{{"a", {11 * kPage, 1}}}));
}

TEST_P(Attribution, WindowsInsideAndOutside) {
  MemoryWindow outer;
  void* const first = v.a(1'000);
  MemoryWindow window({.attribute = true});
  MemoryWindow inner;
  void* const second = v.b(200);
  v.free(first);
  const auto of_inner = inner.close();
  const auto of_window = window.close();
  EXPECT_EQ(of_inner.peak_bytes, 200);
  EXPECT_EQ(of_window.peak_bytes, 200);
  EXPECT_EQ(held(window), (Held{{"b", {200, 1}}}));
  v.free(second);
  EXPECT_GE(outer.close().peak_bytes, 1'200);
}

TEST_P(Attribution, ASecondOneIsRefusedAndTheFirstGoesOn) {
  MemoryWindow window({.attribute = true});
  void* const block = v.a(100);
  try {
    MemoryWindow second({.attribute = true});
    ADD_FAILURE() << "two at once";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("one at a time"), std::string::npos) << error.what();
  }
  window.close();
  v.free(block);
  EXPECT_EQ(held(window).at("a"), (Bytes{100, 1}));
  EXPECT_NO_THROW(MemoryWindow({.attribute = true}));
  EXPECT_NO_THROW(MemoryWindow({.attribute = true}));  // the one before was never closed by hand
}

TEST_P(Attribution, WhatIsLiveWhenThePeakIsReset) {
  MemoryWindow window({.attribute = true});
  void* const kept = v.a(100);
  v.free(v.b(10'000));
  window.reset_peak();
  v.free(v.recurse(0, 50));
  const auto seen = window.close();
  v.free(kept);
  EXPECT_EQ(seen.peak_bytes, 150);
  EXPECT_EQ(held(window), (Held{{"a", {100, 1}}, {"recurse>a", {50, 1}}}));
}

TEST_P(Attribution, MorePathsThanThereIsRoomForAreTheRest) {
  constexpr int kDepth = 20;
  std::vector<void*> blocks(std::size_t{1} << kDepth);
  MemoryWindow window({.attribute = true});
  v.tree(kDepth, blocks.data());
  void* const known = v.b(5'000);  // as soon as there are none left
  const auto seen = window.close();
  for (void* block : blocks) v.free(block);
  v.free(known);
  EXPECT_EQ(seen.peak_bytes, (1 << kDepth) + 5'000);
  EXPECT_LE(window.call_paths().paths.size(), 1'000u);
  EXPECT_GE(window.call_paths().rest_bytes, (1 << kDepth) - 1'000);
  (void)held(window);  // adds up
}

TEST_P(Attribution, ToTellThePathsDoesNotCountInTheWindowAround) {
  std::vector<void*> blocks;
  blocks.reserve(100);
  MemoryWindow outer;
  {
    MemoryWindow window({.attribute = true});
    for (int depth = 0; depth < 100; ++depth) blocks.push_back(v.recurse(depth, 1'000));
    window.close();
    const auto seen = outer.read();
    EXPECT_EQ(seen.peak_bytes, 100'000);
    EXPECT_EQ(seen.allocations, 100u);
  }
  for (void* block : blocks) v.free(block);
  EXPECT_EQ(outer.close().live_bytes, 0);
}

TEST_P(Attribution, AStackThatIsTooDeepIsTheRest) {
  MemoryWindow window({.attribute = true});
  void* const deep = v.recurse(10'000, 1'000);
  void* const flat = v.a(10);
  window.close();
  v.free(deep);
  v.free(flat);
  EXPECT_EQ(held(window), (Held{{"a", {10, 1}}}));
  EXPECT_EQ(window.call_paths().rest_bytes, 1'000);
}

TEST_P(Attribution, MemraysAccount) {
  MemoryWindow window({.account = Account::memray, .attribute = true});
  void* const block = v.a(100);
  void* const pages = v.map(5'000);
  window.close();
  v.free(block);
  munmap(pages, 5'000);
  EXPECT_EQ(held(window), (Held{{"a", {100, 1}}, {"map", {5'000, 1}}}));
}

Victim* g_victim;
ucontext_t g_here, g_there;
void* g_from_fiber;
void fiber() {
  g_from_fiber = g_victim->recurse(3, 4'000);
  swapcontext(&g_there, &g_here);
}

// What libc itself frees is not seen; an object of an interpreter may come to the place.
TEST_P(Attribution, AnObjectWhereABlockWasWhoseEndWasNotSeen) {
  MemoryWindow window({.attribute = true});
  const auto& hooks = benchkit::core::attached_memory_hooks();
  void* const block = v.a(1'000);
  __libc_free(block);
  hooks.object_made(block, 64);
  const auto both = window.read();
  hooks.object_gone(block);
  const auto seen = window.close();
  EXPECT_EQ(both.live_bytes, 1'064);
  EXPECT_EQ(seen.live_bytes, 1'000);
}

TEST_P(Attribution, AStackThatIsNoThreads) {
  std::vector<char> stack(256 * 1024);
  g_victim = &v;
  getcontext(&g_there);
  g_there.uc_stack.ss_sp = stack.data();
  g_there.uc_stack.ss_size = stack.size();
  makecontext(&g_there, fiber, 0);
  MemoryWindow window({.attribute = true});
  swapcontext(&g_here, &g_there);
  const auto seen = window.close();
  v.free(g_from_fiber);
  EXPECT_EQ(seen.peak_bytes, 4'000);
  EXPECT_EQ(held(window), (Held{{"recurse>recurse>recurse>recurse>a", {4'000, 1}}}));
}

}  // namespace
