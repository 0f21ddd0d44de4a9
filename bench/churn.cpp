// What counting costs an allocation: threads that free and allocate at random (churn_work.cpp). The arms are taken in turn, in random order, many times;
// printed is the median of each arm in nanoseconds per malloc+free pair, as JSON.
//   bench_churn THREADS ROUNDS [bare]      bare: that arm alone, for tools that stand before the allocator themselves
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <benchkit/core/memory.hpp>

#include "churn_work.hpp"

namespace {

double churn_in(unsigned threads) {
  std::vector<double> each(threads);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back([&, i] { each[i] = bench_churn(i); });
  each[0] = bench_churn(0);
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
  std::vector<std::pair<std::string, double (*)(unsigned)>> arms{{"bare", bare}, {"idle", idle}, {"counted", counted}, {"exact", exact}};
  if (argc > 3) arms.resize(1);
  std::map<std::string, std::vector<double>> seen;
  std::mt19937 random(7);
  std::vector<std::size_t> order(arms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
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
