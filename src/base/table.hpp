// Tables: one content, several forms.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace benchkit::base {

enum class Align { left, right };
/// What a cell means; colours follow from it where the terminal has them, never the meaning from the colour.
enum class Tone { plain, dim, good, bad, warning, strong };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

struct TableColumn {
  std::string title;
  Align align = Align::left;
  bool shrink = false;  ///< may be shortened in the middle ("abc…xyz") where the terminal is too narrow
  bool key = false;     ///< names the row: repeated where a table is too wide and is shown in parts
  bool joined = false;  ///< is never parted from the column before it
};

/// Rows of cells under columns; a row may also be a heading over the whole width.
struct Table {
  struct Row {
    std::vector<Cell> cells;
    bool heading = false;  ///< one cell: a group's name
  };
  std::vector<TableColumn> columns;
  std::vector<Row> rows;
  std::vector<std::string> notes;  ///< lines under the table
};

struct TextStyle {
  std::size_t width = 0;  ///< of the terminal; 0: no limit
  bool colour = false;
};

/// For a terminal or a pipe: aligned columns, UTF-8 widths respected, control characters in cells made visible.
[[nodiscard]] std::string render_text(const Table& table, const TextStyle& style);
/// GitHub Markdown; what it would take for its own in cells is escaped, newlines become <br>.
[[nodiscard]] std::string render_markdown(const Table& table);
/// A <table> for a page or a notebook; every text is escaped. The notes stand below it.
[[nodiscard]] std::string render_html(const Table& table);
/// RFC 4180 CSV with \n; headings become no rows.
[[nodiscard]] std::string render_csv(const Table& table);
/// A finite number to its last digit, for a cell of it; empty for any other.
[[nodiscard]] std::string csv_number(double value);

/// The text with its control characters (newlines too) made visible, so that it cannot move the cursor, colour the terminal or turn the
/// writing.
[[nodiscard]] std::string printable(std::string_view text);
/// The text as it stands in Markdown: what GitHub Markdown would take for its own (emphasis, code, links, entities, mathematics, and headings
/// and lists at the beginning) is escaped, a newline is <br>, other control characters are made visible.
[[nodiscard]] std::string markdown_text(std::string_view text);
/// The columns that a text takes on a terminal (East Asian wide = 2, combining = 0).
[[nodiscard]] std::size_t display_width(std::string_view text);
/// The text in at most `width` columns, the middle replaced by `…`.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t width);

}  // namespace benchkit::base
