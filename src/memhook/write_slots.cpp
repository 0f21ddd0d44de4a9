// Writing to slots, some of which are in pages that the linker keeps read-only (RELRO). What may be written over, and when, is told in patch.cpp.
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "memhook/slots.hpp"

namespace benchkit::memhook {

Scope g_scope;
benchkit_memhook_attachment g_facts;

namespace {

/// Adds nothing to a word by the kernel's hand, which says whether that would have been allowed.
bool is_open(std::uintptr_t page) noexcept {
  static unsigned nobody_waits = 0;
  return syscall(SYS_futex, &nobody_waits, FUTEX_WAKE_OP_PRIVATE, 0, 0, page, FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0)) >= 0;
}

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

}  // namespace

bool is_relro_open(const ObjectFacts& facts) noexcept { return facts.relro_end > facts.relro_begin && is_open(facts.relro_begin); }

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

}  // namespace benchkit::memhook
