// A library that lets its user choose the allocator: the variable begins with malloc and is set to something else.
#include <cstdlib>

namespace {

char g_room[64];
void* own(std::size_t /*bytes*/) { return g_room; }

}  // namespace

extern "C" {
extern void* (*volatile victim_allocate)(std::size_t);
void* (*volatile victim_allocate)(std::size_t) = std::malloc;
void victim_choose() { victim_allocate = own; }
int victim_has_chosen() { return victim_allocate == own ? 1 : 0; }
}
