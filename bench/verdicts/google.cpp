// The kernels under Google Benchmark.
#include <string>

#include <benchmark/benchmark.h>

#include "kernels.hpp"
#include "planted.hpp"

int main(int argc, char** argv) {
  verdicts::each_kernel([](const char* name, auto factory) {
    benchmark::RegisterBenchmark(name, [name, factory](benchmark::State& state) {
      verdicts::Planted action(factory(), verdicts::planted_share(name));
      for (auto _ : state) benchmark::DoNotOptimize(action());
    });
  });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
