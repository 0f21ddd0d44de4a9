#include "base/table.hpp"
#include "base/xml.hpp"

namespace benchkit::base {
namespace {

/// A page has its own colours: only what people see at once in a terminal is told apart.
const char* style_of(const Cell& cell, Align align) {
  if (cell.tone == Tone::bad)
    return align == Align::right ? " style=\"text-align:right;color:#c33\"" : " style=\"text-align:left;color:#c33\"";
  if (cell.tone == Tone::good)
    return align == Align::right ? " style=\"text-align:right;color:#282\"" : " style=\"text-align:left;color:#282\"";
  return align == Align::right ? " style=\"text-align:right\"" : " style=\"text-align:left\"";
}

std::string cell_html(const char* tag, const Cell& cell, Align align) {
  std::string html = "<";
  html += tag;
  html += style_of(cell, align);
  html += ">" + xml_text(cell.text) + "</";
  html += tag;
  return html + ">";
}

}  // namespace

std::string render_html(const Table& table) {
  std::string html = "<table>\n<thead><tr>";
  for (const TableColumn& column : table.columns) html += cell_html("th", {column.title}, column.align);
  html += "</tr></thead>\n<tbody>\n";
  for (const Table::Row& row : table.rows) {
    html += "<tr>";
    if (row.heading) {
      html += "<th colspan=\"" + std::to_string(table.columns.size()) + "\" style=\"text-align:left\">" + xml_text(row.cells.front().text) +
              "</th>";
    } else {
      for (std::size_t i = 0; i < table.columns.size(); ++i)
        html += cell_html("td", i < row.cells.size() ? row.cells[i] : Cell{}, table.columns[i].align);
    }
    html += "</tr>\n";
  }
  html += "</tbody>\n</table>\n";
  if (table.notes.empty()) return html;
  html += "<p><small>";
  for (std::size_t i = 0; i < table.notes.size(); ++i) html += (i == 0 ? "" : "<br>\n") + xml_text(table.notes[i]);
  return html + "</small></p>\n";
}

}  // namespace benchkit::base
