// The outline of a JSON text: which members an object has and which elements an array has, without reading them.
//
// A file of another tool is taken apart by it and its rows are parsed one by one, so that a row that is damaged costs that row, and whatever
// is complained of has a place: a value here is a piece of the text itself. Only quotes and brackets are looked at, so that anything between
// them is stepped over, were it no JSON at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace benchkit::snapshot {

/// A member of an object, or an element of an array (no key then).
struct Piece {
  std::string_view key;    ///< between its quotes, escapes as they stand
  std::string_view value;  ///< from its first byte to its last
  bool whole = true;       ///< false: the text ends before the value does; `value` is all that is left
};

class Outline {
 public:
  /// Of the object or array at the beginning of `text`; of anything else there are no pieces.
  explicit Outline(std::string_view text) noexcept;

  /// The next piece; nullopt behind the last one, and where the text is no list of pieces any more.
  [[nodiscard]] std::optional<Piece> next() noexcept;
  /// Goes on at this place of the text instead.
  void continue_at(const char* place) noexcept { at_ = static_cast<std::size_t>(place - text_.data()); }
  /// Where the outline stands.
  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
  /// Once next() has returned nullopt: whether the closing bracket stood there.
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  void skip_blanks() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  bool object_ = false;
  bool closed_ = false;
};

/// The first value of a text, from its first byte that is no blank.
[[nodiscard]] Piece first_value(std::string_view text) noexcept;

/// The value of an object's member, found by its key; empty if there is none.
[[nodiscard]] std::string_view member_of(std::string_view object, std::string_view key) noexcept;

}  // namespace benchkit::snapshot
