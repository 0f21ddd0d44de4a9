#include "base/utf8.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace benchkit::base {
namespace {

/// The length of the well-formed character at the front, or 0.
std::size_t character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : (first < 0xf0 ? 3 : 4);
  if (text.size() < length) return 0;
  const unsigned char lowest = first == 0xe0 ? 0xa0 : (first == 0xf0 ? 0x90 : 0x80);
  const unsigned char highest = first == 0xed ? 0x9f : (first == 0xf4 ? 0x8f : 0xbf);
  if (byte(1) < lowest || byte(1) > highest) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string escape_non_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = character(text);
    if (length == 0) result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    else result += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

void append_utf8(std::string& text, std::uint32_t character) {
  const bool is_surrogate = character >= 0xd800 && character <= 0xdfff;
  const std::uint32_t c = is_surrogate || character > 0x10ffff ? 0xfffd : character;
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto put_rest = [&](int shift) { put(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put_rest(6);
  } else {
    put(0xf0 | c >> 18);
    put_rest(12);
    put_rest(6);
  }
  put_rest(0);
}

}  // namespace benchkit::base
