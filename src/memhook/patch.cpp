// How the hooks get in front of an allocator that is in use already, and out again.
//
// Every call from one loaded object into another goes through a slot in the caller's memory that the dynamic linker filled (the global offset
// table; function pointers in data likewise). The relocation tables of each object say where those slots are and for which symbol. So:
//
//   attach: for each object, each relocation of a hooked name: where its slot holds the real function, or (lazy binding) still leads to the
//           linker and would find the real function, write the hook's address and keep what was there. A slot that leads anywhere else belongs
//           to an object with an allocator of its own; mixing two allocators would be a crash, so it is left alone.
//   detach: where a slot still holds the hook's address, put back what was there. Where somebody else has changed it since, leave it.
//
// Pages that the linker made read-only after relocation (RELRO) are opened for the moment of the write. The library is never unmapped after
// that: a thread may be inside a hook at any time, or have a hook's address in a register.
//
// Objects that are loaded later are patched when dlopen returns, and at the opening of each window, by the linker's own count of loads.
#include "memhook/patch.hpp"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memhook/account.hpp"
#include "memhook/functions.hpp"
#include "memhook/hooks.hpp"
#include "memhook/list.hpp"
#include "memhook/lock.hpp"
#include "memhook/relocations.hpp"

namespace benchkit::memhook {
namespace {

struct Slot {
  void** place;
  void* before;
  void* hook;
};

/// A loaded object that was looked through.
struct Object {
  ObjectFacts facts;
  std::size_t first_slot;
  std::size_t slots;
};

Lock g_lock;
List<Object> g_objects;
List<Slot> g_slots;
std::atomic<bool> g_attached{false};
unsigned long long g_loads_seen = 0;
unsigned long long g_unloads_seen = 0;
benchkit_memhook_attachment g_facts;

int refuse(char* why, std::size_t size, const char* format, const char* word) noexcept {
  if (why != nullptr && size > 0) snprintf(why, size, format, word);
  return -1;
}

// ---- which slots ----

const Hook* find_hook(const char* name) noexcept {
  if (strchr("mfcrpavbsd_", name[0]) == nullptr) return nullptr;
  if (name[0] == '_' && (name[1] != 'Z' || (name[2] != 'n' && name[2] != 'd'))) return nullptr;
  for (std::size_t i = 0; i < g_hook_count; ++i) {
    const Hook& hook = g_hooks[i];
    if (hook.name[0] != name[0] || strcmp(hook.name, name) != 0) continue;
    if (*hook.real == nullptr) return nullptr;
    if (hook.where == Where::own_operators && !allocator_has_own_operators()) return nullptr;
    if (is_interposed() && hook.where != Where::own_operators) return nullptr;
    return &hook;
  }
  return nullptr;
}

struct Scan {
  const ObjectFacts* object;
  void* handle = nullptr;  ///< opened when first needed
  const char** conflict;
};

/// Whether a slot that the linker has not filled yet will lead to the real function.
bool would_find(Scan& scan, const Hook& hook) noexcept {
  const char* const file = scan.object->file;
  if (scan.handle == nullptr) scan.handle = dlopen(file[0] != '\0' ? file : nullptr, RTLD_LAZY | RTLD_NOLOAD);
  if (scan.handle == nullptr) return false;
  void* const found = dlsym(scan.handle, hook.name);
  return found == *hook.real || (found != nullptr && !is_function_itself(found));
}

bool should_patch(Scan& scan, const Hook& hook, void* value, bool is_call) noexcept {
  if (value == *hook.real) return true;
  if (value == hook.stands_in || value == nullptr) return false;
  if (is_call && scan.object->holds(value)) {  // lazy: it leads to the object's own stub, and from there to the linker
    if (would_find(scan, hook)) return true;
  } else if (strstr(file_of(value), "_memray") != nullptr) {
    *scan.conflict = "memray";
  } else if (!is_function_itself(value)) {
    return false;  // a program's own stub, whose slot is patched
  }
  ++g_facts.left_alone;
  return false;
}

int scan_object(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  for (const Object& known : g_objects) {
    if (known.facts.is(*info)) return 0;
  }
  Object object{read_object(*info), g_slots.size(), 0};
  const bool is_linker = strstr(object.facts.file, "/ld-linux") != nullptr || strstr(object.facts.file, "linux-vdso") != nullptr;
  if (!is_linker && !object.facts.holds(&g_real)) {
    Scan scan{&object.facts, nullptr, static_cast<const char**>(data)};
    for_each_relocation(object.facts, [&](const char* name, void** place, bool is_call) {
      const Hook* const hook = find_hook(name);
      if (hook == nullptr || !should_patch(scan, *hook, *place, is_call)) return;
      if (!g_slots.push({place, *place, hook->stands_in})) missed();
    });
    if (scan.handle != nullptr) dlclose(scan.handle);
  }
  object.slots = g_slots.size() - object.first_slot;
  g_objects.push(object);
  return 0;
}

// ---- writing them ----

void set_writable(const ObjectFacts& facts, bool writable) noexcept {
  syscall(SYS_mprotect, facts.relro_begin, facts.relro_end - facts.relro_begin, writable ? PROT_READ | PROT_WRITE : PROT_READ);
}

template <class Write>
void write_slots(const Object& object, Write&& write) noexcept {
  bool opened = false;
  for (std::size_t i = 0; i < object.slots; ++i) {
    Slot& slot = g_slots[object.first_slot + i];
    if (!opened && object.facts.is_relro(slot.place)) {
      set_writable(object.facts, true);
      opened = true;
    }
    write(slot);
  }
  if (opened) set_writable(object.facts, false);
}

void put_in(const Object& object) noexcept {
  write_slots(object, [](Slot& slot) {
    slot.before = *slot.place;
    __atomic_store_n(slot.place, slot.hook, __ATOMIC_RELEASE);
    ++g_facts.slots;
  });
}

void put_back(const Object& object) noexcept {
  write_slots(object, [](const Slot& slot) {
    if (*slot.place == slot.hook) __atomic_store_n(slot.place, slot.before, __ATOMIC_RELEASE);
    else ++g_facts.changed;
  });
}

// ---- objects that come and go ----

int count_loads(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  auto* const counts = static_cast<unsigned long long*>(data);
  counts[0] = info->dlpi_adds;
  counts[1] = info->dlpi_subs;
  return 1;
}

/// Whether objects were loaded or unloaded since this was asked last.
bool objects_changed() noexcept {
  unsigned long long counts[2] = {0, 0};
  dl_iterate_phdr(count_loads, counts);
  const bool changed = counts[0] != g_loads_seen || counts[1] != g_unloads_seen;
  g_loads_seen = counts[0];
  g_unloads_seen = counts[1];
  return changed;
}

int keep_loaded(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  for (const Object& object : g_objects) {
    if (object.facts.is(*info)) static_cast<List<Object>*>(data)->push(object);
  }
  return 0;
}

/// Forgets objects that are gone, so that nothing is written to where they were.
void drop_unloaded() noexcept {
  static List<Object> kept;
  kept.clear();
  dl_iterate_phdr(keep_loaded, &kept);
  g_objects.clear();
  for (const Object& object : kept) g_objects.push(object);
}

/// Looks through objects that are not known yet; they stand from `first_new` on. Returns the name of a tool that is in the way, or null.
const char* scan_objects(std::size_t& first_new) noexcept {
  drop_unloaded();
  first_new = g_objects.size();
  const char* conflict = nullptr;
  dl_iterate_phdr(scan_object, &conflict);
  g_facts.objects = static_cast<std::uint32_t>(g_objects.size());
  return conflict;
}

int attach_locked(char* why, std::size_t size) noexcept {
  find_real_functions();
  if (is_wrapped()) {
    g_attached = true;
    return 0;
  }
  for (const char* sanitizer : {"__asan_init", "__tsan_init", "__msan_init"}) {
    if (dlsym(RTLD_DEFAULT, sanitizer) != nullptr) {
      return refuse(why, size, "this program was built with a sanitizer (%s), which has an allocator of its own: build it without",
                    sanitizer);
    }
  }
  if (g_real.malloc == nullptr) return refuse(why, size, "the process has no %s", "malloc");
  if (const char* file = file_of(reinterpret_cast<void*>(g_real.malloc)); strstr(file, "heaptrack") != nullptr) {
    return refuse(why, size, "heaptrack is at work in this process (%s): run without it", file);
  }
  g_facts = {};
  if (objects_changed() || g_objects.size() == 0) {
    std::size_t first_new = 0;
    if (const char* conflict = scan_objects(first_new); conflict != nullptr) {
      g_objects.clear();
      g_slots.clear();
      g_loads_seen = 0;
      return refuse(why, size, "%s is tracking this process: its hooks stand where these would; stop it first", conflict);
    }
  }
  g_facts.objects = static_cast<std::uint32_t>(g_objects.size());
  for (const Object& object : g_objects) put_in(object);
  g_attached = true;
  return 0;
}

}  // namespace

bool is_attached() noexcept { return g_attached.load(std::memory_order_acquire); }

int attach(char* why, std::size_t size) noexcept {
  const Guard guard(g_lock);
  return is_attached() ? 0 : attach_locked(why, size);
}

int detach() noexcept {
  const Guard guard(g_lock);
  if (!is_attached()) return 0;
  if (is_interposed() || g_depth.load() != 0) return -1;
  if (objects_changed()) {
    drop_unloaded();
    g_loads_seen = 0;  // what was loaded meanwhile has not been looked through
  }
  for (const Object& object : g_objects) put_back(object);
  g_attached = false;
  return 0;
}

void patch_new_objects() noexcept {
  const Guard guard(g_lock);
  if (is_wrapped() || !is_attached() || !objects_changed()) return;
  std::size_t first_new = 0;
  (void)scan_objects(first_new);
  for (std::size_t i = first_new; i < g_objects.size(); ++i) put_in(g_objects[i]);
}

void describe_attachment(benchkit_memhook_attachment& out) noexcept {
  const Guard guard(g_lock);
  out = g_facts;
}

void hold_patching() noexcept { g_lock.acquire(); }
void release_patching() noexcept { g_lock.release(); }

}  // namespace benchkit::memhook
