#include "cli/run_table.hpp"

#include "base/xml.hpp"
#include "cli/formats/format.hpp"
#include "cli/formats/metric_table.hpp"
#include "cli/terms_options.hpp"
#include "cli/verdict_text.hpp"

namespace benchkit::cli {
namespace {

/// How a case failed was told when it happened, with what it printed: once is enough.
void forget_reasons(std::vector<compare::Comparison>& comparisons) {
  for (compare::Comparison& comparison : comparisons) {
    for (compare::Group& group : comparison.groups) {
      for (compare::Row& row : group.rows) {
        for (compare::Cell& cell : row.cells) cell.reason.clear();
      }
    }
  }
}

}  // namespace

RunTable::RunTable(std::span<const Snapshot> snapshots) {
  options_.judge = judge_options(snapshots, {});
  comparisons_ = compare::compare(snapshots, options_);
  forget_reasons(comparisons_);
}

std::string RunTable::text(const base::TextStyle& style) const { return format_named("table").render({comparisons_, style}); }

std::string RunTable::html() const {
  std::string html;
  for (const compare::Comparison& comparison : comparisons_) {
    const MetricTable made = table_of(comparison);
    html += "<p><b>" + base::xml_text(made.title) + "</b></p>\n" + base::render_html(made.table);
  }
  return html;
}

std::vector<std::string> RunTable::detectable() const { return detectable_lines(comparisons_, options_.judge.power); }

}  // namespace benchkit::cli
