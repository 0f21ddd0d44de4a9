#include "base/own_library.hpp"

#include <filesystem>
#include <vector>

#include "base/files.hpp"
#include "base/os.hpp"

namespace benchkit::base {
namespace {

constexpr const char* kBesideCommand = "/../" BENCHKIT_LIBDIR "/benchkit/";

std::vector<std::string> candidates(const OwnLibrary& which) {
  if (const auto named = environment(which.variable); named && !named->empty()) return {*named};
  std::vector<std::string> result{own_folder() + "/" + which.file, own_folder() + kBesideCommand + which.file};
  if (const std::string command = find_program("benchkit"); !command.empty())
    result.push_back(std::filesystem::path(command).parent_path().string() + kBesideCommand + which.file);
  return result;
}

}  // namespace

const void* load_own_library(const OwnLibrary& which, std::string& reason) {
  reason = std::string(which.file) + " is not there";
  for (const std::string& candidate : candidates(which)) {
    if (!exists(candidate)) continue;
    void* const library = load_library(candidate, reason);
    if (library == nullptr) continue;
    void* const entry = symbol_of(library, which.entry);
    const void* const interface = entry == nullptr ? nullptr : reinterpret_cast<const void* (*)()>(entry)();
    if (interface != nullptr && *static_cast<const int*>(interface) == which.version) return interface;
    reason = candidate + " comes from another version of benchkit";
  }
  return nullptr;
}

}  // namespace benchkit::base
