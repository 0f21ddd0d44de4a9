// Objects that are loaded and unloaded while a window is open.
#include <dlfcn.h>

#include <string>

#include "window.hpp"

using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

class Loading : public MemoryTest {};

void* load(const char* name, int mode = RTLD_NOW) {
  void* const handle = dlopen((std::string(BENCHKIT_VICTIMS) + name).c_str(), mode);
  EXPECT_NE(handle, nullptr) << dlerror();
  return handle;
}
template <class Function>
Function function(void* handle, const char* name) {
  return reinterpret_cast<Function>(dlsym(handle, name));
}

TEST_F(Loading, WhatIsLoadedInsideTheWindowIsSeen) {
  for (const int mode : {RTLD_NOW, RTLD_LAZY}) {
    MemoryWindow window;
    void* const victim = load("victim_plain.so", mode);
    const auto victim_take = function<void* (*)(std::size_t)>(victim, "victim_take");
    const auto victim_give = function<void (*)(void*)>(victim, "victim_give");
    const std::uint64_t before = window.read().allocated_bytes;
    void* const block = victim_take(12'345);
    const MemoryReading held = window.read();
    victim_give(block);
    const MemoryReading freed = window.read();
    dlclose(victim);
    window.close();
    EXPECT_EQ(held.allocated_bytes - before, 12'345u) << "mode " << mode;
    EXPECT_EQ(held.live_bytes - freed.live_bytes, 12'345) << "mode " << mode;
  }
}

TEST_F(Loading, UnloadedWhileOpenAndLoadedAgain) {
  for (int i = 0; i < 50; ++i) {
    MemoryWindow window;
    void* const victim = load("victim_plain.so");
    const auto victim_give = function<void (*)(void*)>(victim, "victim_give");
    victim_give(function<void* (*)(std::size_t)>(victim, "victim_take")(10));
    dlclose(victim);
    window.close();
    if (i % 5 == 0) benchkit::detach_memory_hooks();
  }
}

TEST_F(Loading, ItsOwnRunpathStillHolds) {
  MemoryWindow window;
  void* const victim = load("victim_runpath.so");
  const int answer = function<int (*)()>(victim, "victim_ask")();
  window.close();
  dlclose(victim);
  EXPECT_EQ(answer, 42);
}

TEST_F(Loading, AnObjectWithAnAllocatorOfItsOwnKeepsIt) {
  for (const int mode : {RTLD_NOW | RTLD_DEEPBIND, RTLD_LAZY | RTLD_DEEPBIND}) {
    MemoryWindow window;
    void* const victim = load("victim_own_allocator.so", mode);
    EXPECT_EQ(function<int (*)()>(victim, "victim_churn")(), mode == (RTLD_NOW | RTLD_DEEPBIND) ? 1 : 2);
    window.close();
  }
}

}  // namespace
