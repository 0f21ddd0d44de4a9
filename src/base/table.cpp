#include "base/table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/parallel.hpp"

namespace benchkit::base {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kNarrowest = 8;  ///< a column is not shortened below this

struct Glyph {
  std::string_view bytes;
  std::size_t width;
};

struct Range {
  std::uint32_t first, last;
};

// Unicode 15, East_Asian_Width W and F, and the emoji that terminals draw wide: the blocks, not every single hole in them.
constexpr std::array<Range, 12> kWide{{{0x1100, 0x115f},
                                       {0x2e80, 0x303e},
                                       {0x3041, 0x33ff},
                                       {0x3400, 0x4dbf},
                                       {0x4e00, 0x9fff},
                                       {0xa000, 0xa4cf},
                                       {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff},
                                       {0xfe30, 0xfe6f},
                                       {0xff00, 0xff60},
                                       {0x1f300, 0x1faff},
                                       {0x20000, 0x3fffd}}};
constexpr std::array<Range, 7> kZero{
    {{0x0300, 0x036f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1ab0, 0x1aff}, {0xfeff, 0xfeff}}};

template <std::size_t N>
bool within(std::uint32_t point, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return point >= range.first && point <= range.last; });
}

/// The next glyph of a text; a byte that is no UTF-8 counts as one column.
Glyph next_glyph(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (length == 1 || text.size() < length) return {text.substr(0, 1), 1};
  std::uint32_t point = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80) return {text.substr(0, 1), 1};
    point = (point << 6U) | (next & 0x3fU);
  }
  const std::size_t width = within(point, kZero) ? 0 : within(point, kWide) ? 2 : 1;
  return {text.substr(0, length), width};
}

/// Nothing but printable ASCII, a byte a column: nearly every cell of nearly every table.
bool is_plain(std::string_view text) {
  // Counted to the end, and not only to the first one: so several bytes are looked at in one step.
  return std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c - 0x20) >= 0x5f; }) == 0;
}

std::vector<Glyph> glyphs_of(std::string_view text) {
  std::vector<Glyph> glyphs;
  while (!text.empty()) {
    glyphs.push_back(next_glyph(text));
    text.remove_prefix(glyphs.back().bytes.size());
  }
  return glyphs;
}

/// U+202A..U+202E and U+2066..U+2069: embeddings, overrides and isolates, by which a text can look like another.
bool turns_writing(std::string_view glyph) {
  if (glyph.size() != 3 || static_cast<unsigned char>(glyph[0]) != 0xe2) return false;
  const auto middle = static_cast<unsigned char>(glyph[1]);
  const auto last = static_cast<unsigned char>(glyph[2]);
  return (middle == 0x80 && ((last >= 0xaa && last <= 0xae) || last == 0x8e || last == 0x8f)) ||
         (middle == 0x81 && last >= 0xa6 && last <= 0xa9);
}

std::string_view colour_of(Tone tone) {
  switch (tone) {
    case Tone::dim: return "\033[2m";
    case Tone::good: return "\033[32m";
    case Tone::bad: return "\033[31m";
    case Tone::warning: return "\033[33m";
    case Tone::strong: return "\033[1m";
    case Tone::plain: break;
  }
  return {};
}

constexpr std::string_view kPlainAgain = "\033[0m";

std::string coloured(std::string text, Tone tone, bool colour) {
  const std::string_view code = colour ? colour_of(tone) : std::string_view{};
  if (code.empty() || text.empty()) return text;
  return fmt::format("{}{}{}", code, text, kPlainAgain);
}

std::size_t sum_of(const std::vector<std::size_t>& widths) {
  std::size_t sum = widths.empty() ? 0 : (widths.size() - 1) * kGap.size();
  for (const std::size_t width : widths) sum += width;
  return sum;
}

/// Columns that a text takes as it is shown.
std::size_t shown_width(std::string_view text) { return is_plain(text) ? text.size() : display_width(printable(text)); }

/// Rows that one thread takes at a time: a hundred thousand are worth a second CPU.
constexpr std::size_t kRowsAtATime = 4096;

std::span<const Table::Row> piece_of(const Table& table, std::size_t piece) {
  return std::span(table.rows).subspan(piece * kRowsAtATime, std::min(kRowsAtATime, table.rows.size() - piece * kRowsAtATime));
}
std::size_t pieces_of(const Table& table) { return (table.rows.size() + kRowsAtATime - 1) / kRowsAtATime; }

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (const TableColumn& column : table.columns) widths.push_back(display_width(printable(column.title)));
  std::vector<std::vector<std::size_t>> of_pieces(pieces_of(table), widths);
  parallel_for(of_pieces.size(), 1, [&](std::size_t piece) {
    std::vector<std::size_t>& own = of_pieces[piece];
    for (const Table::Row& row : piece_of(table, piece)) {
      for (std::size_t i = 0; !row.heading && i < std::min(row.cells.size(), own.size()); ++i)
        own[i] = std::max(own[i], shown_width(row.cells[i].text));
    }
  });
  for (const std::vector<std::size_t>& own : of_pieces) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], own[i]);
  }
  return widths;
}

/// Takes from the widest of the columns that may shrink until the table fits.
void fit(std::vector<std::size_t>& widths, const Table& table, std::size_t limit) {
  for (std::size_t total = sum_of(widths); limit > 0 && total > limit; --total) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (table.columns[i].shrink && widths[i] > kNarrowest && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

class TextLine {
 public:
  TextLine(const Table& table, const std::vector<std::size_t>& widths, bool colour) : table_(table), widths_(widths), colour_(colour) {}

  void add(std::size_t column, const Cell& cell) {
    if (begun_) line_ += kGap;
    begun_ = true;
    if (cell.text.size() <= widths_[column] && is_plain(cell.text)) return put(column, cell.text, cell.text.size(), cell.tone);
    const std::string text = shorten(printable(cell.text), widths_[column]);
    put(column, text, display_width(text), cell.tone);
  }
  /// Ends the line behind `result`, and begins the next one.
  void take(std::string& result) {
    line_.erase(line_.find_last_not_of(' ') + 1);
    result += line_;
    result += '\n';
    line_.clear();
    begun_ = false;
  }

 private:
  void put(std::size_t column, std::string_view text, std::size_t width, Tone tone) {
    const std::size_t room = widths_[column] - std::min(widths_[column], width);
    const bool right = table_.columns[column].align == Align::right;
    const std::string_view code = colour_ && !text.empty() ? colour_of(tone) : std::string_view{};
    if (right) line_.append(room, ' ');
    line_ += code;
    line_ += text;
    if (!code.empty()) line_ += kPlainAgain;
    if (!right) line_.append(room, ' ');
  }

  const Table& table_;
  const std::vector<std::size_t>& widths_;
  bool colour_;
  bool begun_ = false;
  std::string line_;
};

/// The columns of each part of a table: all in one where they fit; else the keys again and as many others as fit beside them.
std::vector<std::vector<std::size_t>> parts_of(const Table& table, const std::vector<std::size_t>& widths, std::size_t limit) {
  std::vector<std::size_t> keys;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].key) keys.push_back(i);
    else if (table.columns[i].joined && !groups.empty()) groups.back().push_back(i);
    else groups.push_back({i});
  }
  const auto room = [&](const std::vector<std::size_t>& columns) {
    std::size_t sum = 0;
    for (const std::size_t column : columns) sum += widths[column] + kGap.size();
    return sum;
  };
  std::vector<std::vector<std::size_t>> parts{keys};
  const auto fits = [&](const std::vector<std::size_t>& before, const std::vector<std::size_t>& group) {
    return limit == 0 || room(before) + room(group) <= limit + kGap.size();
  };
  const auto place = [&](const std::vector<std::size_t>& group) {
    if (!fits(parts.back(), group) && parts.back().size() > keys.size()) parts.push_back(keys);
    parts.back().insert(parts.back().end(), group.begin(), group.end());
  };
  for (const std::vector<std::size_t>& group : groups) {
    if (fits(keys, group)) {
      place(group);
    } else {  // even alone it is too wide: better parted than broken by the terminal
      for (const std::size_t column : group) place({column});
    }
  }
  return parts;
}

void render_rows(std::string& result, TextLine& line, std::span<const Table::Row> rows, const std::vector<std::size_t>& columns,
                 bool colour) {
  for (const Table::Row& row : rows) {
    if (row.heading) {
      result += "\n" + coloured(printable(row.cells.empty() ? "" : row.cells.front().text), Tone::strong, colour) + "\n";
      continue;
    }
    static const Cell none;
    for (const std::size_t i : columns) line.add(i, i < row.cells.size() ? row.cells[i] : none);
    line.take(result);
  }
}

std::string render_part(const Table& table, const std::vector<std::size_t>& columns, const std::vector<std::size_t>& widths, bool colour) {
  std::string result;
  TextLine line(table, widths, colour);
  for (const std::size_t i : columns) line.add(i, {table.columns[i].title, Tone::strong});
  if (!columns.empty()) line.take(result);
  std::vector<std::string> pieces(pieces_of(table));
  parallel_for(pieces.size(), 1, [&](std::size_t i) {
    TextLine own(table, widths, colour);
    render_rows(pieces[i], own, piece_of(table, i), columns, colour);
  });
  std::size_t size = result.size();
  for (const std::string& piece : pieces) size += piece.size();
  result.reserve(size);
  for (const std::string& piece : pieces) result += piece;
  return result;
}

/// A line of text as Markdown might see it. Ids are full of brackets and underscores that mean nothing to it: `sort_by[key]` stays as it is.
class MarkdownLine {
 public:
  explicit MarkdownLine(std::string_view line) : line_(line) {
    // Emphasis has two ends: an underscore before a word and one behind a word. Within a word it is none.
    for (std::size_t i = 0; i < line.size(); ++i) {
      opens_ = opens_ || (line[i] == '_' && !is_word(i, -1));
      closes_ = closes_ || (line[i] == '_' && !is_word(i, 1));
    }
  }

  /// Whether this character has a meaning that a backslash takes away.
  [[nodiscard]] bool is_special(std::size_t at) const {
    const char next = at + 1 < line_.size() ? line_[at + 1] : '\0';
    switch (line_[at]) {
      case '|':
      case '\\':
      case '*':
      case '`':
      case '$': return true;
      case '~': return line_.find('~') != line_.rfind('~');  // one alone strikes nothing out
      case '_': return opens_ && closes_ && (!is_word(at, -1) || !is_word(at, 1));
      case ']': return next == '(' || next == '[' || (next == ':' && line_.front() == '[');  // a link
      case '>': return at == 0;
      case '#':
      case '-':
      case '+': return at == 0 && (next == ' ' || next == line_[at]);
      default: return false;
    }
  }
  /// `&amp;`, `&#38;`: an ampersand that would be read together with what follows.
  [[nodiscard]] bool is_entity(std::size_t at) const {
    if (line_[at] != '&') return false;
    const std::size_t end = line_.find_first_not_of("#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", at + 1);
    return end != std::string_view::npos && end > at + 1 && line_[end] == ';';
  }

 private:
  /// Whether the character beside this one is a letter or a digit.
  [[nodiscard]] bool is_word(std::size_t at, int step) const {
    const std::size_t beside = at + static_cast<std::size_t>(step);  // wraps round before the first one
    return beside < line_.size() && std::isalnum(static_cast<unsigned char>(line_[beside])) != 0;
  }

  std::string_view line_;
  bool opens_ = false;
  bool closes_ = false;
};

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

}  // namespace

std::string printable(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string result;
  while (!text.empty()) {
    const Glyph glyph = next_glyph(text);
    text.remove_prefix(glyph.bytes.size());
    const auto lead = static_cast<unsigned char>(glyph.bytes.front());
    const auto next = static_cast<unsigned char>(glyph.bytes.back());
    if (lead == '\n') result += "\\n";
    else if (lead == '\t') result += "\\t";
    // Control characters: those of ASCII, bytes that are no UTF-8, those of Latin 1 (C1), and the marks that turn the direction of writing.
    else if (lead < 0x20 || lead == 0x7f || (glyph.bytes.size() == 1 && lead >= 0x80)) result += fmt::format("\\x{:02x}", lead);
    else if (glyph.bytes.size() == 2 && lead == 0xc2 && next < 0xa0) result += fmt::format("\\x{:02x}", next);
    else if (glyph.bytes == "\xef\xbf\xbe") result += "\\ufffe";  // two code points that are no characters: no XML may hold them
    else if (glyph.bytes == "\xef\xbf\xbf") result += "\\uffff";
    else if (turns_writing(glyph.bytes)) result += fmt::format("\\u{:04x}", 0x2000 + (glyph.bytes[1] & 0x3f) * 64 + (next & 0x3f));
    else result += glyph.bytes;
  }
  return result;
}

std::string markdown_text(std::string_view text) {
  std::string result;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (begin > 0) result += "<br>";
    const std::string shown = printable(text.substr(begin, end - begin));
    const MarkdownLine line(shown);
    for (std::size_t i = 0; i < shown.size(); ++i) {
      if (shown[i] == '<') result += "&lt;";
      else if (line.is_entity(i)) result += "&amp;";
      else if (line.is_special(i)) result += std::string("\\") + shown[i];
      else result += shown[i];
    }
    begin = end + 1;
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  if (is_plain(text)) return text.size();
  std::size_t width = 0;
  while (!text.empty()) {
    const Glyph glyph = next_glyph(text);
    width += glyph.width;
    text.remove_prefix(glyph.bytes.size());
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  const std::vector<Glyph> glyphs = glyphs_of(text);
  const std::size_t room = width - 1;  // one for the ellipsis
  const std::size_t front_room = (room + 1) / 2;
  std::string front;
  std::string back;
  std::size_t used = 0;
  for (const Glyph& glyph : glyphs) {
    if (used + glyph.width > front_room) break;
    front += glyph.bytes;
    used += glyph.width;
  }
  for (auto glyph = glyphs.rbegin(); glyph != glyphs.rend() && used + glyph->width <= room; ++glyph) {
    back.insert(0, glyph->bytes);
    used += glyph->width;
  }
  return front + "…" + back;
}

std::string render_text(const Table& table, const TextStyle& style) {
  std::vector<std::size_t> widths = widths_of(table);
  fit(widths, table, style.width);
  std::string result;
  for (const std::vector<std::size_t>& part : parts_of(table, widths, style.width)) {
    if (!result.empty()) result += '\n';
    result += render_part(table, part, widths, style.colour);
  }
  if (!table.notes.empty()) result += '\n';
  for (const std::string& note : table.notes) result += coloured(printable(note), Tone::dim, style.colour) + "\n";
  return result;
}

std::string render_markdown(const Table& table) {
  std::string result = "|";
  for (const TableColumn& column : table.columns) result += " " + markdown_text(column.title) + " |";
  result += "\n|";
  for (const TableColumn& column : table.columns) result += column.align == Align::right ? " ---: |" : " --- |";
  result += '\n';
  for (const Table::Row& row : table.rows) {
    result += '|';
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const std::string text = i < row.cells.size() ? markdown_text(row.cells[i].text) : "";
      result += row.heading && i == 0 ? " **" + text + "** |" : " " + text + " |";
    }
    result += '\n';
  }
  for (const std::string& note : table.notes) result += "\n" + markdown_text(note) + "\n";
  return result;
}

std::string csv_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string render_csv(const Table& table) {
  std::string result;
  const auto add = [&](std::size_t i, const std::string& text) { result += (i > 0 ? "," : "") + csv_cell(text); };
  for (std::size_t i = 0; i < table.columns.size(); ++i) add(i, table.columns[i].title);
  result += '\n';
  for (const Table::Row& row : table.rows) {
    if (row.heading) continue;
    for (std::size_t i = 0; i < table.columns.size(); ++i) add(i, i < row.cells.size() ? row.cells[i].text : "");
    result += '\n';
  }
  return result;
}

}  // namespace benchkit::base
