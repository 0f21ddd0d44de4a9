// Libraries of benchkit's own that are loaded at first use, so that whoever wants none of what they do carries none of what they need.
#pragma once

#include <string>

namespace benchkit::base {

struct OwnLibrary {
  const char* file;  ///< "libbenchkit-symbols.so"
  const char*
      entry;    ///< its only symbol: a function without arguments that returns its interface, whose first member is an int: its version
  int version;  ///< the one that is understood
  const char* variable;  ///< the environment variable that says where the file is
};

/// Its interface; null with the reason where there is none. Looked for where the variable says; else beside the file that holds this code (a build
/// tree, a Python package), where an installed command has its libraries, and where the command along PATH has them.
[[nodiscard]] const void* load_own_library(const OwnLibrary& which, std::string& reason);

}  // namespace benchkit::base
