// Native work with a peak that is the same each time: what benchkit and memray are asked about, beside each other.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kPage = 4096;

[[gnu::noinline]] void* used(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}
void* take(std::size_t bytes) { return used(std::malloc(bytes)); }

struct Random {
  unsigned state;
  unsigned operator()() { return (state = state * 1664525u + 1013904223u) >> 8; }
};

void* map(std::size_t bytes, int flags = 0, void* where = nullptr) {
  return mmap(where, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

}  // namespace

extern "C" {

void ramp() {
  std::vector<void*> blocks;
  for (std::size_t i = 1; i < 2000; ++i) blocks.push_back(take(i));
  for (void* block : blocks) std::free(block);
}

void waves() {
  for (std::size_t wave = 1; wave < 40; ++wave) {
    void* const one = take(wave * 10'000);
    void* const two = take((40 - wave) * 7'000);
    std::free(one);
    std::free(two);
  }
}

void random_sizes() {
  Random random{42};
  std::vector<void*> blocks(500);
  for (int i = 0; i < 20'000; ++i) {
    void*& block = blocks[random() % blocks.size()];
    std::free(block);
    block = take(random() % 5000);
  }
  for (void* block : blocks) std::free(block);
}

void realloc_growth() {
  void* block = nullptr;
  for (std::size_t bytes = 10; bytes < 3'000'000; bytes = bytes * 3 / 2) block = used(std::realloc(block, bytes));
  std::free(block);
}

void realloc_to_nothing() {
  used(std::realloc(take(1'000'000), 0));
  std::free(take(1'000'000));
}

void aligned_blocks() {
  std::vector<void*> blocks;
  for (std::size_t i = 1; i < 50; ++i) {
    blocks.push_back(used(aligned_alloc(4096, 4096 * i)));
    void* block = nullptr;
    if (posix_memalign(&block, 256, 100 + i) == 0) blocks.push_back(block);
  }
  for (void* block : blocks) std::free(block);
}

void calloc_blocks() {
  std::vector<void*> blocks;
  for (std::size_t i = 1; i < 300; ++i) blocks.push_back(used(std::calloc(i, 24)));
  for (void* block : blocks) std::free(block);
}

void strings() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i);
  const std::string copy = text + text;
  used(const_cast<char*>(copy.data()));
}

void vectors() {
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < 300; ++i) rows.emplace_back(i * 3, 1.0);
  used(rows.data());
}

void tree() {
  std::map<int, std::string> tree;
  for (int i = 0; i < 5000; ++i) tree[(i * 7919) % 5000] = std::string(static_cast<std::size_t>(i % 100), 'x');
  for (int i = 0; i < 5000; i += 2) tree.erase(i);
}

void maps_in_parts() {
  auto* const pages = static_cast<char*>(map(64 * kPage));
  munmap(pages + 8 * kPage, 8 * kPage);
  void* const more = map(32 * kPage);
  munmap(pages, 64 * kPage);
  munmap(more, 32 * kPage);
}

void maps_over_maps() {
  auto* const pages = static_cast<char*>(map(64 * kPage));
  map(16 * kPage, MAP_FIXED, pages + 4 * kPage);
  map(10 * kPage, MAP_FIXED, pages + 40 * kPage);
  munmap(pages, 64 * kPage);
}

void reservation() {
  void* const reserved = map(std::size_t{1} << 30, MAP_NORESERVE);
  std::free(take(100'000));
  munmap(reserved, std::size_t{1} << 30);
}

void mixed() {
  Random random{7};
  std::vector<void*> blocks(200);
  std::vector<void*> pages(50);
  for (int i = 0; i < 3000; ++i) {
    void*& block = blocks[random() % blocks.size()];
    block = used(std::realloc(block, 1 + random() % 50'000));
    void*& page = pages[random() % pages.size()];
    if (page != nullptr) munmap(page, 5 * kPage);
    page = map(5 * kPage);
  }
  for (void* block : blocks) std::free(block);
  for (void* page : pages) {
    if (page != nullptr) munmap(page, 5 * kPage);
  }
}

}  // extern "C"
