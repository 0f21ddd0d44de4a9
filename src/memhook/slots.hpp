// The slots of loaded objects that lead to the allocator: found, written to, put back. All under the lock of patching, while the linker is held still.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/abi.h"
#include "memhook/list.hpp"
#include "memhook/relocations.hpp"
#include "memhook/scope.hpp"
#include "memhook/unloaded.hpp"

namespace benchkit::memhook {

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

/// What is known of all of them, and of their slots.
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

/// What the linker's list holds now.
extern Scope g_scope;
/// What attaching has come to.
extern benchkit_memhook_attachment g_facts;

/// Tools that patch the same slots, by their libraries' names; null for all others.
[[nodiscard]] const char* tool_in(const char* file) noexcept;
/// The slots of an object that is looked through for the first time, with what they hold.
[[nodiscard]] Object scan_object(const ObjectFacts& facts, Known& into, const char*& conflict) noexcept;
/// Whether the pages that the linker makes read-only (RELRO) can be written to now.
[[nodiscard]] bool is_relro_open(const ObjectFacts& facts) noexcept;

/// What putting the hooks in has met with.
struct Repair {
  const char* conflict = nullptr;
  bool disturbed = false;
};

/// Puts the hooks in where the slots lead to what they led to before, or to the function itself.
void put_in(Object& object, Known& known, Repair& repair) noexcept;
/// Puts back what was there before. What somebody else has written since stays, and is counted.
void put_back(Object& object, Known& known) noexcept;

}  // namespace benchkit::memhook
