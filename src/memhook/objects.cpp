#include "memhook/objects.hpp"

#include "memhook/account.hpp"
#include "memhook/blocks.hpp"

namespace benchkit::memhook {
namespace {

unsigned open_windows() noexcept { return g_depth.load(std::memory_order_acquire); }

Block forget_object(void* object) noexcept { return object == nullptr || open_windows() == 0 ? Block{} : forget(object); }

void released(const Block& object) noexcept {
  if (object.birth == 0) return;
  if (Place* const place = here(); place != nullptr) count_release(*place, open_windows(), object.size, object.birth, -1);
}

void object_made_from(HookFrame frame, void* object, std::size_t size) noexcept {
  const unsigned depth = open_windows();
  if (depth == 0 || object == nullptr) return;
  Place* const place = here();
  if (place == nullptr) return;
  const unsigned tag = birth_tag(place);
  if (tag == 0) return;
  const Birth birth = birth_of(tag, is_attributed_here() ? path_from(frame) : 0);
  remember_foreign(reinterpret_cast<std::uintptr_t>(object), {size, birth});
  count_allocation(*place, depth, size, tag, [birth] { return birth; });
}

}  // namespace

void hold() noexcept {
  if (t_thread.held++ > 0) return;
  t_thread.state = 0;  // the short way is closed: it counts at the place without a look at it
  t_thread.kept = t_thread.place;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  t_thread.place = nullptr;
}

void resume() noexcept {
  if (--t_thread.held > 0) return;
  t_thread.place = t_thread.kept;
}

void object_made(void* object, std::size_t size) noexcept { object_made_from(BENCHKIT_HOOK_FRAME, object, size); }

void object_gone(void* object) noexcept { released(forget_object(object)); }

void* object_moved(void* object, std::size_t size, void* (*move)(void*, void*, std::size_t), void* context) noexcept {
  const Block old = forget_object(object);
  hold();
  void* const moved = move(context, object, size);
  resume();
  if (moved != nullptr) {
    released(old);
    object_made_from(BENCHKIT_HOOK_FRAME, moved, size);
  } else if (old.birth != 0) {
    remember_foreign(reinterpret_cast<std::uintptr_t>(object), old);  // it failed, and the old one lives on
  }
  return moved;
}

}  // namespace benchkit::memhook
