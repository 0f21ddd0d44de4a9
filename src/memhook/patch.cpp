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
// All this happens while the linker's list of objects is held still (scope.hpp): what is written to is in the list, so it cannot be unmapped under the
// hand. Names are looked up in the objects' own tables, for nothing may be asked of the linker there.
//
// Objects that are loaded later are patched when dlopen returns, and when a window opens or closes, by the linker's own count of loads. Another thread's
// dlopen may be half way then: slots of an object that is not relocated as a whole are taken as far as they are filled, and looked at again. As long as its
// RELRO pages are open they are the linker's to close, so they are written to by the kernel, which refuses where they were closed meanwhile.
// Where an object was unloaded, another may have come to its place, or the same again: what is known of an object counts only if its file has the same name and
// each of its slots still leads to the hooks, or if it is shown to have been there all the time (count_unmoved()); otherwise it is looked through anew.
//
// Another tool that patches the same slots afterwards (memray) takes them away, and does not give them back when it ends, for it writes the real
// function's address then. So the slots are looked at when a window opens and closes, and where one leads to the function itself again, the hook is put
// back. Where it leads anywhere else, it is somebody's who may be at work, and stays as it is. A variable that the program set is no loss.
#include "memhook/patch.hpp"

#include <string.h>

#include "memhook/account.hpp"
#include "memhook/file_names.hpp"
#include "memhook/functions.hpp"
#include "memhook/hooks.hpp"
#include "memhook/lock.hpp"
#include "memhook/refuse.hpp"
#include "memhook/slots.hpp"

namespace benchkit::memhook {
namespace {

Lock g_lock;  // taken before the lock of the linker's list, and no other lock of the linker's is taken under it
Known g_known[2];
unsigned g_current = 0;
UnloadedObjects g_unloaded;
std::atomic<bool> g_attached{false};
unsigned long long g_loads_seen = 0;
unsigned long long g_unloads_seen = 0;
bool g_look_again = false;

/// Holds the lock. A signal handler that forks in between finds the mark, and does not wait for what it interrupted.
class Patching {
 public:
  Patching() noexcept {
    t_thread.patches = true;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    g_lock.acquire();
  }
  Patching(const Patching&) = delete;
  Patching& operator=(const Patching&) = delete;
  ~Patching() {
    g_lock.release();
    std::atomic_signal_fence(std::memory_order_seq_cst);
    t_thread.patches = false;
  }
};

constexpr const char* kTracking = "%s is tracking this process: its hooks stand where these would; stop it first";

// ---- objects that come and go ----

/// Whether the object is as it was left, slot for slot.
bool is_as_left(const Object& object, Known& known) noexcept {
  for (std::size_t i = 0; i < object.slots; ++i) {
    const Slot& slot = known.slots[object.first_slot + i];
    if (*slot.place != slot.hook) return false;
  }
  return is_attached();
}

Object* find_known(const ObjectFacts& facts, Known& known, std::size_t& next) noexcept {
  const std::size_t count = known.objects.size();
  for (std::size_t i = 0; i < count; ++i, ++next) {  // they come in the order in which they came last
    if (next >= count) next = 0;
    if (known.objects[next].facts.looks_like(facts)) return &known.objects[next++];
  }
  return nullptr;
}

/// Freshly loaded no slot leads to a hook.
bool keeps_hook(const Object& object, Known& known) noexcept {
  for (std::size_t i = 0; i < object.slots; ++i) {
    const Slot& slot = known.slots[object.first_slot + i];
    if (slot.real != nullptr && __atomic_load_n(slot.place, __ATOMIC_RELAXED) == slot.hook) return true;
  }
  return false;
}

/// How many objects, from the first of the list on, are surely those that were there at the last look; one behind them that looks like one of those may have
/// been unloaded and loaded again since. The linker puts what it loads behind all others, so the new ones make up the list's end. Nothing is new that stands
/// before an object which is not: this library, which is never unloaded, or one that still leads to the hooks. And of those that look known no more can be
/// new than there were loads, but for those that brought what does not look known.
std::size_t count_unmoved(const dl_phdr_info& now, Known& known) noexcept {
  List<ObjectFacts>& objects = g_scope.objects();
  if (now.dlpi_subs == g_unloads_seen) return objects.size();
  if (!is_attached()) return 0;
  std::size_t next = 0;
  std::size_t unmoved = 0;
  std::size_t look_known = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Object* const like = find_known(objects[i], known, next);
    if (like != nullptr) ++look_known;
    if (objects[i].holds(&g_real) || (like != nullptr && keeps_hook(*like, known))) unmoved = i + 1;
  }
  const unsigned long long loads = now.dlpi_adds - g_loads_seen;
  const std::size_t unknown = objects.size() - look_known;
  const std::size_t new_at_most = loads > unknown ? loads - unknown : 0;
  next = 0;
  for (std::size_t i = 0; i < objects.size() && look_known > new_at_most; ++i) {
    if (find_known(objects[i], known, next) == nullptr) continue;
    --look_known;
    if (i >= unmoved) unmoved = i + 1;
  }
  return unmoved;
}

bool objects_changed(const dl_phdr_info& now) noexcept { return now.dlpi_adds != g_loads_seen || now.dlpi_subs != g_unloads_seen; }

void tell_objects(Known& known) noexcept {
  g_facts.objects = static_cast<std::uint32_t>(known.objects.size());
  g_facts.left_alone = 0;
  for (const Object& object : known.objects) g_facts.left_alone += object.left_alone;
}

/// Makes what is known anew: what is still there is kept, what is new is looked through. Returns the name of a tool that is in the way, or null. The new ones'
/// hooks are not put in yet; they stand from `first_new` on.
const char* scan_objects(const dl_phdr_info& now, std::size_t& first_new) noexcept {
  Known& old = g_known[g_current];
  Known& fresh = g_known[1 - g_current];
  fresh.clear();
  for (Object& object : old.objects) object.still_there = false;
  first_new = 0;
  const std::size_t unmoved = count_unmoved(now, old);
  const char* conflict = nullptr;
  for (int turn = 0; turn < 2; ++turn) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < g_scope.objects().size(); ++i) {
      const ObjectFacts& facts = g_scope.objects()[i];
      Object* const known = find_known(facts, old, next);
      if (known != nullptr) known->still_there = true;
      const bool keep = known != nullptr && known->whole && (i < unmoved || is_as_left(*known, old));
      if (keep != (turn == 0)) continue;
      Object object{};
      if (keep) {
        object = *known;
        object.facts = facts;
        object.first_slot = fresh.slots.size();
        for (std::size_t slot = 0; slot < known->slots; ++slot) {
          if (!fresh.slots.push(old.slots[known->first_slot + slot])) missed();
        }
        object.slots = fresh.slots.size() - object.first_slot;
      } else {
        const char* of_tool = nullptr;
        object = scan_object(facts, fresh, of_tool);
        if (of_tool != nullptr) {  // its slots are left to the tool, and looked for again when that is gone
          conflict = of_tool;
          object.whole = false;
        }
      }
      object.name = fresh.names.keep(facts.file);
      if (!fresh.objects.push(object)) missed();
    }
    if (turn == 0) first_new = fresh.objects.size();
  }
  for (const Object& object : old.objects) {
    if (!object.still_there) g_unloaded.note(object.facts, old.names[object.name]);
  }
  g_current = 1 - g_current;
  g_loads_seen = now.dlpi_adds;
  g_unloads_seen = now.dlpi_subs;
  tell_objects(fresh);
  return conflict;
}

void forget_all() noexcept {
  for (Known& known : g_known) known.clear();
  g_loads_seen = g_unloads_seen = 0;
}

void note_unfinished(Known& known) noexcept {
  g_look_again = false;
  for (const Object& object : known.objects) g_look_again = g_look_again || !object.whole;
}

const char* attach_still(const dl_phdr_info& now) noexcept {
  if (!g_scope.read()) return nullptr;
  if (objects_changed(now) || g_look_again) {
    std::size_t first_new = 0;
    if (const char* const conflict = scan_objects(now, first_new); conflict != nullptr) return conflict;
  }
  Known& known = g_known[g_current];
  tell_objects(known);
  Repair repair;
  for (Object& object : known.objects) put_in(object, known, repair);
  note_unfinished(known);
  return repair.conflict;
}

/// Whoever writes over the hooks goes through all objects, so one slot in each of some of them tells. Nothing was unloaded.
bool looks_undisturbed(Known& known) noexcept {
  constexpr int kLookedAt = 16;
  int looked_at = 0;
  for (const Object& object : known.objects) {
    if (object.slots == 0) continue;
    const Slot& slot = known.slots[object.first_slot];
    if (slot.is_variable) continue;
    if (__atomic_load_n(slot.place, __ATOMIC_RELAXED) != slot.hook) return false;
    if (++looked_at == kLookedAt) break;
  }
  return true;
}

Repair repair_still(const dl_phdr_info& now) noexcept {
  Repair repair;
  std::size_t first_new = g_known[g_current].objects.size();
  const bool changed = objects_changed(now) || g_look_again;
  if (!changed && looks_undisturbed(g_known[g_current])) return repair;
  const bool gone = now.dlpi_subs != g_unloads_seen;  // then nothing is known to be where it was
  g_facts.slots = 0;
  if (!gone) {  // before anything is looked through anew, so that what others wrote is seen
    bool scope_read = false;
    Known& known = g_known[g_current];
    for (Object& object : known.objects) {
      if (!object.whole) continue;
      if (!scope_read) scope_read = g_scope.read();
      put_in(object, known, repair);
    }
  }
  if (!changed || !g_scope.read()) return repair;
  if (const char* const tool = scan_objects(now, first_new); tool != nullptr) repair.conflict = tool;
  Known& known = g_known[g_current];
  g_facts.slots = 0;
  Repair of_new;
  for (std::size_t i = 0; i < known.objects.size(); ++i) put_in(known.objects[i], known, i < first_new ? repair : of_new);
  if (repair.conflict == nullptr) repair.conflict = of_new.conflict;
  note_unfinished(known);
  return repair;
}

/// Why the hooks cannot be put in here, which is asked before any lock is taken, or false.
bool is_refused(char* why, std::size_t size) noexcept {
  for (const char* sanitizer : BENCHKIT_MEMHOOK_SANITIZERS) {
    if (dlsym(RTLD_DEFAULT, sanitizer) != nullptr) {
      return refuse(why, size, "this program was built with a sanitizer (%s), which has an allocator of its own: build it without",
                    sanitizer) != 0;
    }
  }
  if (g_real.malloc == nullptr) return refuse(why, size, "the process has no %s", "malloc") != 0;
  if (const char* file = file_of(reinterpret_cast<void*>(g_real.malloc)); strstr(file, "heaptrack") != nullptr) {
    return refuse(why, size, "heaptrack is at work in this process (%s): run without it", file) != 0;
  }
  return false;
}

}  // namespace

bool is_attached() noexcept { return g_attached.load(std::memory_order_acquire); }

int attach(char* why, std::size_t size) noexcept {
  if (is_attached()) return 0;
  find_real_functions();
  if (!is_wrapped() && is_refused(why, size)) return -1;
  const Patching patching;
  if (is_attached()) return 0;
  if (!is_wrapped()) {
    g_facts = {};
    const char* conflict = nullptr;
    with_linker_still([&](const dl_phdr_info& now) {
      conflict = attach_still(now);
      if (conflict == nullptr) return;
      for (Object& object : g_known[g_current].objects) put_back(object, g_known[g_current]);
      forget_all();
    });
    if (conflict != nullptr) return refuse(why, size, kTracking, conflict);
  }
  g_attached = true;
  return 0;
}

int detach() noexcept {
  const Patching patching;
  if (!is_attached()) return 0;
  if (is_interposed() || g_depth.load() != 0) return -1;
  with_linker_still([](const dl_phdr_info& now) {
    if (objects_changed(now) && g_scope.read()) {
      std::size_t first_new = 0;
      (void)scan_objects(now, first_new);
    }
    for (Object& object : g_known[g_current].objects) put_back(object, g_known[g_current]);
  });
  g_attached = false;
  return 0;
}

bool look_after_patches(char* why, std::size_t size) noexcept {
  const Patching patching;
  if (is_wrapped() || !is_attached()) return true;
  Repair repair;
  with_linker_still([&](const dl_phdr_info& now) { repair = repair_still(now); });
  if (repair.conflict != nullptr) (void)refuse(why, size, kTracking, repair.conflict);
  if (repair.disturbed && g_depth.load(std::memory_order_acquire) != 0) missed();
  return !repair.disturbed;
}

void describe_attachment(benchkit_memhook_attachment& out) noexcept {
  const Patching patching;
  out = g_facts;
}

void watch_unloading(bool watch) noexcept {
  const Patching patching;
  g_unloaded.watch(watch);
}

int unloaded_at(std::uint64_t address, char* file, std::size_t size, std::uint64_t* offset) noexcept {
  const Patching patching;
  const ObjectFacts* now = nullptr;
  for (const Object& object : g_known[g_current].objects) {
    if (address >= object.facts.begin && address < object.facts.end) now = &object.facts;
  }
  return g_unloaded.find(address, now, file, size, offset);
}

void hold_patching() noexcept {
  if (t_thread.patches) return;
  t_thread.patches = t_thread.holds_patching = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  g_lock.acquire();
}
void release_patching() noexcept {
  if (!t_thread.holds_patching) return;
  g_lock.release();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  t_thread.patches = t_thread.holds_patching = false;
}

}  // namespace benchkit::memhook
