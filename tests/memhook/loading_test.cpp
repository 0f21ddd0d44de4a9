// Objects that are loaded and unloaded while a window is open.
#include <dlfcn.h>

#include <link.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "core/memory_hooks.hpp"
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

void expect_seen(int mode) {
  MemoryWindow window;
  void* const victim = load("victim_plain.so", mode);
  const auto victim_take = function<void* (*)(std::size_t)>(victim, "victim_take");
  const auto victim_give = function<void (*)(void*)>(victim, "victim_give");
  const std::uint64_t before = window.read().allocated_bytes;
  void* const block = victim_take(12'345);
  const MemoryReading held = window.read();
  victim_give(block);
  const MemoryReading freed = window.read();
  void* const by_new = function<void* (*)(std::size_t)>(victim, "victim_take_new")(500);
  const MemoryReading more = window.read();
  function<void (*)(void*)>(victim, "victim_give_new")(by_new);
  EXPECT_EQ(more.allocated_bytes - freed.allocated_bytes, 500u) << "mode " << mode;
  EXPECT_EQ(window.read().live_bytes, freed.live_bytes) << "mode " << mode;
  dlclose(victim);
  window.close();
  EXPECT_EQ(held.allocated_bytes - before, 12'345u) << "mode " << mode;
  EXPECT_EQ(held.live_bytes - freed.live_bytes, 12'345) << "mode " << mode;
}

TEST_F(Loading, WhatIsLoadedInsideTheWindowIsSeen) {
  expect_seen(RTLD_NOW);
  expect_seen(RTLD_LAZY);
}

// As long as the process' allocator is libc's own, or is not looked past.
TEST_F(Loading, WhatLooksPastTheOthersIsSeen) {
  expect_seen(RTLD_NOW | RTLD_DEEPBIND);
  expect_seen(RTLD_LAZY | RTLD_DEEPBIND);
}

// Beside another allocator it has libc's: what it took there it must give back there, though only one of its two slots was filled when the hooks came.
TEST_F(Loading, HalfBoundWhenTheWindowOpens) {
  const bool preloaded = dlsym(RTLD_DEFAULT, "benchkit_memhook") != nullptr;  // then they are always there
  for (const int mode : {RTLD_LAZY, RTLD_LAZY | RTLD_DEEPBIND}) {
    if (!preloaded) benchkit::detach_memory_hooks();
    void* const victim = load("victim_plain.so", mode);
    void* const block = function<void* (*)(std::size_t)>(victim, "victim_take")(1000);
    MemoryWindow window;
    function<void (*)(void*)>(victim, "victim_give")(block);
    function<void (*)(void*)>(victim, "victim_give")(function<void* (*)(std::size_t)>(victim, "victim_take")(1000));
    EXPECT_EQ(window.close().live_bytes, 0);
    dlclose(victim);
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

// However often it is looked at.
TEST_F(Loading, WhatIsLeftAloneIsCountedOnce) {
  if (dlsym(RTLD_DEFAULT, "benchkit_memhook") != nullptr) GTEST_SKIP() << "the hooks are preloaded: there is little to patch";
  void* const own = load("victim_own_allocator.so", RTLD_NOW | RTLD_DEEPBIND);
  std::vector<std::uint32_t> left_alone;
  for (int i = 0; i < 3; ++i) {
    benchkit::detach_memory_hooks();
    if (i != 1) dlclose(load("victim_plain.so"));
    { MemoryWindow window; }
    benchkit_memhook_attachment attachment;
    benchkit::core::attached_memory_hooks().attachment(&attachment);
    left_alone.push_back(attachment.left_alone);
  }
  dlclose(own);
  EXPECT_GT(left_alone[0], 0u);
  EXPECT_EQ(left_alone, std::vector<std::uint32_t>(3, left_alone[0]));
}

std::uintptr_t place_of(void* handle) { return static_cast<const link_map*>(handle)->l_addr; }

TEST_F(Loading, AnotherLibraryAtTheSamePlaceIsNotTakenForTheOne) {
  MemoryWindow window;
  void* const plain = load("victim_plain.so", RTLD_LAZY);
  const std::uintptr_t place = place_of(plain);
  dlclose(plain);
  void* const other = load("victim_other.so", RTLD_LAZY);
  if (place_of(other) != place) GTEST_SKIP() << "the linker chose another place";
  const std::size_t length = function<std::size_t (*)(const char*)>(other, "victim_length")("four");
  const char* const variable = function<char* (*)(const char*)>(other, "victim_variable")("BENCHKIT_NO_SUCH_VARIABLE");
  window.close();
  dlclose(other);
  EXPECT_EQ(length, 4u);
  EXPECT_EQ(variable, nullptr);
}

TEST_F(Loading, LoadedAgainAtTheSamePlaceItCountsAgain) {
  MemoryWindow window;
  for (int i = 0; i < 3; ++i) {
    void* const victim = load("victim_plain.so");
    const auto victim_take = function<void* (*)(std::size_t)>(victim, "victim_take");
    const std::uint64_t before = window.read().allocated_bytes;
    void* const block = victim_take(12'345);
    const std::uint64_t counted = window.read().allocated_bytes - before;
    function<void (*)(void*)>(victim, "victim_give")(block);
    dlclose(victim);
    EXPECT_EQ(counted, 12'345u) << "load " << i;
  }
  window.close();
}

/// The innermost frame of what held so many bytes.
benchkit::Frame keeper_of(const MemoryWindow& window, std::int64_t bytes) {
  for (const benchkit::CallPath& path : window.call_paths().paths) {
    if (path.bytes == bytes && !path.frames.empty()) return window.call_paths().frames.at(path.frames.back());
  }
  ADD_FAILURE() << "nobody held " << bytes;
  return {};
}

TEST_F(Loading, WhoHeldItIsToldByTheFileThatWasThere) {
  MemoryWindow window({.attribute = true});
  void* const plain = load("victim_plain.so");
  const std::uintptr_t place = place_of(plain);
  void* const block = function<void* (*)(std::size_t)>(plain, "victim_take")(123'456);
  const auto function_offset = function<std::uintptr_t>(plain, "victim_take") - place;
  dlclose(plain);
  window.close();
  std::free(block);
  const benchkit::Frame frame = keeper_of(window, 123'456);
  EXPECT_EQ(frame.module, std::string(BENCHKIT_VICTIMS) + "victim_plain.so");
  EXPECT_GE(frame.offset, function_offset);
  EXPECT_LE(frame.offset, function_offset + 64);
}

TEST_F(Loading, WhoHeldItIsNotToldByWhatCameToItsPlace) {
  MemoryWindow window({.attribute = true});
  void* const plain = load("victim_plain.so");
  const std::uintptr_t place = place_of(plain);
  void* const block = function<void* (*)(std::size_t)>(plain, "victim_take")(123'456);
  dlclose(plain);
  void* const other = load("victim_other.so");
  const bool same_place = place_of(other) == place;
  window.close();
  std::free(block);
  dlclose(other);
  if (!same_place) GTEST_SKIP() << "the linker chose another place";
  const benchkit::Frame frame = keeper_of(window, 123'456);
  EXPECT_EQ(frame.module, "");
  EXPECT_EQ(frame.function, "");
}

// Neither is a slot written to that is gone, nor do the linker's locks and the hooks' get in each other's way.
TEST_F(Loading, ThreadsThatLoadAndUnloadAtOnce) {
  std::atomic<int> failures{0};
  {
    MemoryWindow window;
    std::vector<std::thread> threads;
    for (const char* name : {"victim_plain.so", "victim_other.so", "victim_work.so"}) {
      threads.emplace_back([&failures, name] {
        const std::string file = std::string(BENCHKIT_VICTIMS) + name;
        for (int i = 0; i < 1500; ++i) {
          void* const victim = dlopen(file.c_str(), i % 2 == 0 ? RTLD_NOW : RTLD_LAZY);
          if (victim == nullptr) ++failures;
          else dlclose(victim);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    window.close();
  }
  EXPECT_EQ(failures, 0);
}

// The hooks are put in and taken out again while other threads are half way through loading, and through unloading.
TEST_F(Loading, WindowsOpenAndCloseWhileThreadsLoadAndUnload) {
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  const auto work = [&](const char* name, auto&& use) {
    const std::string file = std::string(BENCHKIT_VICTIMS) + name;
    for (int i = 0; !stop; ++i) {
      void* const victim = dlopen(file.c_str(), i % 2 == 0 ? RTLD_NOW : RTLD_LAZY);
      if (victim == nullptr || !use(victim)) ++failures;
      if (victim != nullptr) dlclose(victim);
    }
  };
  std::thread plain(work, "victim_plain.so", [](void* victim) {
    function<void (*)(void*)>(victim, "victim_give")(function<void* (*)(std::size_t)>(victim, "victim_take")(100));
    return true;
  });
  std::thread other(work, "victim_other.so",
                    [](void* victim) { return function<std::size_t (*)(const char*)>(victim, "victim_length")("four") == 4; });
  for (int i = 0; i < 1000; ++i) {
    MemoryWindow window;
    window.close();
    benchkit::detach_memory_hooks();
  }
  stop = true;
  plain.join();
  other.join();
  EXPECT_EQ(failures, 0);
}

/// What a tool does that patches the same slots, when it ends: the library's calls lead to the functions themselves again.
void write_over_hooks(void* library) {
  const auto& object = *static_cast<const link_map*>(library);
  const ElfW(Sym)* symbols = nullptr;
  const char* strings = nullptr;
  std::size_t count = 0;
  const ElfW(Rela)* calls = nullptr;
  for (const ElfW(Dyn)* entry = object.l_ld; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_STRTAB) strings = reinterpret_cast<const char*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_JMPREL) calls = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_PLTRELSZ) count = entry->d_un.d_val / sizeof(ElfW(Rela));
  }
  void* const libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = strings + symbols[ELF64_R_SYM(calls[i].r_info)].st_name;
    if (name == "malloc" || name == "free") *reinterpret_cast<void**>(object.l_addr + calls[i].r_offset) = dlsym(libc, name.c_str());
  }
  dlclose(libc);
}

// A library that was unloaded and loaded again looks the same as one whose hooks were taken away. Only the latter may have cost events.
TEST_F(Loading, AToolThatTookTheHooksAwayIsToldFromALibraryThatWasReloaded) {
  if (dlsym(RTLD_DEFAULT, "benchkit_memhook") != nullptr) GTEST_SKIP() << "the hooks are preloaded: they are no slots";
  enum class Meanwhile { unload, unload_twice, reload, reload_and_load };
  for (const bool tool : {false, true}) {
    for (const Meanwhile meanwhile : {Meanwhile::unload, Meanwhile::unload_twice, Meanwhile::reload, Meanwhile::reload_and_load}) {
      void* const stays = load("victim_work.so", RTLD_LAZY);
      void* plain = load("victim_plain.so", RTLD_LAZY);
      void* const other = meanwhile == Meanwhile::unload_twice ? load("victim_other.so", RTLD_LAZY) : nullptr;
      MemoryWindow window;
      if (tool) {
        write_over_hooks(stays);
        write_over_hooks(plain);
      }
      dlclose(plain);
      if (other != nullptr) dlclose(other);
      const bool again = meanwhile == Meanwhile::reload || meanwhile == Meanwhile::reload_and_load;
      if (again) plain = load("victim_plain.so", RTLD_LAZY);
      void* const more = meanwhile == Meanwhile::reload_and_load ? load("victim_variable.so") : nullptr;
      EXPECT_EQ(window.close().missed_events, tool ? 1u : 0u) << "case " << static_cast<int>(meanwhile);
      if (again) dlclose(plain);
      if (more != nullptr) dlclose(more);
      dlclose(stays);
    }
  }
}

TEST_F(Loading, WhatTheProgramPutIntoAVariableStays) {
  void* const victim = load("victim_variable.so");
  { MemoryWindow first; }
  function<void (*)()>(victim, "victim_choose")();
  MemoryWindow window;
  MemoryWindow inner;
  inner.close();
  const MemoryReading reading = window.close();
  EXPECT_EQ(function<int (*)()>(victim, "victim_has_chosen")(), 1);
  EXPECT_EQ(reading.missed_events, 0u);
  benchkit::detach_memory_hooks();
  EXPECT_EQ(function<int (*)()>(victim, "victim_has_chosen")(), 1);
  dlclose(victim);
}

}  // namespace
