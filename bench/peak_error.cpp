// How far a peak is from what a program knows that it holds: threads that ramp up, waver at the top and come down together, beside a counter that all of
// them share. The counter is told before an allocation and after a release, so it is right to within what is in flight: a block a thread. Prints JSON.
//   bench_peak_error THREADS
#include <atomic>
#include <barrier>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include <benchkit/core/memory.hpp>

namespace {

constexpr std::size_t kBlocks = 20'000;
constexpr std::size_t kMostBytes = 4000;

std::atomic<std::int64_t> g_live{0};
std::atomic<std::int64_t> g_peak{0};

void tell(std::int64_t bytes) {
  const std::int64_t now = g_live.fetch_add(bytes) + bytes;
  std::int64_t seen = g_peak.load();
  while (now > seen && !g_peak.compare_exchange_weak(seen, now)) {
  }
}

struct Held {
  void* block;
  std::size_t bytes;
};

void take(Held& held, std::size_t bytes) {
  tell(static_cast<std::int64_t>(bytes));
  held = {std::malloc(bytes), bytes};
}
void give(const Held& held) {
  std::free(held.block);
  tell(-static_cast<std::int64_t>(held.bytes));
}

void work(unsigned seed, std::vector<Held>& blocks) {
  std::mt19937 random(seed);
  for (Held& one : blocks) take(one, 1 + random() % kMostBytes);
  for (std::size_t step = 0; step < 4 * kBlocks; ++step) {
    Held& one = blocks[random() % kBlocks];
    give(one);
    take(one, 1 + random() % kMostBytes);
  }
  for (const Held& one : blocks) give(one);
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned count = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  std::vector<std::vector<Held>> blocks(count, std::vector<Held>(kBlocks));
  benchkit::MemoryReading seen;
  if (count == 1) {
    benchkit::MemoryWindow window;
    work(0, blocks[0]);
    seen = window.close();
  } else {
    std::barrier<> together(static_cast<std::ptrdiff_t>(count) + 1);
    std::vector<std::thread> threads;
    threads.reserve(count);
    for (unsigned i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        together.arrive_and_wait();
        work(i, blocks[i]);
        together.arrive_and_wait();
      });
    }
    benchkit::MemoryWindow window;
    together.arrive_and_wait();
    together.arrive_and_wait();
    seen = window.close();
    for (std::thread& thread : threads) thread.join();
  }
  std::printf("{\"threads\": %u, \"truth\": %lld, \"peak\": %lld, \"bound\": %llu}\n", count, static_cast<long long>(g_peak.load()),
              static_cast<long long>(seen.peak_bytes), static_cast<unsigned long long>(seen.peak_error_bytes));
}
