#include "memhook/abi.h"

#include "memhook/account.hpp"
#include "memhook/functions.hpp"
#include "memhook/objects.hpp"
#include "memhook/patch.hpp"
#include "memhook/refuse.hpp"
#include "memhook/windows.hpp"

namespace benchkit::memhook {
namespace {

int door() {
  find_real_functions();
  return is_interposed() ? BENCHKIT_MEMHOOK_INTERPOSED : BENCHKIT_MEMHOOK_PATCHED;
}
int attached() { return is_attached() ? 1 : 0; }
unsigned depth() { return g_depth.load(std::memory_order_acquire); }
void attachment(benchkit_memhook_attachment* out) { describe_attachment(*out); }

std::int64_t open(int account, int flags, char* why, std::size_t size) {
  if (!is_attached()) return refuse(why, size, "the hooks are not attached");
  char conflict[128] = "";
  if (!look_after_patches(conflict, sizeof conflict) && conflict[0] != '\0') {
    return refuse(why, size, "%s", conflict);
  }
  const std::int64_t window = open_window(account, flags, why, size);
  if (window > 0 && (flags & BENCHKIT_MEMHOOK_ATTRIBUTE) != 0) watch_unloading(true);
  return window;
}

/// Unloading is watched as long as paths are kept, which `call` may end.
template <class Call>
int and_end_watch(Call&& call) {
  const bool kept = keeps_paths();
  const int result = call();
  if (kept && !keeps_paths()) watch_unloading(false);
  return result;
}

int close(std::int64_t handle, benchkit_memhook_reading* out) {
  (void)look_after_patches(nullptr, 0);
  return and_end_watch([&] { return close_window(handle, out); });  // with it an abandoned one may have ended
}

int paths(std::int64_t handle, benchkit_memhook_path_visitor visit, void* data) {
  (void)look_after_patches(nullptr, 0);
  return visit_window_paths(handle, visit, data);
}

int forget_paths(std::int64_t handle) {
  return and_end_watch([&] { return forget_window_paths(handle); });
}

constexpr benchkit_memhook_interface kInterface{
    .version = BENCHKIT_MEMHOOK_VERSION,
    .door = door,
    .attach = attach,
    .detach = detach,
    .attached = attached,
    .attachment = attachment,
    .open = open,
    .read = read_window,
    .reset_peak = reset_window,
    .close = close,
    .paths = paths,
    .unloaded = unloaded_at,
    .forget_paths = forget_paths,
    .set_walker = use_walker,
    .depth = depth,
    .hold = hold,
    .resume = resume,
    .object_made = object_made,
    .object_gone = object_gone,
    .object_moved = object_moved,
};

}  // namespace
}  // namespace benchkit::memhook

extern "C" __attribute__((visibility("default"))) const benchkit_memhook_interface* benchkit_memhook(void) {
  return &benchkit::memhook::kInterface;
}
