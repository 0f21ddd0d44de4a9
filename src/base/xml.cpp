#include "base/xml.hpp"

#include "base/table.hpp"
#include "base/utf8.hpp"

namespace benchkit::base {

std::string xml_text(std::string_view text) {
  const std::string shown = printable(escape_non_utf8(text));
  std::string result;
  result.reserve(shown.size());
  for (const char letter : shown) {
    switch (letter) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += letter;
    }
  }
  return result;
}

}  // namespace benchkit::base
