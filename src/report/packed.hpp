// Data as text that may stand in a page.
#pragma once

#include <string>
#include <string_view>

namespace benchkit::report {

/// Base64 (RFC 4648) of the text compressed with zlib (RFC 1950). Holds none of `<`, `>`, `&` and quotes, whatever the text holds.
[[nodiscard]] std::string packed(std::string_view text);

}  // namespace benchkit::report
