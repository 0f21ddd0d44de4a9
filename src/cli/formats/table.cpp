// table: for a terminal, or a pipe that a person reads.
#include "cli/formats/format.hpp"
#include "cli/formats/metric_table.hpp"

namespace benchkit::cli {
namespace {

std::string render(const Shown& shown) {
  std::string text;
  for (const compare::Comparison& comparison : shown.comparisons) {
    const MetricTable made = table_of(comparison);
    text += (text.empty() ? "" : "\n") + made.title + "\n\n" + base::render_text(made.table, shown.style);
  }
  return text;
}

}  // namespace

FormatEntry table_format() { return {.name = "table", .render = &render}; }

}  // namespace benchkit::cli
