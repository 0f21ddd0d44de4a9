// How the hooks stand before the allocator of a program that is linked statically as a whole. There is no dynamic linker to ask for the next
// function of a name, and libc's own archive defines them all, so that a second definition would be one too many. The linker's --wrap gives both:
// every call of NAME leads to __wrap_NAME, and __real_NAME is the function itself.
#include <malloc.h>

#include "memhook/hooks.hpp"
#include "memhook/stand_in.hpp"

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the linker makes these names
extern "C" {
#define BENCHKIT_DECLARE_everywhere(name, result, parameters) result __real_##name parameters;
#define BENCHKIT_DECLARE_patched(name, result, parameters)
#define BENCHKIT_DECLARE_programs(name, result, parameters) BENCHKIT_DECLARE_everywhere(name, result, parameters)
#define BENCHKIT_DECLARE_own_operators(name, result, parameters)
#define BENCHKIT_HOOK(name, result, parameters, where) BENCHKIT_DECLARE_##where(name, result, parameters)
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK

extern const benchkit::memhook::Real benchkit_memhook_wrapped;
const benchkit::memhook::Real benchkit_memhook_wrapped{
#define BENCHKIT_REAL_everywhere(name) .name = __real_##name,
#define BENCHKIT_REAL_patched(name) .name = nullptr,
#define BENCHKIT_REAL_programs(name) BENCHKIT_REAL_everywhere(name)
#define BENCHKIT_REAL_own_operators(name) .name = nullptr,
#define BENCHKIT_HOOK(name, result, parameters, where) BENCHKIT_REAL_##where(name)
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK
    .malloc_usable_size = malloc_usable_size,
};
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

#define BENCHKIT_NAME_everywhere(name) BENCHKIT_STAND_IN("__wrap_" #name, "benchkit_hook_" #name)
#define BENCHKIT_NAME_patched(name)
#define BENCHKIT_NAME_programs(name) BENCHKIT_NAME_everywhere(name)
#define BENCHKIT_NAME_own_operators(name)
#define BENCHKIT_HOOK(name, result, parameters, where) BENCHKIT_NAME_##where(name)
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK
