#include "cli/sweep_view.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/units.hpp"
#include "cli/verdict_text.hpp"
#include "compare/thresholds.hpp"

namespace benchkit::cli {
namespace {

using compare::Comparison;
using compare::Row;
using compare::Standing;
using compare::Verdict;

constexpr std::size_t kMostReasons = 8;

base::Cell change_cell(const compare::Cell& cell) {
  if (!cell.judgement) return {};
  const compare::Judgement& judgement = *cell.judgement;
  if (judgement.standing != Standing::compared) return verdict_cell(cell);
  const std::string change = judgement.effect && judgement.relative ? base::format_change(*judgement.effect) : "";
  switch (judgement.verdict) {
    case Verdict::regressed: return {change.empty() ? "worse" : change, base::Tone::bad};
    case Verdict::improved: return {change.empty() ? "better" : change, base::Tone::good};
    case Verdict::same: return {"=", base::Tone::dim};
    case Verdict::undecided: break;
  }
  return {"?", base::Tone::dim};
}

std::vector<double> values_of(const Comparison& comparison) {
  std::vector<double> values;
  for (const compare::Group& group : comparison.groups) {
    for (const Row& row : group.rows) {
      for (const compare::Cell& cell : row.cells) {
        if (cell.has_value && cell.centre.value != 0) values.push_back(std::fabs(cell.centre.value));
      }
    }
  }
  return values;
}

/// Each version is compared with an earlier one: where one is compared with a later one, "slower" is no step on the way.
bool goes_forward(const Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    if (comparison.columns[i].base > i) return false;
  }
  return true;
}

base::Table table_of_sweep(const Comparison& comparison, std::string& unit) {
  base::Table table;
  const std::vector<double> values = values_of(comparison);
  const auto scale = base::scale_for(values, comparison.metric.unit);
  unit = scale.unit;
  table.columns.push_back({.title = "case", .shrink = true, .key = true});
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const compare::ColumnHead& head = comparison.columns[i];
    table.columns.push_back({.title = head.title + (head.sessions > 1      ? "**"
                                                    : head.earlier_session ? "*"
                                                                           : ""),
                             .align = base::Align::right});
    if (head.base != i) table.columns.push_back({.title = "", .joined = true});
  }
  const bool in_order = goes_forward(comparison);
  if (in_order) table.columns.push_back({.title = comparison.metric.unit == "ns" ? "first slower in" : "first worse in"});
  std::vector<std::string> reasons;
  for (const compare::Group& group : comparison.groups) {
    if (!group.title.empty()) table.rows.push_back({.cells = {{group.title}}, .heading = true});
    for (const Row& row : group.rows) {
      base::Table::Row cells;
      cells.cells.push_back({row.id});
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const compare::Cell& cell = row.cells[i];
        const bool complains = cell.status != Status::ok && cell.status != Status::absent;
        if (complains)
          reasons.push_back(fmt::format("{} ({}): {}: {}", row.id, comparison.columns[i].title, to_string(cell.status), cell.reason));
        cells.cells.push_back({cell.status != Status::ok ? std::string(to_string(cell.status))
                               : cell.has_value          ? base::format_scaled(cell.centre.value, scale)
                                                         : "-",
                               complains                   ? base::Tone::bad
                               : cell.status != Status::ok ? base::Tone::dim
                                                           : base::Tone::plain});
        if (comparison.columns[i].base != i) cells.cells.push_back(change_cell(cell));
      }
      const std::size_t worse = first_worse(row);
      if (in_order) cells.cells.push_back({worse < row.cells.size() ? comparison.columns[worse].title : "", base::Tone::strong});
      table.rows.push_back(std::move(cells));
    }
  }
  table.notes = comparison.notes;
  for (std::size_t i = 0; i < std::min(reasons.size(), kMostReasons); ++i) table.notes.push_back(reasons[i]);
  if (reasons.size() > kMostReasons)
    table.notes.push_back(fmt::format("and {} more (compare --format json has all)", reasons.size() - kMostReasons));
  return table;
}

/// What the changes are from: one version for all, or each from the one before, but for those that were measured beside another one.
std::string whose_changes(const Comparison& comparison) {
  const std::vector<compare::ColumnHead>& columns = comparison.columns;
  std::set<std::size_t> bases;
  std::string others;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t base = columns[i].base;
    if (base == i) continue;
    bases.insert(base);
    if (base + 1 != i) others += fmt::format("{}{} from {}", others.empty() ? "" : ", ", columns[i].title, columns[base].title);
  }
  if (bases.size() == 1) return columns[*bases.begin()].title;
  return others.empty() ? "the version before" : fmt::format("the version before ({})", others);
}

}  // namespace

std::size_t first_worse(const Row& row) {
  const auto regressed = [](const compare::Cell& cell) {
    return cell.judgement && cell.judgement->standing == Standing::compared && cell.judgement->verdict == Verdict::regressed;
  };
  return static_cast<std::size_t>(std::find_if(row.cells.begin(), row.cells.end(), regressed) - row.cells.begin());
}

std::string render_sweep(const std::vector<Comparison>& comparisons, const base::TextStyle& style) {
  std::string text;
  for (const Comparison& comparison : comparisons) {
    std::string unit;
    base::Table table = table_of_sweep(comparison, unit);
    table.notes.push_back(fmt::format("changes from {}, beyond {}: = the same, ? undecided", whose_changes(comparison),
                                      compare::to_text(comparison.threshold, comparison.metric.unit)));
    text += fmt::format("{}{} ({}{})\n\n{}", text.empty() ? "" : "\n", comparison.metric.name, stats::to_string(comparison.statistic),
                        unit.empty() ? "" : ", " + unit, base::render_text(table, style));
  }
  return text;
}

}  // namespace benchkit::cli
