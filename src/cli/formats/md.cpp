// md: GitHub Markdown.
#include "cli/formats/format.hpp"
#include "cli/formats/metric_table.hpp"

namespace benchkit::cli {
namespace {

std::string render(const Shown& shown) {
  std::string text;
  for (const compare::Comparison& comparison : shown.comparisons) {
    const MetricTable made = table_of(comparison);
    text += (text.empty() ? "" : "\n") + ("### " + base::markdown_text(made.title)) + "\n\n" + base::render_markdown(made.table);
  }
  return text;
}

}  // namespace

FormatEntry md_format() { return {.name = "md", .render = &render}; }

}  // namespace benchkit::cli
