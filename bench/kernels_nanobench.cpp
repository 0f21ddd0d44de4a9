// The same three kernels with nanobench's default settings.
#define ANKERL_NANOBENCH_IMPLEMENT
#include <nanobench.h>

#include "kernels.hpp"

namespace {

template <class Kernel>
void measure(ankerl::nanobench::Bench& bench, const char* name, Kernel kernel) {
  bench.run(name, [&] { ankerl::nanobench::doNotOptimizeAway(kernel()); });
}

}  // namespace

int main() {
  ankerl::nanobench::Bench bench;
  measure(bench, "sqrt", kernels::square_root());
  measure(bench, "hash", kernels::hash());
  measure(bench, "sum", kernels::sum());
}
