// What the name of an object's file says.
#pragma once

#include <string.h>

namespace benchkit::memhook {

[[nodiscard]] inline const char* last_part(const char* file) noexcept {
  const char* const slash = strrchr(file, '/');
  return slash != nullptr ? slash + 1 : file;
}

[[nodiscard]] inline bool is_named(const char* file, const char* beginning) noexcept {
  return strncmp(last_part(file), beginning, strlen(beginning)) == 0;
}

[[nodiscard]] inline bool is_libc(const char* file) noexcept { return is_named(file, "libc.so"); }
[[nodiscard]] inline bool is_standard_library(const char* file) noexcept {
  return is_libc(file) || is_named(file, "libstdc++.so") || is_named(file, "libc++.so");
}

}  // namespace benchkit::memhook
