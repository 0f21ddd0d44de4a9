#include "memhook/unloaded.hpp"

#include <stdio.h>

#include "memhook/own_memory.hpp"

namespace benchkit::memhook {

std::size_t Names::keep(const char* name) noexcept {
  const std::size_t at = text_.size();
  for (;; ++name) {
    if (!text_.push(*name)) return SIZE_MAX;
    if (*name == '\0') return at;
  }
}

void UnloadedObjects::watch(bool watch) noexcept {
  watched_ = watch;
  objects_.clear();
  names_.clear();
}

void UnloadedObjects::note(const ObjectFacts& object, const char* file) noexcept {
  if (!watched_) return;
  for (const Unloaded& known : objects_) {  // one that comes and goes
    if (known.begin == object.begin && known.end == object.end && known.file_hash == object.file_hash) return;
  }
  (void)objects_.push({object.begin, object.end, object.file_hash, names_.keep(file)});
}

int UnloadedObjects::find(std::uintptr_t address, const ObjectFacts* now, char* file, std::size_t size, std::uint64_t* offset) noexcept {
  const Unloaded* found = nullptr;
  for (const Unloaded& one : objects_) {
    if (address < one.begin || address >= one.end) continue;
    if (found != nullptr) return 2;
    found = &one;
  }
  if (found == nullptr) return 0;
  if (now != nullptr) return now->begin == found->begin && now->file_hash == found->file_hash ? 0 : 2;
  *offset = address - page_of(found->begin);
  if (size > 0) snprintf(file, size, "%s", names_[found->file]);
  return 1;
}

}  // namespace benchkit::memhook
