// One thread that frees and allocates at random, 1,024 live blocks of 16 to 271 bytes. A library of its own: others load it from Python and preload
// themselves in front of it.
#include "churn_work.hpp"

#include <chrono>
#include <cstdlib>
#include <vector>

extern "C" double bench_churn(unsigned seed) {
  constexpr std::size_t kLive = 1024;
  constexpr long kPairs = 300'000;
  std::vector<void*> live(kLive);
  unsigned random = seed;
  const auto step = [&] {
    random = random * 1664525u + 1013904223u;
    void*& block = live[(random >> 16) % kLive];
    std::free(block);
    block = std::malloc(16 + ((random >> 8) & 255));
  };
  for (std::size_t i = 0; i < 4 * kLive; ++i) step();
  const auto began = std::chrono::steady_clock::now();
  for (long i = 0; i < kPairs; ++i) step();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  for (void* block : live) std::free(block);
  return took.count() / kPairs;
}
