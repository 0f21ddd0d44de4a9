// Calls libc where victim_plain calls the allocator.
#include <cstdlib>
#include <cstring>

extern "C" std::size_t victim_length(const char* text) { return std::strlen(text); }
extern "C" char* victim_variable(const char* name) { return std::getenv(name); }
