// What each hook does: call the function, then tell the account. A release is told before the call: afterwards the addresses may be somebody
// else's already.
//
// While no window is open a hook is one load and a jump. While one is open over the whole process, a thread that has counted in it already knows
// by one comparison (g_state) that its share is good and which tag a block gets; all else goes the long way.
#include "memhook/hooks.hpp"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memhook/account.hpp"
#include "memhook/call_from.hpp"
#include "memhook/functions.hpp"
#include "memhook/maps.hpp"
#include "memhook/own_memory.hpp"
#include "memhook/patch.hpp"
#include "memhook/tree.hpp"
#include "memhook/unwind_rules.hpp"

namespace benchkit::memhook {

Real g_real;

namespace {

/// What is asked for while the real functions are still being looked up (dlsym may allocate). It is never given back.
alignas(16) char g_early[64 * 1024];
std::atomic<std::size_t> g_early_used{0};

void* early(std::size_t size) noexcept {
  const std::size_t whole = (size + 15) & ~std::size_t{15};
  const std::size_t at = whole >= size ? g_early_used.fetch_add(whole) : sizeof g_early;
  if (at < sizeof g_early && whole <= sizeof g_early - at) return g_early + at;
  errno = ENOMEM;
  return nullptr;
}
bool is_early(const void* block) noexcept { return block >= g_early && block < g_early + sizeof g_early; }

[[gnu::always_inline]] inline std::uint64_t state_now() noexcept { return g_state.load(std::memory_order_acquire); }
[[gnu::always_inline]] inline bool windows_open() noexcept { return state_now() != 0; }

/// From here on this thread may go the short way, if its share of the one window has come about.
void settle(const Place& place, std::uint64_t state) noexcept {
  const bool is_good = state != kManyWindows && g_marks_suffice && state_of(place.share[0].serial, tag_in(state)) == state;
  if (is_good) t_thread.state = state;
}

// Those at length give the block back, so that a hook need not keep it meanwhile.

[[gnu::noinline]] void* made_at_length(void* block, std::size_t size, std::uint64_t state, HookFrame frame) noexcept {
  if (t_thread.state == state) {
    remember(block, size, tag_in(state), frame);
    count_in(g_windows[0], t_thread.place->share[0], size, [block] { return birth_of_block(block); });
    return block;
  }
  Place* const place = here();
  if (place == nullptr) return block;
  const unsigned tag = birth_tag(place);
  if (tag == 0) return block;
  remember(block, size, tag, frame);
  count_allocation(*place, g_depth.load(std::memory_order_acquire), size, tag, [block] { return birth_of_block(block); });
  settle(*place, state);
  return block;
}

[[gnu::noinline]] void* over_limit_with(void* block) noexcept {
  over_limit(g_windows[0]);
  return block;
}

/// What was known of a block, which is forgotten by now.
[[gnu::noinline]] void leaves(Block block) noexcept {
  const std::uint64_t state = state_now();
  if (block.birth == 0 || state == 0) return;
  // Born in the window, or in one inside it that is closed by now.
  if (t_thread.state == state && follows(tag_of(block.birth), tag_in(state))) {
    return count_out(g_windows[0], t_thread.place->share[0], block.size, block.birth, -1);
  }
  Place* const place = here();
  if (place == nullptr) return;
  count_release(*place, g_depth.load(std::memory_order_acquire), block.size, block.birth, -1);
  settle(*place, state);
}

// What takes the hook's frame becomes part of the hook, whose frame it is then.

[[gnu::always_inline]] inline void* made(void* block, std::size_t size) noexcept {
  const std::uint64_t state = state_now();
  if (state == 0 || block == nullptr) return block;
  if (__builtin_expect(t_thread.state == state, 1)) {
    Share& share = t_thread.place->share[0];
    if (is_small(share, size) && remember_by_mark(block, size, mark_in(state))) {
      count_request(share, size);
      return add_small(share, static_cast<std::int64_t>(size)) ? over_limit_with(block) : block;
    }
  }
  void* same = made_at_length(block, size, state, BENCHKIT_HOOK_FRAME);
  __asm__("" : "+r"(same));  // or the compiler might jump there, and the hook's frame be gone before it is walked from
  return same;
}

/// The short way, for a block of the one window that is open. False: nothing was done.
[[nodiscard, gnu::always_inline]] inline bool leaves_at_once(void* block) noexcept {
  const std::uint64_t state = state_now();
  if (state == 0 || t_thread.state != state) return false;
  std::size_t size = 0;
  MarkPlace* const mark = find_mark(block, mark_in(state), size);
  Share& share = t_thread.place->share[0];
  if (mark == nullptr || !is_small(share, size)) return false;
  *mark = 0;
  share.live += -static_cast<std::int64_t>(size);
  return true;
}

[[gnu::always_inline]] inline void leaves(void* block) noexcept {
  if (!leaves_at_once(block) && windows_open() && block != nullptr) leaves(forget(block));
}

template <class Call>
[[gnu::always_inline]] inline void* reallocated(void* block, std::size_t size, Call&& call) noexcept {
  if (!windows_open()) return call();
  const Block old = block != nullptr ? forget(block) : Block{};
  void* const fresh = call();
  if (fresh != nullptr) {
    leaves(old);
    return made(fresh, size);
  }
  if (old.birth == 0) return nullptr;
  if (size != 0) remember_again(block, old);                              // it failed, and the old block lives on
  else if (!g_memray_rules.load(std::memory_order_relaxed)) leaves(old);  // glibc: realloc(p, 0) is free(p); memray does not see that
  return nullptr;
}

[[gnu::always_inline]] inline bool ready() noexcept {
  if (__builtin_expect(g_real.malloc != nullptr, 1)) return true;
  find_real_functions();
  if (g_real.malloc == nullptr) return false;  // this very call comes from the search for it
  join_tree();
  return true;
}

/// Before a call that takes away what is at these addresses. What counts() says of it is told after the call.
void loses(void* start, std::size_t bytes) noexcept {
  if (windows_open() && !t_thread.busy) about_to_lose(start, bytes);
}

/// Maps count unless the account is at work on this thread (a signal handler).
bool counts() noexcept {
  if (!windows_open()) return false;
  if (t_thread.busy) {
    missed();
    return false;
  }
  return true;
}

[[gnu::always_inline]] inline void* map(void* (*real)(void*, std::size_t, int, int, int, off_t), void* start, std::size_t bytes,
                                        int protection, int flags, int descriptor, off_t offset) noexcept {
  if ((flags & MAP_FIXED) != 0) loses(start, bytes);
  void* const result = real != nullptr ? real(start, bytes, protection, flags, descriptor, offset)
                                       : reinterpret_cast<void*>(syscall(SYS_mmap, start, bytes, protection, flags, descriptor, offset));
  if (result != MAP_FAILED && counts()) mapped(result, bytes, protection, flags, descriptor, BENCHKIT_HOOK_FRAME);
  return result;
}

[[gnu::always_inline]] inline void break_moved(void* before, void* after) noexcept {
  if (before == after || !counts() || g_memray_rules.load(std::memory_order_relaxed)) return;
  const auto from = reinterpret_cast<std::uintptr_t>(before);
  const auto to = reinterpret_cast<std::uintptr_t>(after);
  if (to > from) mapped(before, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, BENCHKIT_HOOK_FRAME);
  else unmapped(after, from - to);
}

[[gnu::always_inline]] inline void* resized(void* block, std::size_t size) noexcept {
  if (__builtin_expect(!ready() || is_early(block), 0)) {
    void* const fresh = ready() ? made(g_real.malloc(size), size) : early(size);
    if (fresh != nullptr && block != nullptr) {
      const std::size_t there = static_cast<std::size_t>(g_early + sizeof g_early - static_cast<char*>(block));
      memcpy(fresh, block, size < there ? size : there);
    }
    return fresh;
  }
  return reallocated(block, size, [=] { return g_real.realloc(block, size); });
}

[[gnu::noinline]] void free_at_length(void* block) noexcept {
  if (__builtin_expect(!ready() || is_early(block), 0)) return;
  if (windows_open() && block != nullptr) leaves(forget(block));
  g_real.free(block);
}

}  // namespace

#define BENCHKIT_CALLER __builtin_return_address(0)

extern "C" {

void* benchkit_hook_malloc(std::size_t size) {
  if (__builtin_expect(!ready(), 0)) return early(size);
  return made(g_real.malloc(size), size);
}

void benchkit_hook_free(void* block) {
  if (!leaves_at_once(block)) return free_at_length(block);
  g_real.free(block);
}

void* benchkit_hook_calloc(std::size_t count, std::size_t size) {
  if (__builtin_expect(!ready(), 0)) {
    std::size_t bytes = 0;
    return early(__builtin_mul_overflow(count, size, &bytes) ? SIZE_MAX : bytes);
  }
  return made(g_real.calloc(count, size), count * size);
}

void* benchkit_hook_realloc(void* block, std::size_t size) { return resized(block, size); }

void* benchkit_hook_reallocarray(void* block, std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return resized(block, bytes);
}

int benchkit_hook_posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  if (!ready()) return ENOMEM;
  const int result = g_real.posix_memalign(out, alignment, size);
  if (result == 0) made(*out, size);
  return result;
}

void* benchkit_hook_aligned_alloc(std::size_t alignment, std::size_t size) {
  return ready() ? made(g_real.aligned_alloc(alignment, size), size) : nullptr;
}
void* benchkit_hook_memalign(std::size_t alignment, std::size_t size) {
  return ready() ? made(g_real.memalign(alignment, size), size) : nullptr;
}
void* benchkit_hook_valloc(std::size_t size) { return ready() ? made(g_real.valloc(size), size) : nullptr; }
void* benchkit_hook_pvalloc(std::size_t size) { return ready() ? made(g_real.pvalloc(size), size) : nullptr; }

void benchkit_hook_free_sized(void* block, std::size_t size) {
  leaves(block);
  g_real.free_sized(block, size);
}
void benchkit_hook_free_aligned_sized(void* block, std::size_t alignment, std::size_t size) {
  leaves(block);
  g_real.free_aligned_sized(block, alignment, size);
}

// ---- maps ----

void* benchkit_hook_mmap(void* start, std::size_t bytes, int protection, int flags, int descriptor, off_t offset) {
  return map(g_real.mmap, start, bytes, protection, flags, descriptor, offset);
}
void* benchkit_hook_mmap64(void* start, std::size_t bytes, int protection, int flags, int descriptor, off_t offset) {
  return map(g_real.mmap64, start, bytes, protection, flags, descriptor, offset);
}

int benchkit_hook_munmap(void* start, std::size_t bytes) {
  const bool is_valid = bytes > 0 && reinterpret_cast<std::uintptr_t>(start) % page_bytes() == 0;  // else it fails, and nothing is gone
  const auto unmap = [=] {
    return g_real.munmap != nullptr ? g_real.munmap(start, bytes) : static_cast<int>(syscall(SYS_munmap, start, bytes));
  };
  if (!is_valid || !counts()) return unmap();
  Aside aside(start, bytes);
  aside.goes();
  const int result = unmap();
  if (result != 0) aside.stays();  // it would have been cut in two, and there may be no more maps
  return result;
}

void* benchkit_hook_mremap(void* start, std::size_t old_bytes, std::size_t bytes, int flags, void* wanted) {
  const auto remap = [=] {
    return g_real.mremap != nullptr ? g_real.mremap(start, old_bytes, bytes, flags, wanted)
                                    : reinterpret_cast<void*>(syscall(SYS_mremap, start, old_bytes, bytes, flags, wanted));
  };
  if (!counts() || g_memray_rules.load(std::memory_order_relaxed)) return remap();
  if ((flags & MREMAP_FIXED) != 0) loses(wanted, bytes);
  Aside aside(start, old_bytes, bytes);
  void* const result = remap();
  if (result == MAP_FAILED) aside.stays();
  else aside.came_to(result, bytes, BENCHKIT_HOOK_FRAME);
  return result;
}

int benchkit_hook_mprotect(void* start, std::size_t bytes, int protection) {
  const int result = g_real.mprotect != nullptr ? g_real.mprotect(start, bytes, protection)
                                                : static_cast<int>(syscall(SYS_mprotect, start, bytes, protection));
  if (result == 0 && counts()) protection_changed(start, bytes, protection, BENCHKIT_HOOK_FRAME);
  return result;
}

int benchkit_hook_madvise(void* start, std::size_t bytes, int advice) {
  const bool gives_back = advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE;
  if (gives_back) loses(start, bytes);
  const int result =
      g_real.madvise != nullptr ? g_real.madvise(start, bytes, advice) : static_cast<int>(syscall(SYS_madvise, start, bytes, advice));
  const bool populates = advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE;
  if (result == 0 && populates && counts()) populated(start, bytes, BENCHKIT_HOOK_FRAME);
  if (result == 0 && gives_back && counts()) given_back(start, bytes, BENCHKIT_HOOK_FRAME);
  return result;
}

int benchkit_hook_brk(void* end) {
  if (!ready()) return -1;
  void* const before = g_real.sbrk(0);
  const int result = g_real.brk(end);
  if (result == 0) break_moved(before, end);
  return result;
}

void* benchkit_hook_sbrk(std::intptr_t increment) {
  if (!ready()) return reinterpret_cast<void*>(-1);
  void* const before = g_real.sbrk(increment);
  if (before != reinterpret_cast<void*>(-1)) break_moved(before, static_cast<char*>(before) + increment);
  return before;
}

// ---- loading ----

void* benchkit_hook_dlopen(const char* file, int mode) {
  void* const handle = call_dlopen_from(BENCHKIT_CALLER, g_real.dlopen, file, mode);
  if (handle != nullptr) {
    (void)look_after_patches(nullptr, 0);
    forget_rules();  // where an object was that is gone by now, this one may be
  }
  return handle;
}

// ---- operator new and delete of allocators that bring their own ----

#define BENCHKIT_NEW(name, parameters, ...) \
  void* benchkit_hook_##name parameters { return made(g_real.name(__VA_ARGS__), size); }
#define BENCHKIT_DELETE(name, parameters, ...) \
  void benchkit_hook_##name parameters {       \
    leaves(block);                             \
    g_real.name(__VA_ARGS__);                  \
  }
BENCHKIT_NEW(_Znwm, (std::size_t size), size)
BENCHKIT_NEW(_Znam, (std::size_t size), size)
BENCHKIT_NEW(_ZnwmRKSt9nothrow_t, (std::size_t size, const void* tag), size, tag)
BENCHKIT_NEW(_ZnamRKSt9nothrow_t, (std::size_t size, const void* tag), size, tag)
BENCHKIT_NEW(_ZnwmSt11align_val_t, (std::size_t size, std::size_t alignment), size, alignment)
BENCHKIT_NEW(_ZnamSt11align_val_t, (std::size_t size, std::size_t alignment), size, alignment)
BENCHKIT_NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (std::size_t size, std::size_t alignment, const void* tag), size, alignment, tag)
BENCHKIT_NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (std::size_t size, std::size_t alignment, const void* tag), size, alignment, tag)
BENCHKIT_DELETE(_ZdlPv, (void* block), block)
BENCHKIT_DELETE(_ZdaPv, (void* block), block)
BENCHKIT_DELETE(_ZdlPvm, (void* block, std::size_t size), block, size)
BENCHKIT_DELETE(_ZdaPvm, (void* block, std::size_t size), block, size)
BENCHKIT_DELETE(_ZdlPvRKSt9nothrow_t, (void* block, const void* tag), block, tag)
BENCHKIT_DELETE(_ZdaPvRKSt9nothrow_t, (void* block, const void* tag), block, tag)
BENCHKIT_DELETE(_ZdlPvSt11align_val_t, (void* block, std::size_t alignment), block, alignment)
BENCHKIT_DELETE(_ZdaPvSt11align_val_t, (void* block, std::size_t alignment), block, alignment)
BENCHKIT_DELETE(_ZdlPvmSt11align_val_t, (void* block, std::size_t size, std::size_t alignment), block, size, alignment)
BENCHKIT_DELETE(_ZdaPvmSt11align_val_t, (void* block, std::size_t size, std::size_t alignment), block, size, alignment)
#undef BENCHKIT_NEW
#undef BENCHKIT_DELETE

}  // extern "C"

const Hook g_hooks[] = {
#define BENCHKIT_HOOK(name, result, parameters, where) \
  {#name, Where::where, reinterpret_cast<void*>(&benchkit_hook_##name), reinterpret_cast<void**>(&g_real.name)},
#include "memhook/hooks.def"
#undef BENCHKIT_HOOK
};
const std::size_t g_hook_count = sizeof g_hooks / sizeof g_hooks[0];

}  // namespace benchkit::memhook
