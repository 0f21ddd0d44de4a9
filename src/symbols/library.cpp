// Where the library is looked for: $BENCHKIT_SYMBOLS; beside the file that holds this code (a build tree, a Python package); where an installed command has its
// libraries; where the command along PATH has them.
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/demangle.hpp"
#include "base/files.hpp"
#include "base/os.hpp"
#include "dwarf/abi.h"
#include "symbols/symbols.hpp"

namespace benchkit::symbols {
namespace {

constexpr const char* kFile = "libbenchkit-symbols.so";
constexpr const char* kEntry = "benchkit_symbols";
constexpr const char* kVariable = "BENCHKIT_SYMBOLS";
constexpr const char* kBesideCommand = "/../" BENCHKIT_LIBDIR "/benchkit/";

std::vector<std::string> candidates() {
  if (const auto named = base::environment(kVariable); named && !named->empty()) return {*named};
  std::vector<std::string> result{base::own_folder() + "/" + kFile, base::own_folder() + kBesideCommand + kFile};
  if (const std::string command = base::find_program("benchkit"); !command.empty())
    result.push_back(std::filesystem::path(command).parent_path().string() + kBesideCommand + kFile);
  return result;
}

const benchkit_symbols_interface& load() {
  std::string reason = fmt::format("{} is not there", kFile);
  for (const std::string& candidate : candidates()) {
    if (!base::exists(candidate)) continue;
    void* const library = base::load_library(candidate, reason);
    if (library == nullptr) continue;
    void* const entry = base::symbol_of(library, kEntry);
    const auto* const symbols = entry == nullptr ? nullptr : reinterpret_cast<const benchkit_symbols_interface* (*)()>(entry)();
    if (symbols != nullptr && symbols->version == BENCHKIT_SYMBOLS_VERSION) return *symbols;
    reason = candidate + " comes from another version of benchkit";
  }
  throw Error("native code gets no names: " + reason, {},
              fmt::format("install benchkit with libdw (elfutils), or set {} to the path of {}", kVariable, kFile));
}

/// A file that is open in the library; null: it cannot be read (vdso, a file that was deleted).
class Object {
 public:
  Object(const benchkit_symbols_interface& symbols, const std::string& file) : symbols_(symbols) {
    std::array<char, 256> why{};
    handle_ = symbols_.open(file.c_str(), why.data(), why.size());
  }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() {
    if (handle_ != nullptr) symbols_.close(handle_);
  }

  [[nodiscard]] std::vector<Frame> look_up(std::uint64_t offset) const {
    std::vector<Frame> found;
    if (handle_ == nullptr) return found;
    const auto add = [](void* context, const char* function, const char* file, std::uint32_t line) {
      const std::string plain = *file == 0 ? std::string{} : std::filesystem::path(file).lexically_normal().string();
      static_cast<std::vector<Frame>*>(context)->push_back({.function = base::demangled(function), .file = plain, .line = line});
    };
    (void)symbols_.look_up(handle_, offset, add, &found);
    return found;
  }

 private:
  const benchkit_symbols_interface& symbols_;
  void* handle_ = nullptr;
};

}  // namespace

LookUp library_look_up() {
  struct Known {
    std::map<std::string, Object> objects;
    std::map<std::pair<std::string, std::uint64_t>, std::vector<Frame>> frames;
  };
  const benchkit_symbols_interface& symbols = load();
  return [&symbols, known = std::make_shared<Known>()](const std::string& module, std::uint64_t offset) {
    const auto [frames, is_new] = known->frames.try_emplace({module, offset});
    if (is_new) frames->second = known->objects.try_emplace(module, symbols, module).first->second.look_up(offset);
    return frames->second;
  };
}

}  // namespace benchkit::symbols
