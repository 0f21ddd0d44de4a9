#include "memhook/functions.hpp"
#include "memhook/blocks.hpp"

#include <link.h>
#include <pthread.h>
#include <stdlib.h>

#include <atomic>

#include "memhook/file_names.hpp"
#include "memhook/hooks.hpp"
#include "memhook/patch.hpp"
#include "memhook/relocations.hpp"
#include "memhook/tree.hpp"
#include "memhook/windows.hpp"

// Where the linker wrapped the functions (wrapped.cpp); weak, for elsewhere there is none.
extern "C" [[gnu::weak, gnu::visibility("hidden")]] const benchkit::memhook::Real benchkit_memhook_wrapped;
extern "C" [[gnu::weak]] void* __libc_malloc(std::size_t);  // NOLINT(readability-identifier-naming): glibc's own name of its malloc

namespace benchkit::memhook {

// Out of an archive the linker takes what is asked for: by this name names.cpp or, where it wraps, wrapped.cpp.
[[gnu::used]] void* (*const g_stands_in)(std::size_t) = malloc;

namespace {

bool g_interposed = false;
/// Preloaded or linked. What stands first may still be another copy of these hooks, linked into a program that they are preloaded into as well: it
/// calls this one, which must ask for what comes behind it.
bool g_in_global_scope = false;
bool g_stands_apart = false;

const void* base_of(const void* address) noexcept {
  Dl_info info;
  return dladdr(address, &info) != 0 ? info.dli_fbase : nullptr;
}
const void* own_base() noexcept { return base_of(reinterpret_cast<const void*>(&g_real)); }

struct Search {
  const char* name;
  bool ours_too;
  void* found;
};

/// In the order of loading, which is that of the global scope: the first object that defines the name.
int find_definition(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  auto& search = *static_cast<Search*>(data);
  const ObjectFacts object = read_object(*info);
  if (object.file[0] == '\0' || (!search.ours_too && object.holds(&g_real))) return 0;
  void* const address = definition_in(object, search.name);
  if (address == nullptr) return 0;
  search.found = address;
  return 1;
}

void* find_function(const char* name) noexcept {
  void* const next = dlsym(g_in_global_scope ? RTLD_NEXT : RTLD_DEFAULT, name);
  if (next == nullptr || is_function_itself(next)) return next;
  Search search{name, false, nullptr};
  dl_iterate_phdr(find_definition, &search);
  return search.found;
}

/// Whether the process' own calls of malloc lead here by name.
bool stands_before_malloc() noexcept {
  void* first = dlsym(RTLD_DEFAULT, "malloc");
  if (first != nullptr && !is_function_itself(first)) {
    Search search{"malloc", true, nullptr};
    dl_iterate_phdr(find_definition, &search);
    first = search.found;
  }
  return base_of(first) == own_base();
}

void hold_all() {
  hold_patching();
  hold_account();
}
void release_all() {
  release_account();
  release_patching();
}
void release_in_child() {
  forked_child();
  release_patching();
  join_tree_again();
}

/// The hooks work from here on: malloc, the first of hooks.def, is what they ask for.
void begin_with(void* allocate, bool is_glibc) noexcept {
  __atomic_store_n(g_hooks[0].real, allocate, __ATOMIC_RELEASE);
  if (allocate == nullptr) return;
  examine_allocator(g_real.malloc, g_real.free, g_real.malloc_usable_size, is_glibc);
  pthread_atfork(hold_all, release_all, release_in_child);
}

void take_wrapped_functions() noexcept {
  g_interposed = true;
  Real wrapped = benchkit_memhook_wrapped;
  void* const allocate = reinterpret_cast<void*>(wrapped.malloc);
  wrapped.malloc = nullptr;
  g_real = wrapped;
  begin_with(allocate, allocate == reinterpret_cast<void*>(__libc_malloc));
}

}  // namespace

const char* file_of(const void* address) noexcept {
  Dl_info info;
  return dladdr(address, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

bool is_function_itself(const void* address) noexcept {
  Dl_info info;
  void* symbol = nullptr;
  if (dladdr1(address, &info, &symbol, RTLD_DL_SYMENT) == 0) return false;
  return symbol == nullptr || static_cast<const ElfW(Sym)*>(symbol)->st_shndx != SHN_UNDEF;
}

bool is_wrapped() noexcept { return &benchkit_memhook_wrapped != nullptr; }
bool is_interposed() noexcept { return g_interposed; }
bool allocator_stands_apart() noexcept { return g_stands_apart; }

void find_real_functions() noexcept {
  static std::atomic<int> state{0};  // 0: not begun, 1: at it
  if (state.exchange(1) != 0) return;
  if (is_wrapped()) return take_wrapped_functions();
  g_interposed = stands_before_malloc();
  // Where none stands before it this library finds itself, for the search goes on in what it was loaded with.
  const void* const first_copy = dlsym(RTLD_DEFAULT, "benchkit_memhook");
  g_in_global_scope = g_interposed || (first_copy != nullptr && base_of(first_copy) != own_base());
  void* const allocate = find_function("malloc");
  for (std::size_t i = 1; i < g_hook_count; ++i) {
    const Hook& hook = g_hooks[i];
    void* const found = find_function(hook.name);
    // Another's operator new calls malloc, or one of the allocator's own operators, and is counted there.
    if (hook.where != Where::own_operators || base_of(found) == base_of(allocate)) *hook.real = found;
  }
  g_real.malloc_usable_size = reinterpret_cast<std::size_t (*)(void*)>(find_function("malloc_usable_size"));

  const bool libc = is_libc(file_of(allocate));
  g_stands_apart = !libc;
  begin_with(allocate, libc);
}

}  // namespace benchkit::memhook
