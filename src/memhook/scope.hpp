// Which definition of a name an object's calls lead to, from the tables of the loaded objects alone.
#pragma once

#include <link.h>

#include <cstddef>

#include "memhook/list.hpp"
#include "memhook/relocations.hpp"

namespace benchkit::memhook {

/// Calls `work()` once while the linker can neither add an object to its list nor take one away. It holds the lock of that list, and no more: `work` calls
/// nothing of the linker's but dl_iterate_phdr(), or it would take the linker's locks in the wrong order. Unmapping waits for the same lock, so
/// whatever is in the list stays mapped meanwhile; it may still be being relocated.
template <class Work>
void with_linker_still(Work&& work) noexcept {
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        (*static_cast<Work*>(data))(*info);
        return 1;
      },
      &work);
}

/// The objects that are loaded, in the order of loading. For use while the linker is held still.
class Scope {
 public:
  /// False: no memory.
  bool read() noexcept;
  [[nodiscard]] List<ObjectFacts>& objects() noexcept { return objects_; }
  [[nodiscard]] const ObjectFacts* holder(const void* address) noexcept;
  /// What calls out of `object` by this name will lead to, if it is looked up in the object and what it needs, breadth first, as the linker's RTLD_DEEPBIND and
  /// dlsym() with a handle do. Null: nothing.
  [[nodiscard]] void* find_from(const ObjectFacts& object, const char* name) noexcept;
  /// Whether an object defines the name beside the one that holds `known`, and beside the hooks' own.
  [[nodiscard]] bool is_defined_elsewhere(const char* name, const void* known, const void* ours) noexcept;

 private:
  void queue_needed(const ObjectFacts& object) noexcept;

  List<ObjectFacts> objects_;
  List<std::size_t> order_;
};

}  // namespace benchkit::memhook
