// What counting costs an allocation: threads that free and allocate at random, 1,024 live blocks of 16 to 271 bytes each. The arms are taken in turn, in
// random order, many times; printed is the median of each arm in nanoseconds per malloc+free pair, as JSON.
//   bench_churn THREADS ROUNDS
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <benchkit/core/memory.hpp>

namespace {

constexpr std::size_t kLive = 1024;
constexpr long kPairs = 300'000;

double churn(unsigned seed) {
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

double churn_in(unsigned threads) {
  std::vector<double> each(threads);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back([&, i] { each[i] = churn(i); });
  each[0] = churn(0);
  for (std::thread& other : others) other.join();
  double sum = 0;
  for (const double one : each) sum += one;
  return sum / threads;
}

double bare(unsigned threads) {
  benchkit::detach_memory_hooks();
  return churn_in(threads);
}
double idle(unsigned threads) {
  { benchkit::MemoryWindow attached; }
  return churn_in(threads);
}
double counted(unsigned threads) {
  benchkit::MemoryWindow window;
  return churn_in(threads);
}
double exact(unsigned threads) {
  benchkit::MemoryWindow window({.exact = true});
  return churn_in(threads);
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned threads = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 15;
  const std::vector<std::pair<std::string, double (*)(unsigned)>> arms{
      {"bare", bare}, {"idle", idle}, {"counted", counted}, {"exact", exact}};
  std::map<std::string, std::vector<double>> seen;
  std::mt19937 random(7);
  std::vector<std::size_t> order{0, 1, 2, 3};
  for (int round = 0; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t arm : order) seen[arms[arm].first].push_back(arms[arm].second(threads));
  }
  std::printf("{");
  for (auto& [name, times] : seen) {
    std::sort(times.begin(), times.end());
    std::printf("\"%s\": %.3f, ", name.c_str(), times[times.size() / 2]);
  }
  std::printf("\"threads\": %u}\n", threads);
}
