// The same three under Google Benchmark.
#include <cstdint>

#include <benchmark/benchmark.h>

static void empty(benchmark::State& state) {
  for (auto _ : state) {
  }
}
BENCHMARK(empty);

static void sink(benchmark::State& state) {
  std::uint64_t x = 1;
  for (auto _ : state) benchmark::DoNotOptimize(x += 3);
}
BENCHMARK(sink);

static void fresh_state(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    std::uint64_t x = 1;
    state.ResumeTiming();
    benchmark::DoNotOptimize(x += 3);
  }
}
BENCHMARK(fresh_state);

BENCHMARK_MAIN();
