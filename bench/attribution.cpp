// What attribution costs an allocation, at the bottom of a recursion: 1,024 live blocks of 16 to 271 bytes, one of which is freed and made anew by each call,
// 14 or 34 calls deep. There are two programs of this file, with frame pointers and without. The arms are taken in turn, in random order; printed is the median of each
// in nanoseconds per malloc+free pair, as JSON. The recursion is part of each arm; `bare` is what there is without counting.
//   bench_attribution_kept|bench_attribution_omitted ROUNDS
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <benchkit/core/memory.hpp>

namespace {

constexpr std::size_t kLive = 1024;
constexpr long kPairs = 200'000;

template <class T>
[[gnu::always_inline]] inline T kept(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

/// A leaf that does many pairs: so the depth is paid for by who walks the stack and not by the recursion.
[[gnu::noinline]] unsigned pairs(void** live, unsigned random, long count) {
  for (long i = 0; i < count; ++i) {
    random = random * 1664525u + 1013904223u;
    void*& block = live[(random >> 16) % kLive];
    std::free(block);
    block = kept(std::malloc(16 + ((random >> 8) & 255)));
  }
  return kept(random);
}
[[gnu::noinline]] unsigned descend(int depth, void** live, unsigned random, long count) {
  if (depth == 0) return kept(pairs(live, random, count));
  return kept(descend(depth - 1, live, random, count));
}
/// Each pair from a recursion of its own.
[[gnu::noinline]] unsigned descend_for_each(int depth, void** live, unsigned random, long count) {
  for (long i = 0; i < count; ++i) random = descend(depth, live, random, 1);
  return kept(random);
}

struct Work {
  const char* name;
  unsigned (*run)(int, void**, unsigned, long);
  int depth;
};
constexpr Work kWork[] = {{"at depth 14", descend, 14}, {"at depth 34", descend, 34}, {"from depth 0 to 14", descend_for_each, 14}};

double churn(const Work& work) {
  std::vector<void*> live(kLive);
  const unsigned random = work.run(work.depth, live.data(), 1, 4 * kLive);
  const auto began = std::chrono::steady_clock::now();
  (void)work.run(work.depth, live.data(), random, kPairs);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  for (void* block : live) std::free(block);
  return took.count() / kPairs;
}

double bare(const Work& work) {
  benchkit::detach_memory_hooks();
  return churn(work);
}
double counted(const Work& work) {
  benchkit::MemoryWindow window;
  return churn(work);
}
double attributed(const Work& work) {
  benchkit::MemoryWindow window({.attribute = true});
  return churn(work);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
  const std::vector<std::pair<std::string, double (*)(const Work&)>> arms{{"bare", bare}, {"counted", counted}, {"attributed", attributed}};
  std::map<std::string, std::vector<double>> seen;
  std::mt19937 random(7);
  std::vector<std::pair<const Work*, std::size_t>> order;
  for (const Work& work : kWork) {
    for (std::size_t arm = 0; arm < arms.size(); ++arm) order.emplace_back(&work, arm);
  }
  for (int round = 0; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const auto& [work, arm] : order) seen[arms[arm].first + " " + work->name].push_back(arms[arm].second(*work));
  }
  const char* separator = "{";
  for (auto& [name, times] : seen) {
    std::sort(times.begin(), times.end());
    std::printf("%s\"%s\": %.3f", separator, name.c_str(), times[times.size() / 2]);
    separator = ", ";
  }
  std::printf("}\n");
}
