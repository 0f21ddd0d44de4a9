// A program that does at random, in a window, all that the accounts judge by rules of their own, and writes down what it did: test_account_rules.py works
// out from that log what the window must have seen.
//   victim_log SEED memray|truth      prints "reading PEAK LIVE", then an event a line: what, the address that went in, the one that came out, bytes, bytes before
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <benchkit/core/memory.hpp>

namespace {

struct Event {
  const char* what;
  std::uintptr_t in, out;
  std::size_t bytes, before;
};
constexpr int kEvents = 4000;
constexpr std::size_t kPage = 4096;
Event g_log[kEvents];  // no list that grows: that would be in the window, too
int g_written = 0;

void* g_blocks[200];
struct Map {
  char* begin;
  std::size_t pages;
};
Map g_maps[20];

std::uint64_t g_random = 0;
std::size_t below(std::size_t bound) {
  g_random = g_random * 6364136223846793005u + 1442695040888963407u;
  return static_cast<std::size_t>(g_random >> 33) % bound;
}
std::size_t some_bytes() { return below(8) == 0 ? below(400'000) : below(600); }

std::uintptr_t place(const void* address) { return reinterpret_cast<std::uintptr_t>(address); }
void write_down(const char* what, std::uintptr_t in, const void* out, std::size_t bytes, std::size_t before = 0) {
  g_log[g_written++] = {what, in, place(out), bytes, before};
}

void* allocate(std::size_t bytes) {
  void* made = nullptr;
  switch (below(4)) {
    case 0: made = std::calloc(3, bytes), bytes *= 3; break;
    case 1: made = aligned_alloc(64, bytes); break;
    case 2:
      if (posix_memalign(&made, 256, bytes) != 0) made = nullptr;
      break;
    default: made = std::malloc(bytes);
  }
  write_down("allocate", 0, made, bytes);
  return made;
}

void on_a_block() {
  void*& block = g_blocks[below(sizeof g_blocks / sizeof g_blocks[0])];
  const std::uintptr_t before = place(block);
  const std::size_t kind = below(6);
  if (block == nullptr) {
    block = allocate(some_bytes());
  } else if (kind == 0) {  // one that cannot be had
    volatile std::size_t huge = SIZE_MAX / 4;
    write_down("resize", before, std::realloc(block, huge), huge);
  } else if (kind == 1) {
    void* const none = std::realloc(block, 0);
    write_down("resize", before, none, 0);
    block = none;
  } else if (kind < 4) {
    const std::size_t bytes = 1 + some_bytes();
    block = std::realloc(block, bytes);
    write_down("resize", before, block, bytes);
  } else {
    std::free(block);
    write_down("free", before, nullptr, 0);
    block = nullptr;
  }
}

void* map_at(void* where, std::size_t pages) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (where != nullptr ? MAP_FIXED : 0);
  void* const made = mmap(where, pages * kPage, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (made == MAP_FAILED) std::abort();
  write_down(where != nullptr ? "map over" : "map", 0, made, pages * kPage);
  return made;
}

void on_a_map() {
  Map& map = g_maps[below(sizeof g_maps / sizeof g_maps[0])];
  if (map.pages == 0) {
    map.pages = 1 + below(40);
    map.begin = static_cast<char*>(map_at(nullptr, map.pages));
    return;
  }
  const std::size_t pages = 1 + below(map.pages);
  switch (below(3)) {
    case 0: (void)map_at(map.begin + below(map.pages - pages + 1) * kPage, pages); break;
    case 1: {
      const bool in_front = below(2) == 0;
      char* const gone = in_front ? map.begin : map.begin + (map.pages - pages) * kPage;
      munmap(gone, pages * kPage);
      write_down("unmap", place(gone), nullptr, pages * kPage);
      map.begin += in_front ? pages * kPage : 0;
      map.pages -= pages;
      break;
    }
    default: {
      void* const moved = mremap(map.begin, map.pages * kPage, (map.pages + pages) * kPage, MREMAP_MAYMOVE);
      if (moved == MAP_FAILED) return;  // what was mapped over may not be moved as one
      write_down("move", place(map.begin), moved, (map.pages + pages) * kPage, map.pages * kPage);
      map = {static_cast<char*>(moved), map.pages + pages};
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  g_random = std::strtoull(argv[1], nullptr, 10);
  for (std::size_t i = 0; i < 50; ++i) g_blocks[i] = std::malloc(some_bytes());  // from before the window
  const bool memray = std::string_view(argv[2]) == "memray";
  benchkit::MemoryWindow window({.account = memray ? benchkit::Account::memray : benchkit::Account::truth});
  while (g_written < kEvents) {
    if (below(4) == 0) on_a_map();
    else on_a_block();
  }
  const benchkit::MemoryReading reading = window.close();
  std::printf("reading %lld %lld\n", static_cast<long long>(reading.peak_bytes), static_cast<long long>(reading.live_bytes));
  for (const Event& event : g_log) std::printf("%s,%zx,%zx,%zu,%zu\n", event.what, event.in, event.out, event.bytes, event.before);
}
