// Has an allocator of its own, as libraries bound with RTLD_DEEPBIND may: what it takes must go back to where it came from.
#include <cstddef>

namespace {
alignas(16) char g_pool[1 << 16];
std::size_t g_used = 0;
int g_given_back = 0;
}  // namespace

extern "C" void* malloc(std::size_t bytes) {
  char* const block = g_pool + g_used;
  g_used += (bytes + 15) / 16 * 16;
  return block;
}
extern "C" void free(void* block) {
  if (block >= g_pool && block < g_pool + sizeof g_pool) ++g_given_back;
  else __builtin_trap();
}
extern "C" int victim_churn() {
  void* volatile block = malloc(100);
  free(block);
  return g_given_back;
}
