// Holds what its constructor took: initialised before whatever does not need it, the hooks among them.
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kBytes = 5'000'000;
void* g_block = nullptr;

__attribute__((constructor)) void when_loaded() {
  g_block = std::malloc(kBytes);
  std::memset(g_block, 1, kBytes);
}

}  // namespace

extern "C" void* victim_early_block() { return g_block; }
