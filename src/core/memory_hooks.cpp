// Where the library is looked for: in the program (linked); in the process already (preloaded); $BENCHKIT_MEMHOOK; beside the file that holds this code (a Python
// package carries it there); where an installed command has its libraries; where this program was built or installed with it; along the linker's own path.
#include "core/memory_hooks.hpp"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/os.hpp"
#include "base/units.hpp"

// Null in a program that was not linked with the hooks.
// NOLINTNEXTLINE(readability-redundant-declaration): here it is weak
extern "C" [[gnu::weak]] const benchkit_memhook_interface* benchkit_memhook();

namespace benchkit::core {
namespace {

constexpr const char* kFile = "libbenchkit-memhook.so";
constexpr const char* kEntry = "benchkit_memhook";
constexpr const char* kVariable = "BENCHKIT_MEMHOOK";

std::string& recorded_path() {
  static std::string path;
  return path;
}
const benchkit_memhook_interface*& loaded() {
  static const benchkit_memhook_interface* hooks = nullptr;
  return hooks;
}

const benchkit_memhook_interface* interface_at(void* entry) {
  return entry == nullptr ? nullptr : reinterpret_cast<const benchkit_memhook_interface* (*)()>(entry)();
}

/// The hooks that this process had from its start, or null.
const benchkit_memhook_interface* present_hooks() {
  if (&benchkit_memhook != nullptr) return benchkit_memhook();
  return base::is_static_program() ? nullptr : interface_at(base::find_symbol(kEntry));
}

/// Asked once: looking in vain for a symbol allocates (dlerror), and a window may be open.
const char* sanitizer() {
  static const char* const found = [] {
    for (const char* name : BENCHKIT_MEMHOOK_SANITIZERS) {
      if (base::find_symbol(name) != nullptr) return name;
    }
    return static_cast<const char*>(nullptr);
  }();
  return found;
}

std::vector<std::string> candidates(const char* path) {
  if (const auto named = base::environment(kVariable); named && !named->empty()) return {*named};
  std::vector<std::string> result;
  for (const std::string& candidate :
       {base::own_folder() + "/" + kFile, base::own_folder() + "/../" BENCHKIT_LIBDIR "/" + kFile, std::string(path), recorded_path()}) {
    if (!candidate.empty() && base::exists(candidate)) result.push_back(candidate);
  }
  result.emplace_back(kFile);
  return result;
}

const benchkit_memhook_interface& load(const char* path) {
  std::string reason;
  for (const std::string& candidate : candidates(path)) {
    void* const library = base::load_library(candidate, reason);
    if (library == nullptr) continue;
    if (const auto* const hooks = interface_at(base::symbol_of(library, kEntry)); hooks != nullptr) return *hooks;
    reason = candidate + " is not the library with benchkit's hooks";
  }
  throw Error("memory cannot be counted: " + reason, {}, fmt::format("install benchkit, or set {} to the path of {}", kVariable, kFile));
}

const benchkit_memhook_interface& loaded_hooks(const char* path) {
  if (loaded() == nullptr) {
    const auto* hooks = present_hooks();
    if (hooks == nullptr) hooks = &load(path);
    if (hooks->version != BENCHKIT_MEMHOOK_VERSION) {
      throw Error(fmt::format("the hooks' library has interface {}, this program needs {}", hooks->version, BENCHKIT_MEMHOOK_VERSION), {},
                  "the library and the program come from different versions of benchkit: install one");
    }
    loaded() = hooks;
  }
  return *loaded();
}

}  // namespace

void set_memory_hooks_path(std::string path) { recorded_path() = std::move(path); }

std::string memory_hooks_unavailable() {
  if (base::is_static_program()) {
    if (&benchkit_memhook != nullptr) return {};
    return "memory cannot be counted in a statically linked program, into which no library can be loaded: link benchkit::memhook_static "
           "into it";
  }
  if (const char* const found = sanitizer(); found != nullptr) {
    return fmt::format(
        "memory cannot be counted in a program built with a sanitizer ({}), which has an allocator of its own: build it without", found);
  }
  return {};
}

std::string memory_hooks_file() {
  for (const std::string& candidate : candidates("")) {
    if (base::exists(candidate)) return candidate;
  }
  return {};
}

std::string several_bound(const char* who, std::uint64_t error_bytes) {
  std::uint64_t bound = 1;
  while (bound < error_bytes) bound *= 2;
  return fmt::format("{}: the peak may be off by up to {}", who, base::format_value(static_cast<double>(bound), "B"));
}

bool memory_hooks_attached() {
  const auto* hooks = loaded() != nullptr ? loaded() : present_hooks();
  return hooks != nullptr && (hooks->door() == BENCHKIT_MEMHOOK_INTERPOSED || hooks->attached() != 0);
}

std::vector<std::string> hooked_warnings() {
  if (!memory_hooks_attached()) return {};
  return {"hooked: allocations went through the counting hooks while this was timed"};
}

const benchkit_memhook_interface& attached_memory_hooks(const char* path) {
  if (const std::string reason = memory_hooks_unavailable(); !reason.empty()) throw Error(reason);
  const benchkit_memhook_interface& hooks = loaded_hooks(path);
  if (hooks.attached() == 0) {
    std::array<char, 512> why{};
    if (hooks.attach(why.data(), why.size()) != 0) throw Error(std::string("memory cannot be counted: ") + why.data());
  }
  return hooks;
}

void let_go_of_memory_hooks() noexcept {
  const auto* const hooks = loaded();
  if (hooks != nullptr && hooks->door() != BENCHKIT_MEMHOOK_INTERPOSED && hooks->attached() != 0) (void)hooks->detach();
}

}  // namespace benchkit::core
