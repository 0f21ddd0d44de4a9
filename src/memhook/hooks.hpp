// The hooks: what stands in the place of each function of hooks.def, and the function itself.
#pragma once

#include <spawn.h>
#include <stdio.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace benchkit::memhook {

enum class Where : std::uint8_t { everywhere, patched, programs, own_operators };

/// The functions themselves, by name; null where the process has none.
struct Real {
#define BENCHKIT_HOOK(name, result, parameters, where) result(*name) parameters;
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK
  std::size_t (*malloc_usable_size)(void*);
};
extern Real g_real;

extern "C" {
#define BENCHKIT_HOOK(name, result, parameters, where) result benchkit_hook_##name parameters;
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK
}

struct Hook {
  const char* name;
  Where where;
  void* stands_in;  ///< our function
  void** real;      ///< its place in g_real
};
extern const Hook g_hooks[];
extern const std::size_t g_hook_count;

}  // namespace benchkit::memhook
