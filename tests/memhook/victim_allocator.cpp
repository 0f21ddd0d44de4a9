// A program whose heap may be anybody's: it allocates in every way there is, compares what a window saw with what it knows, and prints whose the
// allocator was. Linked with other allocators and without; the tests preload them too.
#include <dlfcn.h>
#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <new>
#include <thread>
#include <vector>

#include <benchkit/base/error.hpp>
#include <benchkit/core/memory.hpp>

namespace {

/// The compiler may remove an allocation whose block nobody uses.
template <class Pointer>
[[gnu::noinline]] Pointer used(Pointer block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

struct Expected {
  std::int64_t peak = 0, live = 0;
  std::uint64_t allocations = 0;
  void add(std::size_t bytes) {
    live += static_cast<std::int64_t>(bytes);
    peak = live > peak ? live : peak;
    ++allocations;
  }
  void remove(std::size_t bytes) { live -= static_cast<std::int64_t>(bytes); }
};

constexpr std::size_t kSizes[] = {1, 24, 25, 100, 1000, 5000, 70'000, 3'000'000};

void by_malloc(Expected& expected) {
  for (const std::size_t size : kSizes) {
    void* const one = used(std::malloc(size));
    expected.add(size);
    void* const zeroed = used(std::calloc(3, size));
    expected.add(3 * size);
    std::free(one);
    expected.remove(size);
    void* const grown = used(std::realloc(zeroed, 5 * size));
    expected.remove(3 * size);
    expected.add(5 * size);
    void* aligned = nullptr;
    if (posix_memalign(&aligned, 128, size) == 0) expected.add(size);
    std::free(used(aligned));
    expected.remove(size);
    std::free(used(aligned_alloc(64, 64 * size)));
    expected.add(64 * size);
    expected.remove(64 * size);
    std::free(grown);
    expected.remove(5 * size);
  }
}

void by_new(Expected& expected) {
  for (const std::size_t size : kSizes) {
    char* const plain = used(new char[size]);
    expected.add(size);
    char* const aligned = used(new (std::align_val_t{256}) char[size]);
    expected.add(size);
    void* const quiet = used(::operator new(size, std::nothrow));
    expected.add(size);
    delete[] plain;
    ::operator delete[](aligned, std::align_val_t{256});
    ::operator delete(quiet, size);
    expected.remove(3 * size);
  }
}

/// Asked before the hooks stand in front of it.
const char* allocator_file() {
  Dl_info info;
  return dladdr(reinterpret_cast<void*>(&std::malloc), &info) != 0 ? info.dli_fname : "?";
}

bool agrees(const char* what, const benchkit::MemoryReading& seen, const Expected& expected) {
  if (seen.peak_bytes == expected.peak && seen.live_bytes == expected.live && seen.allocations == expected.allocations) return true;
  std::printf("%s: peak %lld, expected %lld; live %lld, expected %lld; allocations %llu, expected %llu\n", what,
              static_cast<long long>(seen.peak_bytes), static_cast<long long>(expected.peak), static_cast<long long>(seen.live_bytes),
              static_cast<long long>(expected.live), static_cast<unsigned long long>(seen.allocations),
              static_cast<unsigned long long>(expected.allocations));
  return false;
}

int run() {
  const char* const allocator = allocator_file();
  void* const old = used(std::malloc(1000));
  bool good = true;
  for (int round = 0; round < 3; ++round) {
    Expected expected;
    benchkit::MemoryWindow window;
    by_malloc(expected);
    by_new(expected);
    if (round == 0) std::free(old);  // from before the window: nothing to it
    good = agrees("one thread", window.close(), expected) && good;
  }
  // Blocks of one thread that another frees, threads that end.
  benchkit::MemoryWindow window;
  for (int i = 0; i < 20; ++i) {
    std::vector<void*> blocks(100);
    std::thread([&] {
      for (void*& block : blocks) block = used(std::malloc(500));
    }).join();
    for (void* block : blocks) std::free(block);
  }
  const benchkit::MemoryReading seen = window.close();
  if (seen.peak_bytes < 100 * 500 || seen.peak_bytes > 100 * 500 + 50'000 || seen.live_bytes > 20'000) {
    std::printf("threads: peak %lld, live %lld\n", static_cast<long long>(seen.peak_bytes), static_cast<long long>(seen.live_bytes));
    good = false;
  }
  std::printf("%s: %s\n", good ? "agrees" : "DIFFERS", allocator);
  return good ? 0 : 1;
}

/// As heaptrack gets into a process that runs already: a debugger calls this function of its library.
void let_heaptrack_in(const char* library, const char* file) {
  void* const handle = dlopen(library, RTLD_NOW);
  if (handle == nullptr) return;
  reinterpret_cast<void (*)(const char*)>(dlsym(handle, "heaptrack_inject"))(file);
}

}  // namespace

// victim_allocator [LIBRARY FILE]: heaptrack's library to be injected, and where it writes
int main(int argc, char** argv) {
  if (argc == 3) let_heaptrack_in(argv[1], argv[2]);
  try {
    return run();
  } catch (const benchkit::Error& error) {
    std::printf("refused: %s\n", error.what());
    return 2;
  }
}
