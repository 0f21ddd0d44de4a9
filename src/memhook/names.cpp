// The functions' own names: how the hooks stand before the allocator where the library is preloaded, or linked into a program that is itself linked
// dynamically, whose names go before those of every library.
#include "memhook/stand_in.hpp"

#define BENCHKIT_NAME_everywhere(name) BENCHKIT_STAND_IN(#name, "benchkit_hook_" #name)
#define BENCHKIT_NAME_patched(name)
#define BENCHKIT_NAME_programs(name) BENCHKIT_NAME_everywhere(name)
#define BENCHKIT_NAME_own_operators(name)
#define BENCHKIT_HOOK(name, result, parameters, where) BENCHKIT_NAME_##where(name)
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK
