// What it takes to stand before the allocator of a process with many loaded objects: the first time (the hooks' library is loaded, every object looked
// through), again after detaching, and to open and close a window once the hooks are in place. Prints JSON; medians, but for the first time.
//   bench_attach FOLDER      every file in it is loaded beforehand
#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <vector>

#include <benchkit/core/memory.hpp>

namespace {

using Nanoseconds = std::chrono::duration<double, std::nano>;

template <class Work>
double time_of(Work&& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return Nanoseconds(std::chrono::steady_clock::now() - began).count();
}

template <class Work>
double median_of(int rounds, Work&& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(work());
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

int count_objects(dl_phdr_info* /*info*/, std::size_t /*size*/, void* count) { return ++*static_cast<int*>(count), 0; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (const auto& file : std::filesystem::directory_iterator(argv[1])) {
    if (dlopen(file.path().c_str(), RTLD_NOW) == nullptr) return std::fprintf(stderr, "%s\n", dlerror()), 1;
  }
  int objects = 0;
  dl_iterate_phdr(count_objects, &objects);
  const double first = time_of([] { benchkit::MemoryWindow window; });
  const double again = median_of(31, [] {
    benchkit::detach_memory_hooks();
    return time_of([] { benchkit::MemoryWindow window; });
  });
  const double window = median_of(31, [] {
    constexpr int kWindows = 100;
    return time_of([] {
             for (int i = 0; i < kWindows; ++i) benchkit::MemoryWindow().close();
           }) /
           kWindows;
  });
  std::printf("{\"objects\": %d, \"first_ns\": %.0f, \"again_ns\": %.0f, \"window_ns\": %.1f}\n", objects, first, again, window);
}
