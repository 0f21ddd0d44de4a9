#include "memhook/scope.hpp"

#include <string.h>

#include "memhook/file_names.hpp"

namespace benchkit::memhook {
namespace {

/// Whether a DT_NEEDED entry means this object.
bool answers_to(const ObjectFacts& object, const char* needed) noexcept {
  if (strcmp(object.file, needed) == 0 || strcmp(last_part(object.file), last_part(needed)) == 0) return true;
  const char* const own_name = object.dynamic != nullptr ? read_tables(object).own_name : nullptr;
  return own_name != nullptr && strcmp(own_name, needed) == 0;
}

}  // namespace

bool Scope::read() noexcept {
  struct Reading {
    List<ObjectFacts>* objects;
    bool whole;
  } reading{&objects_, true};
  objects_.clear();
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& into = *static_cast<Reading*>(data);
        into.whole = into.objects->push(read_object(*info));
        return into.whole ? 0 : 1;
      },
      &reading);
  return reading.whole;
}

const ObjectFacts* Scope::holder(const void* address) noexcept {
  for (const ObjectFacts& object : objects_) {
    if (object.holds(address)) return &object;
  }
  return nullptr;
}

bool Scope::is_defined_elsewhere(const char* name, const void* known, const void* ours) noexcept {
  for (const ObjectFacts& object : objects_) {
    if (!object.holds(known) && !object.holds(ours) && definition_in(object, name) != nullptr) return true;
  }
  return false;
}

void Scope::queue_needed(const ObjectFacts& object) noexcept {
  if (object.dynamic == nullptr) return;
  const char* const strings = read_tables(object).strings;
  if (strings == nullptr) return;
  for (const ElfW(Dyn)* entry = object.dynamic; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag != DT_NEEDED) continue;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      if (!answers_to(objects_[i], strings + entry->d_un.d_val)) continue;
      bool queued = false;
      for (const std::size_t known : order_) queued = queued || known == i;
      if (!queued) (void)order_.push(i);
      break;
    }
  }
}

void* Scope::find_from(const ObjectFacts& object, const char* name) noexcept {
  order_.clear();
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (objects_[i].looks_like(object)) (void)order_.push(i);
  }
  for (std::size_t next = 0; next < order_.size(); ++next) {
    const ObjectFacts& at = objects_[order_[next]];
    if (void* const found = definition_in(at, name); found != nullptr) return found;
    queue_needed(at);
  }
  return nullptr;
}

}  // namespace benchkit::memhook
