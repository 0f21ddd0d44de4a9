// A program with the hooks linked in: its own code and theirs lie in one piece. It asks who held the bytes, and checks the answer by the addresses of its
// functions, for a static program has no names to ask for. Then windows are opened and closed while threads allocate.
#include <sys/mman.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "memhook/abi.h"

extern "C" {
extern const char __start_keepers[];
extern const char __stop_keepers[];
extern const char __start_callers[];
extern const char __stop_callers[];
}

namespace {

#define KEEPER [[gnu::noinline, gnu::section("keepers")]]

/// The call must not be the function's last instruction, or there is no frame; the compiler may not remove what nobody uses.
void* used(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

KEEPER void* by_malloc(std::size_t size) { return used(std::malloc(size)); }
KEEPER void* by_calloc(std::size_t size) { return used(std::calloc(1, size)); }
KEEPER void* by_realloc(std::size_t size) { return used(std::realloc(nullptr, size)); }
KEEPER void* by_reallocarray(std::size_t size) { return used(reallocarray(nullptr, size, 1)); }
KEEPER void* by_aligned_alloc(std::size_t size) { return used(std::aligned_alloc(64, size)); }
KEEPER void* by_posix_memalign(std::size_t size) {
  void* block = nullptr;
  return posix_memalign(&block, 64, size) == 0 ? used(block) : nullptr;
}
KEEPER void* by_mmap(std::size_t size) { return used(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)); }
KEEPER void* by_mprotect(std::size_t size) {
  void* const map = used(mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return mprotect(map, size, PROT_READ | PROT_WRITE) == 0 ? used(map) : nullptr;
}

using Keep = void* (*)(std::size_t);
struct Way {
  Keep keep;
  bool is_map;
};
constexpr Way kWays[] = {{by_malloc, false},        {by_calloc, false},         {by_realloc, false}, {by_reallocarray, false},
                         {by_aligned_alloc, false}, {by_posix_memalign, false}, {by_mmap, true},     {by_mprotect, true}};
constexpr std::size_t kBytes = 1 << 20;

[[gnu::noinline, gnu::section("callers")]] void* call(Keep keep, std::size_t size) { return used(keep(size)); }

void release(void* block, bool is_map) {
  if (is_map) munmap(block, kBytes);
  else std::free(block);
}

bool is_between(std::uint64_t address, const char* begin, const char* end) {
  return address > reinterpret_cast<std::uint64_t>(begin) && address <= reinterpret_cast<std::uint64_t>(end);
}

/// What was held by a keeper that the caller called.
struct Seen {
  std::int64_t told = 0;
  std::int64_t all = 0;
};
int add_path(const benchkit_memhook_path* path, void* data) {
  auto& seen = *static_cast<Seen*>(data);
  seen.all += path->bytes;
  const bool told = path->native_count > 2 && is_between(path->native[0], __start_keepers, __stop_keepers) &&
                    is_between(path->native[1], __start_callers, __stop_callers);
  if (told) seen.told += path->bytes;
  return 0;
}

const benchkit_memhook_interface& hooks() { return *benchkit_memhook(); }

std::int64_t open_attributed() {
  char why[200] = "";
  const std::int64_t window = hooks().open(BENCHKIT_MEMHOOK_TRUTH, BENCHKIT_MEMHOOK_ATTRIBUTE, why, sizeof why);
  if (window < 0) std::printf("not opened: %s\n", why);
  return window;
}

Seen closed(std::int64_t window, benchkit_memhook_reading& reading) {
  Seen seen;
  if (hooks().close(window, &reading) != 0) std::puts("not closed");
  if (hooks().paths(window, add_path, &seen) != 0 || hooks().forget_paths(window) != 0) std::puts("no paths");
  return seen;
}

bool each_way_is_told() {
  bool good = true;
  for (std::size_t i = 0; i < sizeof kWays / sizeof kWays[0]; ++i) {
    const std::int64_t window = open_attributed();
    void* const block = call(kWays[i].keep, kBytes);
    benchkit_memhook_reading reading;
    const Seen seen = closed(window, reading);
    release(block, kWays[i].is_map);
    if (seen.told == kBytes && seen.all == reading.peak_bytes) continue;
    std::printf("way %zu: %lld bytes told of %lld, peak %lld\n", i, static_cast<long long>(seen.told), static_cast<long long>(seen.all),
                static_cast<long long>(reading.peak_bytes));
    good = false;
  }
  return good;
}

bool windows_under_load() {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&stop] {
      for (std::size_t i = 0; !stop; ++i) {
        const Way& way = kWays[i % (sizeof kWays / sizeof kWays[0])];
        release(call(way.keep, kBytes), way.is_map);
      }
    });
  }
  bool good = true;
  for (int cycle = 0; cycle < 300; ++cycle) {
    const std::int64_t window = open_attributed();
    if (cycle % 4 == 0) std::this_thread::yield();
    benchkit_memhook_reading reading;
    const Seen seen = closed(window, reading);
    good = good && window > 0 && seen.all == reading.peak_bytes;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  if (!good) std::puts("under load the paths do not add up to the peak");
  return good;
}

}  // namespace

int main() {
  char why[200] = "";
  if (hooks().attach(why, sizeof why) != 0) {
    std::puts(why);
    return 1;
  }
  if (hooks().door() != BENCHKIT_MEMHOOK_INTERPOSED) {
    std::puts("the hooks do not stand before malloc");
    return 1;
  }
  const bool told = each_way_is_told();
  return windows_under_load() && told ? 0 : 1;
}
