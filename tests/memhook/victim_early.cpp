// A program that allocates before main: in a constructor of its own, and in one of a library that is initialised before the hooks are.
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kBytes = 7'000'000;
void* g_early = nullptr;

__attribute__((constructor(101))) void before_main() {
  g_early = std::malloc(kBytes);
  std::memset(g_early, 1, kBytes);
}

}  // namespace

extern "C" void* victim_early_block();

int main() {
  std::free(victim_early_block());
  std::free(g_early);
  return 0;
}
