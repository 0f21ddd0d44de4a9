// UTF-8: what may stand in JSON and in a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace benchkit::base {

/// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// The text with each byte that is part of no character written as \xff.
[[nodiscard]] std::string escape_non_utf8(std::string_view text);

/// The text up to its first end of a line.
[[nodiscard]] std::string first_line(std::string_view text);

/// Appends the character; U+FFFD for what is none (a surrogate, a number beyond U+10FFFF).
void append_utf8(std::string& text, std::uint32_t character);

}  // namespace benchkit::base
