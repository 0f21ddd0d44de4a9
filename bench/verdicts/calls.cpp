// The kernels as a program, for tools that time programs (KERNEL COUNT [PLANTED SHARE]), and as a library, for those that time functions of
// Python.
#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "kernels.hpp"
#include "planted.hpp"

namespace {

using Run = std::function<std::size_t(std::size_t)>;

/// What calls the kernel so many times; state and all are kept.
Run kernel_named(const std::string& wanted, double planted) {
  Run run;
  verdicts::each_kernel([&](const char* name, auto factory) {
    if (wanted != name) return;
    run = [action = verdicts::Planted(factory(), planted)](std::size_t count) mutable {
      std::size_t sum = 0;
      for (std::size_t i = 0; i < count; ++i) sum += static_cast<std::size_t>(action());
      return sum;
    };
  });
  return run;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) std::size_t verdicts_call(const char* name, std::size_t count) {
  static std::map<std::string, Run> kernels;
  auto& run = kernels[name];
  if (!run) run = kernel_named(name, verdicts::planted_share(name));
  return run(count);
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const Run run = kernel_named(argv[1], argc > 3 ? std::atof(argv[3]) : 0);
  if (!run) return 2;
  std::printf("%zu\n", run(std::strtoull(argv[2], nullptr, 10)));
}
