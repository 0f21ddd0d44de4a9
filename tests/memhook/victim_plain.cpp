// Allocates for whoever asks.
#include <cstdlib>
#include <new>

extern "C" void* victim_take(std::size_t bytes) {
  void* volatile block = std::malloc(bytes);  // as the last call it would have no frame
  return block;
}
extern "C" void victim_give(void* block) { std::free(block); }
extern "C" void* victim_take_new(std::size_t bytes) { return ::operator new(bytes); }
extern "C" void victim_give_new(void* block) { ::operator delete(block); }
