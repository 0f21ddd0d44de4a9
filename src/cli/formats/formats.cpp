#include <algorithm>

#include "cli/formats/format.hpp"

namespace benchkit::cli {

const std::vector<FormatEntry>& formats() {
  static const std::vector<FormatEntry> all{
#define BENCHKIT_FORMAT(name) name##_format(),
#include "cli/formats/formats.def"
#undef BENCHKIT_FORMAT
  };
  return all;
}

const FormatEntry& format_named(std::string_view name) {
  return *std::find_if(formats().begin(), formats().end(), [&](const FormatEntry& format) { return format.name == name; });
}

}  // namespace benchkit::cli
