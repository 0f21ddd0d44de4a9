// Finding the slots that are to lead to the hooks; why some are left alone is told in patch.cpp. Where the hooks are preloaded they stand before the allocator
// by their names, and only an object that looks past them has slots to be patched.
#include <string.h>

#include "memhook/file_names.hpp"
#include "memhook/functions.hpp"
#include "memhook/hooks.hpp"
#include "memhook/slots.hpp"
#include "memhook/thread.hpp"

namespace benchkit::memhook {
namespace {

const Hook* find_hook(const char* name) noexcept {
  if (strchr("mfcrpavbsd_", name[0]) == nullptr) return nullptr;
  if (name[0] == '_' && (name[1] != 'Z' || (name[2] != 'n' && name[2] != 'd'))) return nullptr;
  for (std::size_t i = 0; i < g_hook_count; ++i) {
    const Hook& hook = g_hooks[i];
    if (hook.name[0] != name[0] || strcmp(hook.name, name) != 0) continue;
    return *hook.real != nullptr && hook.where != Where::programs ? &hook : nullptr;
  }
  return nullptr;
}

/// Whether a slot of the object's leads to libc's function where the process has another allocator: it was opened with RTLD_DEEPBIND.
bool looks_past_allocator(const ObjectFacts& object) noexcept {
  bool past = false;
  for_each_relocation(object, [&](const ElfW(Sym)& /*symbol*/, const char* name, void** place, SlotKind /*kind*/) {
    const Hook* const hook = past ? nullptr : find_hook(name);
    void* const value = hook != nullptr ? __atomic_load_n(place, __ATOMIC_RELAXED) : nullptr;
    if (value == nullptr || value == *hook->real || object.holds(value)) return;
    const ObjectFacts* const there = g_scope.holder(value);
    past = there != nullptr && is_standard_library(there->file);
  });
  return past;
}

/// Whether a slot that the linker has not filled yet will lead to the real function, or to the hook by its name.
bool would_find(const ObjectFacts& object, const Hook& hook) noexcept {
  if (object.file[0] == '\0') return true;  // the program's own calls go the way by which the function was found
  if (!g_scope.is_defined_elsewhere(hook.name, *hook.real, &g_real)) return true;
  void* const found = g_scope.find_from(object, hook.name);
  if (found == *hook.real) return true;
  const ObjectFacts* const there = g_scope.holder(found);
  // In the order of the whole process the allocator that was found stands before libc and the C++ library.
  return there != nullptr && is_standard_library(there->file) && !looks_past_allocator(object);
}

enum class Finding : std::uint8_t { ours, patch, leave, unfilled };

/// `elsewhere` counts what leads somewhere else.
Finding look_at(const ObjectFacts& object, const Hook& hook, void* value, SlotKind kind, std::uint32_t& elsewhere,
                const char*& conflict) noexcept {
  if (value == hook.stands_in) return is_interposed() ? Finding::leave : Finding::ours;
  // What stands before the function by its name is found by all, but for those who look in their own libraries first (RTLD_DEEPBIND).
  if (value == *hook.real) return is_interposed() && object.holds(value) ? Finding::leave : Finding::patch;
  if (value == nullptr) return kind == SlotKind::pointer ? Finding::leave : Finding::unfilled;
  if (kind == SlotKind::call) {
    const bool before_relocation =
        object.base != 0 && object.holds(reinterpret_cast<void*>(object.base + reinterpret_cast<std::uintptr_t>(value)));
    if (before_relocation) return Finding::unfilled;
  }
  if (kind == SlotKind::call && object.holds(value)) {  // lazy: it leads to the object's own stub, and from there to the linker
    if (would_find(object, hook)) return Finding::patch;
  } else if (const ObjectFacts* const there = g_scope.holder(value); there != nullptr) {
    if (const char* const tool = tool_in(there->file); tool != nullptr) conflict = tool;
    else if (is_stub_in(*there, hook.name, value)) return Finding::leave;  // a program's own stub, whose slot is patched
  }
  if (!is_interposed()) ++elsewhere;
  return Finding::leave;
}

}  // namespace

const char* tool_in(const char* file) noexcept {
  if (strstr(file, "_memray") != nullptr) return "memray";
  return strstr(file, "libheaptrack") != nullptr ? "heaptrack" : nullptr;
}

Object scan_object(const ObjectFacts& facts, Known& into, const char*& conflict) noexcept {
  Object object{facts, into.slots.size(), 0, true, false, 0, 0};
  // An allocator calls itself past the hooks: what it does or maps within a call is that call's.
  const bool is_allocator = allocator_stands_apart() && facts.holds(reinterpret_cast<const void*>(g_real.malloc));
  const bool is_linker = strstr(facts.file, "/ld-linux") != nullptr || strstr(facts.file, "linux-vdso") != nullptr;
  if (is_linker || facts.holds(&g_real)) return object;
  if (is_relro_open(facts)) object.whole = false;
  for_each_relocation(facts, [&](const ElfW(Sym)& /*symbol*/, const char* name, void** place, SlotKind kind) {
    const Hook* const hook = find_hook(name);
    if (hook == nullptr) return;
    void* const value = __atomic_load_n(place, __ATOMIC_RELAXED);
    Slot slot{place, value, is_allocator ? *hook->real : hook->stands_in, is_allocator ? nullptr : *hook->real, kind == SlotKind::pointer};
    if (is_allocator) {
      if (!is_interposed()) return;
    } else {
      const Finding finding = look_at(facts, *hook, value, kind, object.left_alone, conflict);
      if (finding == Finding::unfilled) object.whole = false;
      if (finding == Finding::ours) slot.before = *hook->real;
      if (finding != Finding::patch && finding != Finding::ours) return;
    }
    if (!into.slots.push(slot)) missed();
  });
  object.slots = into.slots.size() - object.first_slot;
  return object;
}

}  // namespace benchkit::memhook
