// A host whose cases know what they allocate; `once` measures one in the program itself.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <benchkit/benchkit.hpp>

namespace {

/// 1,500,000 bytes at its peak, 1,800,000 in all, in 3 allocations, by operator new and by malloc.
char work() {
  std::vector<char> one(1'000'000);
  void* volatile two = std::malloc(500'000);
  std::free(two);
  const std::vector<char> three(300'000);
  return one[three.size()];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "once") == 0) {
    try {
      const auto seen = benchkit::measure_peak(work);
      std::printf("%lld %llu %llu\n", static_cast<long long>(seen.peak_bytes), static_cast<unsigned long long>(seen.allocated_bytes),
                  static_cast<unsigned long long>(seen.allocations));
      return 0;
    } catch (const benchkit::Error& error) {
      std::puts(error.what());
      return 1;
    }
  }
  benchkit::App app{"memory"};
  app.add({.id = "work", .run = [] { return work; }});
  return app.main(argc, argv);
}
