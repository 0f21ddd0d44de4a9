#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>

#include "base/os.hpp"

namespace benchkit::base {
namespace {

/// The program itself stands first.
int find_interpreter(dl_phdr_info* info, std::size_t /*size*/, void* found) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    if (info->dlpi_phdr[i].p_type == PT_INTERP) *static_cast<bool*>(found) = true;
  }
  return 1;
}

/// A library's segments that may be neither written to nor run.
std::vector<std::string_view> constants_of(const dl_phdr_info& info) {
  std::vector<std::string_view> result;
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || segment.p_flags != PF_R) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the linker tells addresses as numbers
    result.emplace_back(reinterpret_cast<const char*>(info.dlpi_addr + segment.p_vaddr), segment.p_filesz);
  }
  return result;
}

struct TextSearch {
  const std::vector<std::string>& texts;
  std::map<std::string, bool>& known;
  std::vector<std::string> found;
};

/// The linker can unload nothing meanwhile.
int find_texts(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  auto& search = *static_cast<TextSearch*>(data);
  const std::string file = info->dlpi_name;
  if (file.find('/') == std::string::npos) return 0;  // the program itself, and what the kernel brings
  const auto [at, is_new] = search.known.emplace(file, false);
  for (const std::string_view constants : is_new ? constants_of(*info) : std::vector<std::string_view>()) {
    for (const std::string& text : search.texts)
      at->second = at->second || memmem(constants.data(), constants.size(), text.data(), text.size()) != nullptr;
  }
  if (at->second) search.found.push_back(file);
  return 0;
}

}  // namespace

std::vector<std::string> libraries_with(const std::vector<std::string>& texts) {
  static std::map<std::string, bool> known;
  TextSearch search{texts, known, {}};
  dl_iterate_phdr(find_texts, &search);
  return search.found;
}

bool is_static_program() noexcept {
  static const bool is_static = [] {
    bool has_interpreter = false;
    dl_iterate_phdr(find_interpreter, &has_interpreter);
    return !has_interpreter;
  }();
  return is_static;
}

void* find_symbol(const char* name) noexcept { return dlsym(RTLD_DEFAULT, name); }

void* load_library(const std::string& path, std::string& reason) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const said = dlerror();
    reason = said != nullptr ? said : "it cannot be loaded";
  }
  return handle;
}

void* symbol_of(void* library, const char* name) noexcept { return dlsym(library, name); }

std::vector<std::uint64_t> call_stack() {
  std::array<void*, 512> addresses{};
  const int count = backtrace(addresses.data(), static_cast<int>(addresses.size()));
  std::vector<std::uint64_t> result;
  for (int i = 1; i < count; ++i) result.push_back(reinterpret_cast<std::uint64_t>(addresses[static_cast<std::size_t>(i)]));
  return result;
}

CodePlace code_at(std::uint64_t address) {
  Dl_info info;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a return address is a number
  if (dladdr(reinterpret_cast<const void*>(address), &info) == 0 || info.dli_fname == nullptr) return {};
  CodePlace place;
  // A program's own name may be what it was called by, not where it is.
  place.module = std::filesystem::path(info.dli_fname).is_absolute() ? info.dli_fname : executable_path();
  place.offset = address - reinterpret_cast<std::uint64_t>(info.dli_fbase);
  if (info.dli_sname != nullptr) place.symbol = info.dli_sname;
  return place;
}

std::string own_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) return {};
  // A program's own name may be what it was called by, not where it is.
  const std::filesystem::path file = std::filesystem::path(info.dli_fname).is_absolute() ? info.dli_fname : executable_path();
  return file.parent_path().string();
}

}  // namespace benchkit::base
