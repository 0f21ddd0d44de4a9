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

#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "memhook/account.hpp"
#include "memhook/file_names.hpp"
#include "memhook/functions.hpp"
#include "memhook/hooks.hpp"
#include "memhook/list.hpp"
#include "memhook/lock.hpp"
#include "memhook/refuse.hpp"
#include "memhook/relocations.hpp"
#include "memhook/scope.hpp"
#include "memhook/unloaded.hpp"

namespace benchkit::memhook {
namespace {

struct Slot {
  void** place;
  void* before;
  void* hook;
  void* real;        ///< what may be written over; the allocator's own slots have only `before`
  bool is_variable;  ///< the program may set it
};

/// A loaded object that was looked through.
struct Object {
  ObjectFacts facts;
  std::size_t first_slot;
  std::size_t slots;
  bool whole;                ///< it was relocated, so that it need not be looked through again
  bool still_there;          ///< when the list was made anew
  std::size_t name;          ///< of its file, among the names that are kept
  std::uint32_t left_alone;  ///< slots that lead somewhere else
};

struct Known {
  List<Object> objects;
  List<Slot> slots;
  Names names;
  void clear() noexcept {
    objects.clear();
    slots.clear();
    names.clear();
  }
};

Lock g_lock;  // taken before the lock of the linker's list, and no other lock of the linker's is taken under it
Known g_known[2];
unsigned g_current = 0;
Scope g_scope;
UnloadedObjects g_unloaded;
std::atomic<bool> g_attached{false};

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
unsigned long long g_loads_seen = 0;
unsigned long long g_unloads_seen = 0;
bool g_look_again = false;
benchkit_memhook_attachment g_facts;

constexpr const char* kTracking = "%s is tracking this process: its hooks stand where these would; stop it first";

// ---- which slots ----

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

/// Tools that patch the same slots, by their libraries' names.
const char* tool_in(const char* file) noexcept {
  if (strstr(file, "_memray") != nullptr) return "memray";
  return strstr(file, "libheaptrack") != nullptr ? "heaptrack" : nullptr;
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

// ---- writing them ----

/// Adds nothing to a word by the kernel's hand, which says whether that would have been allowed.
bool is_open(std::uintptr_t page) noexcept {
  static unsigned nobody_waits = 0;
  return syscall(SYS_futex, &nobody_waits, FUTEX_WAKE_OP_PRIVATE, 0, 0, page, FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0)) >= 0;
}

bool has_relro(const ObjectFacts& facts) noexcept { return facts.relro_end > facts.relro_begin; }

/// Writes into the slots of one object, and leaves its pages as they were.
class Writer {
 public:
  explicit Writer(const ObjectFacts& facts) noexcept : facts_(facts) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    if (state_ == State::opened) (void)protect(PROT_READ);
  }
  /// False: the page could not be written to.
  bool write(void** place, void* value) noexcept {
    if (facts_.is_relro(place)) {
      if (state_ == State::untouched) {
        if (is_open(facts_.relro_begin)) state_ = State::found_open;
        else state_ = protect(PROT_READ | PROT_WRITE) ? State::opened : State::shut;
      }
      if (state_ == State::shut) return false;
      if (state_ == State::found_open) {  // the linker may close it at any moment
        iovec from{&value, sizeof value};
        iovec to{place, sizeof value};
        return syscall(SYS_process_vm_writev, syscall(SYS_getpid), &from, 1, &to, 1, 0) == static_cast<long>(sizeof value);
      }
    }
    __atomic_store_n(place, value, __ATOMIC_RELEASE);
    return true;
  }

 private:
  enum class State : std::uint8_t { untouched, opened, found_open, shut };
  bool protect(int protection) const noexcept {
    return syscall(SYS_mprotect, facts_.relro_begin, facts_.relro_end - facts_.relro_begin, protection) == 0;
  }
  const ObjectFacts& facts_;
  State state_ = State::untouched;
};

/// The slots of an object that is looked through for the first time, with what they hold.
Object scan_object(const ObjectFacts& facts, Known& into, const char*& conflict) noexcept {
  Object object{facts, into.slots.size(), 0, true, false, 0, 0};
  // An allocator calls itself past the hooks: what it does or maps within a call is that call's.
  const bool is_allocator = allocator_stands_apart() && facts.holds(reinterpret_cast<const void*>(g_real.malloc));
  const bool is_linker = strstr(facts.file, "/ld-linux") != nullptr || strstr(facts.file, "linux-vdso") != nullptr;
  if (is_linker || facts.holds(&g_real)) return object;
  if (has_relro(facts) && is_open(facts.relro_begin)) object.whole = false;
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

struct Repair {
  const char* conflict = nullptr;
  bool disturbed = false;
};

/// Puts the hooks in where the slots lead to what they led to before, or to the function itself.
void put_in(Object& object, Known& known, Repair& repair) noexcept {
  Writer writer(object.facts);
  for (std::size_t i = 0; i < object.slots; ++i) {
    Slot& slot = known.slots[object.first_slot + i];
    void* const value = __atomic_load_n(slot.place, __ATOMIC_RELAXED);
    if (value == slot.hook) {
      ++g_facts.slots;
      continue;
    }
    if (!slot.is_variable) repair.disturbed = true;
    if (value == slot.before || (value == slot.real && value != nullptr)) {
      slot.before = value;
      if (writer.write(slot.place, slot.hook)) ++g_facts.slots;
      else object.whole = false;
      continue;
    }
    const ObjectFacts* const there = g_scope.holder(value);
    if (const char* const tool = there != nullptr ? tool_in(there->file) : nullptr; tool != nullptr) repair.conflict = tool;
  }
}

void put_back(Object& object, Known& known) noexcept {
  Writer writer(object.facts);
  for (std::size_t i = 0; i < object.slots; ++i) {
    const Slot& slot = known.slots[object.first_slot + i];
    void* const value = __atomic_load_n(slot.place, __ATOMIC_RELAXED);
    if (value == slot.before) continue;  // it was never put in
    if (value != slot.hook || !writer.write(slot.place, slot.before)) ++g_facts.changed;
  }
}

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
  for (const char* sanitizer : {"__asan_init", "__tsan_init", "__msan_init"}) {
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
