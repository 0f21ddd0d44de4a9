// github: what a workflow shows of a comparison: annotations for its log and the pull request, and the page of the job ("job summary").
//
// An annotation is a line `::error title=TITLE::MESSAGE` on the standard output. The runner takes percent, carriage return and newline escaped by
// their codes, in a title colons and commas too. It shows ten of each kind a step, so the tenth tells how many there are beyond. A page may have
// 1 MiB, and one that is larger is not shown at all: whole tables are left out before that.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/list.hpp"
#include "base/xml.hpp"
#include "cli/formats/format.hpp"
#include "cli/formats/metric_table.hpp"
#include "cli/verdict_text.hpp"

namespace benchkit::cli {
namespace {

using compare::Comparison;
using compare::Policy;
using compare::Row;
using compare::Ruling;

constexpr std::size_t kMostAnnotations = 10;
constexpr std::size_t kMostRows = 200;
constexpr std::size_t kMostBytes = 1'000'000;

struct Finding {
  Ruling ruling;
  const Comparison* comparison;
  const Row* row;
  std::size_t column;
};

/// What there is to tell, by how loudly.
struct Findings {
  std::vector<Finding> failures;  ///< what the gate does not let pass
  std::vector<Finding> doubts;    ///< what nobody knows
  std::vector<Finding> improved;
};

Findings findings_of(const Shown& shown) {
  Findings all;
  for (const Comparison& comparison : shown.comparisons) {
    for (const compare::Group& group : comparison.groups) {
      for (const Row& row : group.rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
          auto ruling = compare::ruling_of(comparison, row, i, shown.gate);
          if (!ruling) continue;
          const bool fails = compare::fails(*ruling, shown.gate);
          const bool improves = ruling->outcome == to_string(compare::Verdict::improved);
          if (!fails && !improves && ruling->policy == Policy::pass) continue;
          (fails ? all.failures : improves ? all.improved : all.doubts).push_back({std::move(*ruling), &comparison, &row, i});
        }
      }
    }
  }
  return all;
}

std::string escaped(std::string_view text, bool in_title) {
  std::string result;
  for (const char c : text) {
    const bool separates = in_title && (c == ':' || c == ',');
    if (c == '%' || c == '\r' || c == '\n' || separates) result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else result += c;
  }
  return result;
}

std::string annotation(std::string_view kind, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", kind, escaped(base::printable(title), true), escaped(base::printable(message), false));
}

std::string annotations(std::string_view kind, const std::vector<Finding>& findings) {
  std::string text;
  const std::size_t shown = findings.size() > kMostAnnotations ? kMostAnnotations - 1 : findings.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const Finding& one = findings[i];
    const std::string place = place_of(*one.comparison, *one.row, one.column);
    text += annotation(kind, "benchkit: " + one.ruling.outcome, one.ruling.why.empty() ? place : place + ": " + one.ruling.why);
  }
  if (shown < findings.size())
    text += annotation(kind, "benchkit", fmt::format("and {} more: see the job summary", findings.size() - shown));
  return text;
}

/// One for each reason, for a whole suite is often undecided for the same one.
std::string grouped_annotations(std::string_view kind, const std::vector<Finding>& findings) {
  constexpr std::size_t kMostNamed = 5;
  std::vector<std::vector<const Finding*>> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  for (const Finding& one : findings) {
    const auto [found, is_new] = index.try_emplace({one.ruling.outcome, one.ruling.why}, groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(&one);
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(groups.size(), kMostAnnotations); ++i) {
    const std::vector<const Finding*>& group = groups[i];
    const Ruling& ruling = group.front()->ruling;
    std::vector<std::string> places;
    for (const Finding* one : group) places.push_back(place_of(*one->comparison, *one->row, one->column));
    const std::string why = ruling.why.empty() ? "" : ruling.why + ": ";
    text += annotation(kind, fmt::format("benchkit: {} {}", group.size(), ruling.outcome), why + base::some_of(places, kMostNamed));
  }
  return text;
}

std::string render(const Shown& shown) {
  const Findings findings = findings_of(shown);
  return annotations("error", findings.failures) + grouped_annotations("warning", findings.doubts) +
         annotations("notice", findings.improved);
}

std::string headline(const Findings& findings) {
  if (!findings.failures.empty())
    return fmt::format("{} {} not pass", findings.failures.size(), findings.failures.size() == 1 ? "does" : "do");
  return findings.doubts.empty() ? "passed" : fmt::format("passed, but {} undecided", findings.doubts.size());
}

std::string list_of(const std::vector<Finding>& findings) {
  base::Table table;
  for (const char* title : {"", "case", "metric", "versions", "change, or why"}) table.columns.push_back({.title = title});
  for (std::size_t i = 0; i < std::min(findings.size(), kMostRows); ++i) {
    const Finding& one = findings[i];
    table.rows.push_back({.cells = {{one.ruling.outcome},
                                    {one.row->id},
                                    {one.comparison->metric.name},
                                    {compare::versions_of(*one.comparison, one.column)},
                                    {one.ruling.why}}});
  }
  if (findings.size() > kMostRows) table.notes.push_back(fmt::format("and {} more", findings.size() - kMostRows));
  return base::render_markdown(table);
}

/// What is shown at a click.
std::string folded(const std::string& title, const std::string& content) {
  return "\n<details>\n<summary>" + base::xml_text(title) + "</summary>\n\n" + content + "\n</details>\n";
}

std::string summary(const Shown& shown) {
  const Findings findings = findings_of(shown);
  std::string text = "## benchkit: " + headline(findings) + "\n\n";
  for (const Comparison& comparison : shown.comparisons) {
    for (const std::string& note : verdict_notes(comparison))
      text += fmt::format("- {}: {}\n", base::markdown_text(comparison.metric.name), base::markdown_text(note));
  }
  if (!findings.failures.empty()) text += "\n" + list_of(findings.failures);
  if (!findings.improved.empty()) text += folded(fmt::format("{} improved", findings.improved.size()), list_of(findings.improved));
  if (!findings.doubts.empty()) text += folded(fmt::format("{} undecided", findings.doubts.size()), list_of(findings.doubts));
  std::size_t left_out = 0;
  for (const Comparison& comparison : shown.comparisons) {
    const MetricTable made = table_of(comparison);
    const std::string table = folded(made.title, base::render_markdown(made.table));
    if (text.size() + table.size() > kMostBytes) ++left_out;
    else text += table;
  }
  if (left_out > 0)
    text += fmt::format("\n{} of {} tables are too large for this page: `--format md` has them.\n", left_out, shown.comparisons.size());
  return text;
}

}  // namespace

FormatEntry github_format() {
  return {.name = "github", .render = &render, .holds_call_paths = false, .summary = &summary, .summary_file = "GITHUB_STEP_SUMMARY"};
}

}  // namespace benchkit::cli
