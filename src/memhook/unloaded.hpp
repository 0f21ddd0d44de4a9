// Objects that were unloaded while an attributed window was open: a return address into one of them means nothing of what came to its place.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/list.hpp"
#include "memhook/relocations.hpp"

namespace benchkit::memhook {

/// Names that outlive the linker's own.
class Names {
 public:
  /// Where it stands from now on; SIZE_MAX: no memory.
  std::size_t keep(const char* name) noexcept;
  [[nodiscard]] const char* operator[](std::size_t at) noexcept { return at < text_.size() ? &text_[at] : ""; }
  void clear() noexcept { text_.clear(); }

 private:
  List<char> text_;
};

/// Under the lock of patching.
class UnloadedObjects {
 public:
  /// Begins or ends to keep them; what was kept is forgotten.
  void watch(bool watch) noexcept;
  void note(const ObjectFacts& object, const char* file) noexcept;
  /// What an address was in, as benchkit_memhook_interface::unloaded says. `now`: what is there now, or null.
  [[nodiscard]] int find(std::uintptr_t address, const ObjectFacts* now, char* file, std::size_t size, std::uint64_t* offset) noexcept;

 private:
  struct Unloaded {
    std::uintptr_t begin, end;
    std::uint64_t file_hash;
    std::size_t file;  ///< in `names_`
  };
  bool watched_ = false;
  List<Unloaded> objects_;
  Names names_;
};

}  // namespace benchkit::memhook
