// From the library to frames as the model has them.
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/demangle.hpp"
#include "base/own_library.hpp"
#include "dwarf/abi.h"
#include "symbols/symbols.hpp"

namespace benchkit::symbols {
namespace {

constexpr base::OwnLibrary kLibrary{"libbenchkit-symbols.so", "benchkit_symbols", BENCHKIT_SYMBOLS_VERSION, "BENCHKIT_SYMBOLS"};

const benchkit_symbols_interface& load() {
  std::string reason;
  if (const void* const found = base::load_own_library(kLibrary, reason)) return *static_cast<const benchkit_symbols_interface*>(found);
  throw Error("native code gets no names: " + reason, {},
              fmt::format("install benchkit with libdw (elfutils), or set {} to the path of {}", kLibrary.variable, kLibrary.file));
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
