// Windows and other processes: fork, exec, limits of address space.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "core/memory_hooks.hpp"
#include "window.hpp"

using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

class Processes : public MemoryTest {};

int wait_code(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// Runs in a child that must come to its end: a deadlock would be one for ever.
template <class Run>
int in_child(Run&& run) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    _exit(run());
  }
  return wait_code(child);
}

TEST_F(Processes, AForkWhileThreadsAllocate) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> load;
  for (int i = 0; i < 4; ++i) {
    load.emplace_back([&] {
      while (!stop) give(take(100'000));
    });
  }
  MemoryWindow window;
  for (int i = 0; i < 100; ++i) {
    const int code = in_child([] {
      for (int k = 0; k < 100; ++k) give(take(50'000));
      MemoryWindow own;  // counts for itself
      void* const block = take(123);
      const MemoryReading seen = own.close();
      give(block);
      return seen.peak_bytes == 123 ? 0 : 1;
    });
    ASSERT_EQ(code, 0) << "child " << i;
  }
  const MemoryReading seen = window.close();
  stop = true;
  for (std::thread& thread : load) thread.join();
  EXPECT_GE(seen.peak_bytes, 100'000);
}

// Also while others are at work on maps and in the table of blocks, whose locks would stay taken in the child.
TEST_F(Processes, AForkWhileThreadsMapAndAlign) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> load;
  for (int i = 0; i < 2; ++i) {
    load.emplace_back([&] {
      while (!stop) munmap(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
    });
    load.emplace_back([&] {
      while (!stop) give(std::aligned_alloc(4096, 4096));
    });
  }
  MemoryWindow window;
  int stuck = 0;
  for (int i = 0; i < 400 && stuck == 0; ++i) {
    const int code = in_child([] {
      alarm(2);
      MemoryWindow own;
      void* const pages = mmap(nullptr, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      give(std::aligned_alloc(4096, 100));
      munmap(pages, 8192);
      return own.close().live_bytes == 0 ? 0 : 1;
    });
    if (code != 0) ++stuck;
  }
  window.close();
  stop = true;
  for (std::thread& thread : load) thread.join();
  EXPECT_EQ(stuck, 0);
}

TEST_F(Processes, AChildsCopyOfAWindowIsNone) {
  MemoryWindow window;
  void* const block = take(1000);
  const int code = in_child([&] {
    const MemoryReading seen = window.close();
    return seen.peak_bytes == 0 && benchkit::measure_peak([] { give(take(70)); }).peak_bytes == 70 ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(window.close().live_bytes, 1000);
  give(block);
}

TEST_F(Processes, AChildOfAnAttributedWindowMayHaveOneOfItsOwn) {
  MemoryWindow window({.attribute = true});
  const int code = in_child([] {
    const auto own = benchkit::measure_peak([] { give(take(70)); }, {.attribute = true});
    return own.peak_bytes == 70 && !own.call_paths.paths.empty() ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
}

/// What a tree of one program and its children counts.
class Tree {
 public:
  Tree() : file_(memfd_create("tree", 0)) {
    EXPECT_EQ(ftruncate(file_, sizeof(benchkit_memhook_tree)), 0);
    tree_ = static_cast<benchkit_memhook_tree*>(mmap(nullptr, sizeof(benchkit_memhook_tree), PROT_READ, MAP_SHARED, file_, 0));
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() {
    munmap(const_cast<benchkit_memhook_tree*>(tree_), sizeof(benchkit_memhook_tree));
    close(file_);
  }
  int run(const char* what) {
    const std::string path = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file_);
    const std::string hooks = benchkit::MemoryOptions{}.hooks;
    const pid_t child = fork();
    if (child == 0) {
      setenv("LD_PRELOAD", hooks.c_str(), 1);
      setenv(BENCHKIT_MEMHOOK_TREE, path.c_str(), 1);
      execl(BENCHKIT_VICTIM_TREE, "victim_tree", what, nullptr);
      _exit(127);
    }
    return wait_code(child);
  }
  const benchkit_memhook_tree* operator->() const { return tree_; }

 private:
  int file_;
  const benchkit_memhook_tree* tree_;
};

TEST_F(Processes, ATreeForgetsChildrenThatAreDeadAndNotReaped) {
  Tree tree;
  ASSERT_EQ(tree.run("unreaped"), 0);
  EXPECT_GE(tree->peak_bytes, 20'000'000);
  EXPECT_LT(tree->peak_bytes, 30'000'000);
}

// Two live at once, and the bound is that of two.
TEST_F(Processes, TheBoundOfATreeDoesNotCountTheDead) {
  Tree tree;
  ASSERT_EQ(tree.run("many"), 0);
  EXPECT_EQ(tree->processes, 101u);
  EXPECT_GT(tree->peak_error_bytes, 0u);
  EXPECT_LE(tree->peak_error_bytes, 4 * 4096u * 2);
}

TEST_F(Processes, AProgramWhoseFirstThreadHasEndedLives) {
  Tree tree;
  ASSERT_EQ(tree.run("headless"), 0);
  EXPECT_GE(tree->peak_bytes, 40'000'000);
}

TEST_F(Processes, WhatIsResidentOfAReservationAtTheEndIsInThePeakOfTheTree) {
  Tree alone;
  ASSERT_EQ(alone.run("reserved"), 0);
  EXPECT_GE(alone->peak_bytes, 20'000'000);
  EXPECT_LT(alone->peak_bytes, 30'000'000);
  Tree two;
  ASSERT_EQ(two.run("reserved beside another"), 0);
  EXPECT_GE(two->peak_bytes, 40'000'000);
  EXPECT_LT(two->peak_bytes, 50'000'000);
}

// A smoke test: what it is there for was a crash at three ends in nine hundred.
TEST_F(Processes, AProgramOfATreeEndsWhileItsThreadsAllocate) {
  for (int i = 0; i < 40; ++i) {
    Tree tree;
    ASSERT_EQ(tree.run("ending"), 0) << "end " << i;
  }
}

TEST_F(Processes, TheParentGoesOnAsIfNothingHadHappened) {
  MemoryWindow window;
  void* const block = take(1000);
  EXPECT_EQ(in_child([&] { return give(block), give(take(1 << 20)), 0; }), 0);
  const MemoryReading seen = window.close();
  give(block);
  EXPECT_EQ(seen.peak_bytes, 1000);
  EXPECT_EQ(seen.live_bytes, 1000);
}

TEST_F(Processes, ExecInsideAWindow) {
  MemoryWindow window;
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", nullptr);
    _exit(1);
  }
  EXPECT_EQ(wait_code(child), 0);
}

TEST_F(Processes, LittleAddressSpace) {
  const int code = in_child([] {
    benchkit::detach_memory_hooks();
    rlimit limit{std::size_t{1} << 30, std::size_t{1} << 30};
    if (setrlimit(RLIMIT_AS, &limit) != 0) return 3;
    MemoryWindow window;
    std::vector<void*> blocks;
    blocks.reserve(2000);
    for (int i = 0; i < 2000; ++i) blocks.push_back(take(400'000));  // until nothing is left, also for the hooks' own tables
    const MemoryReading full = window.read();
    for (void* block : blocks) give(block);
    const MemoryReading seen = window.close();
    if (full.live_bytes < 100'000'000) return 4;
    return seen.live_bytes == 2000 * 8 ? 0 : 5;
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
