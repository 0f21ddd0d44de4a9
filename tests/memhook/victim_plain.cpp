// Allocates for whoever asks.
#include <cstdlib>

extern "C" void* victim_take(std::size_t bytes) { return std::malloc(bytes); }
extern "C" void victim_give(void* block) { std::free(block); }
