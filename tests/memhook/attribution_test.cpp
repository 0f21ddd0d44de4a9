// Attributed windows: who held the bytes at the peak, where the truth is known.
#include <cstdint>
#include <string>
#include <vector>

#include "window.hpp"

using benchkit::CallPath;
using benchkit::CallPaths;
using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

class Attribution : public MemoryTest {};

TEST_F(Attribution, First) {
  MemoryWindow window({.attribute = true});
  void* a = take(1000);
  void* b = take(500);
  give(a);
  const MemoryReading seen = window.close();
  give(b);
  EXPECT_EQ(seen.peak_bytes, 1500);
  const CallPaths& paths = window.call_paths();
  for (const CallPath& path : paths.paths) {
    printf("%ld %ld\n", path.bytes, path.allocations);
    for (auto i : path.frames) printf("   %s %s+%lx\n", paths.frames[i].function.c_str(), paths.frames[i].module.c_str(), paths.frames[i].offset);
  }
  printf("rest %ld\n", paths.rest_bytes);
}

}  // namespace
