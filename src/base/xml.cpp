#include "base/xml.hpp"

#include "base/table.hpp"
#include "base/utf8.hpp"

namespace benchkit::base {

std::string xml_text(std::string_view text) {
  constexpr std::string_view kNoCharacters = "\xef\xbf";  // U+FFFE and U+FFFF begin with it
  const std::string shown = printable(escape_non_utf8(text));
  std::string result;
  result.reserve(shown.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    switch (shown[i]) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\xef':
        if (shown.compare(i, 2, kNoCharacters) == 0 && (shown[i + 2] == '\xbe' || shown[i + 2] == '\xbf')) {
          result += shown[i + 2] == '\xbe' ? "\\ufffe" : "\\uffff";
          i += 2;
          break;
        }
        [[fallthrough]];
      default: result += shown[i];
    }
  }
  return result;
}

}  // namespace benchkit::base
