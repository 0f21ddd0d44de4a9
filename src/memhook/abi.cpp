#include "memhook/abi.h"

#include <stdio.h>

#include "memhook/account.hpp"
#include "memhook/functions.hpp"
#include "memhook/patch.hpp"

namespace benchkit::memhook {
namespace {

int door() {
  find_real_functions();
  return is_interposed() ? BENCHKIT_MEMHOOK_INTERPOSED : BENCHKIT_MEMHOOK_PATCHED;
}
int attached() { return is_attached() ? 1 : 0; }
void attachment(benchkit_memhook_attachment* out) { describe_attachment(*out); }

std::int64_t open(int account, int flags, char* why, std::size_t size) {
  if (!is_attached()) {
    if (why != nullptr && size > 0) snprintf(why, size, "the hooks are not attached");
    return -1;
  }
  patch_new_objects();
  return open_window(account, flags, why, size);
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
    .close = close_window,
    .paths = visit_window_paths,
    .forget_paths = forget_window_paths,
    .set_walker = use_walker,
};

}  // namespace
}  // namespace benchkit::memhook

extern "C" __attribute__((visibility("default"))) const benchkit_memhook_interface* benchkit_memhook(void) {
  return &benchkit::memhook::kInterface;
}
