#include "base/demangle.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace benchkit::base {
namespace {

std::string read(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(mangled, nullptr, nullptr, &status), std::free);
  return status == 0 && plain != nullptr ? plain.get() : mangled;
}

}  // namespace

std::string demangled(const std::string& symbol) { return symbol.starts_with("_Z") ? read(symbol.c_str()) : symbol; }
std::string type_name(const std::type_info& type) { return read(type.name()); }

}  // namespace benchkit::base
