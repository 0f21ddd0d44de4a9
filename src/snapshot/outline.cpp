#include "snapshot/outline.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace benchkit::snapshot {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Behind the closing quote of the text that begins at `at`; kNone if there is none.
std::size_t text_end(std::string_view text, std::size_t at) noexcept {
  for (std::size_t quote = text.find('"', at + 1); quote != kNone; quote = text.find('"', quote + 1)) {
    std::size_t backslashes = 0;
    while (text[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote + 1;
  }
  return kNone;
}

/// What a container's end depends on.
constexpr std::array<bool, 256> kTelling = [] {
  std::array<bool, 256> telling{};
  for (const char c : {'"', '{', '}', '[', ']'}) telling[static_cast<unsigned char>(c)] = true;
  return telling;
}();

/// Whether any of eight bytes is telling; a byte that only resembles one may be taken for it. Brackets and braces are one but for a bit.
bool any_telling(const char* bytes) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  std::uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof eight);
  const auto has = [](std::uint64_t word, unsigned char byte) {  // a byte that is 0 borrows from its high bit
    word ^= kEach * byte;
    return (word - kEach) & ~word & kHigh;
  };
  const std::uint64_t joined = eight & (kEach * 0xdf);
  return (has(eight, '"') | has(joined, '[') | has(joined, ']')) != 0;
}

std::size_t container_end(std::string_view text, std::size_t at) noexcept {
  std::size_t depth = 0;
  while (at < text.size()) {
    while (at + 8 <= text.size() && !any_telling(text.data() + at)) at += 8;
    if (at == text.size()) break;
    const char c = text[at];
    if (!kTelling[static_cast<unsigned char>(c)]) {
      ++at;
    } else if (c == '"') {
      at = text_end(text, at);
      if (at == kNone) return kNone;
    } else {
      ++at;
      if (c == '{' || c == '[') ++depth;
      else if (--depth == 0) return at;
    }
  }
  return kNone;
}

std::size_t word_end(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && !is_blank(text[at]) && text[at] != ',' && text[at] != '}' && text[at] != ']') ++at;
  return at;
}

Piece value_at(std::string_view text, std::size_t at) noexcept {
  std::size_t end = 0;
  switch (text[at]) {
    case '{':
    case '[': end = container_end(text, at); break;
    case '"': end = text_end(text, at); break;
    default: end = word_end(text, at); break;
  }
  if (end == kNone) return {.value = text.substr(at), .whole = false};
  return {.value = text.substr(at, end - at)};
}

}  // namespace

Outline::Outline(std::string_view text) noexcept : text_(text) {
  skip_blanks();
  if (at_ < text_.size() && (text_[at_] == '{' || text_[at_] == '[')) {
    object_ = text_[at_] == '{';
    ++at_;
  } else {
    at_ = text_.size();
  }
}

void Outline::skip_blanks() noexcept {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

std::optional<Piece> Outline::next() noexcept {
  skip_blanks();
  while (at_ < text_.size() && text_[at_] == ',') {
    ++at_;
    skip_blanks();
  }
  if (at_ >= text_.size()) return std::nullopt;
  if (text_[at_] == '}' || text_[at_] == ']') {
    closed_ = true;
    return std::nullopt;
  }
  std::string_view key;
  if (object_) {
    if (text_[at_] != '"') return std::nullopt;
    const std::size_t end = text_end(text_, at_);
    if (end == kNone) return std::nullopt;
    key = text_.substr(at_ + 1, end - at_ - 2);
    at_ = end;
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != ':') return std::nullopt;
    ++at_;
    skip_blanks();
    if (at_ >= text_.size()) return std::nullopt;
  }
  Piece piece = value_at(text_, at_);
  if (piece.value.empty()) return std::nullopt;  // a closing bracket where a value should stand
  piece.key = key;
  at_ += piece.value.size();
  return piece;
}

Piece first_value(std::string_view text) noexcept {
  const std::size_t at = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_blank) - text.begin());
  return at == text.size() ? Piece{.value = text.substr(at), .whole = false} : value_at(text, at);
}

std::string_view member_of(std::string_view object, std::string_view key) noexcept {
  Outline outline(object);
  while (const auto piece = outline.next()) {
    if (piece->key == key) return piece->value;
  }
  return {};
}

}  // namespace benchkit::snapshot
