// Names of C++ as people write them.
#pragma once

#include <string>
#include <typeinfo>

namespace benchkit::base {

/// A function's symbol. What is not mangled stays as it is: `f` is a function of C, though the demangler would call it the type float.
[[nodiscard]] std::string demangled(const std::string& symbol);
[[nodiscard]] std::string type_name(const std::type_info& type);

}  // namespace benchkit::base
