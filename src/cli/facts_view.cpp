#include "cli/facts_view.hpp"

#include <algorithm>
#include <utility>

#include "cli/folded.hpp"

namespace benchkit::cli {
namespace {

constexpr std::size_t kGap = 2;  // between the columns
constexpr std::size_t kFewest = 20;

}  // namespace

std::string render_facts(const base::Table& facts, const base::TextStyle& style) {
  if (style.width == 0) return base::render_text(facts, style);
  std::size_t names = base::display_width(facts.columns.front().title);
  for (const base::Table::Row& row : facts.rows) names = std::max(names, base::display_width(row.cells.front().text));
  const std::size_t width = std::max(style.width > names + kGap ? style.width - names - kGap : 0, kFewest);
  base::Table narrow{.columns = facts.columns, .notes = facts.notes};
  for (const base::Table::Row& row : facts.rows) {
    std::string name = row.cells.front().text;
    for (std::string& line : folded(row.cells.back().text, width))
      narrow.rows.push_back({.cells = {{std::exchange(name, {}), row.cells.front().tone}, {std::move(line), row.cells.back().tone}}});
  }
  return base::render_text(narrow, style);
}

}  // namespace benchkit::cli
