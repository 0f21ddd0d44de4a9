// An allocator that is linked into a library takes memory from the system, hands it out in pieces, and keeps what is freed for the next. The hooks see what it
// takes: a second call that finds enough there shows nothing at all. It is known by its own messages, which stand among the library's constants: jemalloc (polars) and
// mimalloc (pyarrow) are.
#include "core/own_allocators.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/os.hpp"

namespace benchkit::core {
namespace {

bool says(const char* variable, const char* text) {
  const auto value = base::environment(variable);
  return value && value->find(text) != std::string::npos;
}

std::string name_of(const std::string& file) { return file.substr(file.rfind('/') + 1); }

bool holds(const std::string& name, const char* part) { return name.find(part) != std::string::npos; }

/// It is the whole process' allocator, whose functions are counted; an interpreter's, in whose place ours stand; or it was told to keep nothing.
bool is_no_matter(const std::string& name) {
  if (name.starts_with("libjemalloc") || name.starts_with("libmimalloc") || name.starts_with("libpython")) return true;
  return holds(name, "arrow") ? says("ARROW_DEFAULT_MEMORY_POOL", "system") : says("_RJEM_MALLOC_CONF", "retain:false");
}

}  // namespace

std::string own_allocators_doubt() {
  // Put together here: as constants they would stand in this very library.
  static const std::vector<std::string> messages{std::string("<jemalloc>") + ": ", std::string("mimalloc:") + " error: "};
  std::vector<std::string> names;
  for (const std::string& file : base::libraries_with(messages)) {
    if (std::string name = name_of(file); !is_no_matter(name)) names.push_back(std::move(name));
  }
  if (names.empty()) return {};
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return fmt::format("{} {} own: what {} had taken before is not in the numbers, and a warm peak may be far too low (docs/memory.md)",
                     fmt::join(names, ", "), names.size() == 1 ? "has an allocator of its" : "have allocators of their",
                     names.size() == 1 ? "it" : "they");
}

}  // namespace benchkit::core
