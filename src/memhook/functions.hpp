// Finding the functions themselves, whatever stands in front of them.
#pragma once

#include <dlfcn.h>

namespace benchkit::memhook {

/// Fills g_real and finds out which allocator this is. Done once, at the first call of a hook or when attaching.
void find_real_functions() noexcept;
/// The library stands before the allocator by its exported names (preloaded or linked).
[[nodiscard]] bool is_interposed() noexcept;
/// It does so because the linker wrapped the functions, in a program that is linked statically: there is nothing to patch, and nobody to ask for symbols.
[[nodiscard]] bool is_wrapped() noexcept;
/// operator new is the allocator's own and does not call malloc (tcmalloc, jemalloc).
[[nodiscard]] bool allocator_has_own_operators() noexcept;

/// The file of the object that an address is in, or "".
[[nodiscard]] const char* file_of(const void* address) noexcept;
/// False for the address of a program's own stub: a program that is not position-independent may be the home of a function's address without
/// being that of the function, and the stub's slot may lead to a hook.
[[nodiscard]] bool is_function_itself(const void* address) noexcept;

}  // namespace benchkit::memhook
