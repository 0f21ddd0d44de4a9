// Text as it may stand in XML.
#pragma once

#include <string>
#include <string_view>

namespace benchkit::base {

/// The text in an attribute or between tags. XML 1.0 has no way to write most control characters, not even as a reference: they are made visible
/// as `printable` does it (a newline too), and so are bytes that are no UTF-8 and the two code points that are no characters.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace benchkit::base
