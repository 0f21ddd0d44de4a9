// csv: one line a case and column, for a data frame.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/table.hpp"
#include "cli/dim_columns.hpp"
#include "cli/formats/cell_text.hpp"
#include "cli/formats/format.hpp"

namespace benchkit::cli {
namespace {

using compare::Cell;
using compare::ColumnHead;
using compare::Comparison;
using compare::Row;

/// What makes a cell's number or its ratio weaker.
std::vector<std::string> labels_of(const ColumnHead& head, const Cell& cell) {
  std::vector<std::string> labels = head.labels;
  if (cell.has_value && cell.centre.samples == 0) labels.emplace_back("no samples");
  if (cell.has_value && cell.centre.samples == 1) labels.emplace_back("one sample");
  if (cell.has_value && cell.centre.within_process) labels.emplace_back("within process");
  if (cell.ratio && cell.ratio->within_process) labels.emplace_back("ratio within process");
  return labels;
}

/// One line a case and column, with everything on it, for a data frame.
class Csv {
 public:
  explicit Csv(std::span<const Comparison> comparisons) {
    for (const Comparison& comparison : comparisons) {
      for (const compare::Group& group : comparison.groups) {
        for (const Row& row : group.rows) add_dim_names(dims_, row.dims);
      }
      for (const std::string& name : rate_names(comparison)) {
        if (std::find(rates_.begin(), rates_.end(), name) == rates_.end()) rates_.push_back(name);
      }
    }
    make_columns();
    for (const Comparison& comparison : comparisons) {
      for (const compare::Group& group : comparison.groups) {
        for (const Row& row : group.rows) {
          for (std::size_t i = 0; i < row.cells.size(); ++i) add(comparison, row, i);
        }
      }
    }
  }
  [[nodiscard]] std::string text() const { return base::render_csv(table_); }

 private:
  static constexpr std::array<const char*, 4> kBefore{"metric", "unit", "statistic", "case"};
  static constexpr std::array<const char*, 25> kBehind{"group",      "column",     "status",         "value",           "low",
                                                       "high",       "samples",    "blocks",         "ratio",           "ratio_low",
                                                       "ratio_high", "difference", "difference_low", "difference_high", "verdict",
                                                       "outcome",    "level",      "adjusted_level", "noise_floor",     "why",
                                                       "turn",       "turn_level", "labels",         "reason",          "warnings"};

  /// Every column has a name of its own: a dim or a rate that is called as a column of ours gets a prefix.
  void make_columns() {
    const auto put = [&](std::string title) { table_.columns.push_back({.title = std::move(title)}); };
    for (const char* title : kBefore) put(title);
    for (const std::string& dim : dims_) put(own_title(dim, "dim:", table_.columns, kBehind));
    for (const char* title : kBehind) put(title);
    for (const std::string& rate : rates_) put(own_title(rate + "/s", "rate:", table_.columns, {}));
  }

  void add(const Comparison& comparison, const Row& row, std::size_t i) {
    const Cell& cell = row.cells[i];
    if (!cell.present) return;
    base::Table::Row line;
    const auto put = [&](std::string text) { line.cells.push_back({std::move(text)}); };
    const auto put_interval = [&](const std::optional<stats::Interval>& interval) {
      put(interval ? base::csv_number(interval->low) : "");
      put(interval ? base::csv_number(interval->high) : "");
    };
    put(comparison.metric.name);
    put(comparison.columns[i].unit);
    put(std::string(stats::to_string(comparison.statistic)));
    put(row.id);
    for (const std::string& dim : dims_) put(dim_text(row.dims, dim));
    put(row.group);
    put(comparison.columns[i].title);
    put(std::string(to_string(cell.status)));
    put(cell.has_value ? base::csv_number(cell.centre.value) : "");
    put_interval(cell.centre.interval);
    put(std::to_string(cell.centre.samples));
    put(std::to_string(cell.centre.blocks));
    put(cell.ratio ? base::csv_number(cell.ratio->value) : "");
    put_interval(cell.ratio ? cell.ratio->interval : std::nullopt);
    const bool differs = cell.judgement && !cell.judgement->relative && cell.judgement->effect;
    put(differs ? base::csv_number(*cell.judgement->effect) : "");
    put_interval(differs ? cell.judgement->interval : std::nullopt);
    put_judgement(line, cell.judgement);
    const compare::Turn* const turn = compare::turn_at(row, i);
    put(turn != nullptr ? base::csv_number(turn->change) : "");
    put(turn != nullptr ? base::csv_number(turn->adjusted_level) : "");
    put(fmt::format("{}", fmt::join(labels_of(comparison.columns[i], cell), "; ")));
    put(cell.reason);
    put(fmt::format("{}", fmt::join(cell.warnings, "; ")));
    for (const std::string& name : rates_) {
      const double* rate = rate_of(cell, name);
      put(rate == nullptr ? "" : base::csv_number(*rate));
    }
    table_.rows.push_back(std::move(line));
  }

  static void put_judgement(base::Table::Row& line, const std::optional<compare::Judgement>& judgement) {
    const auto put = [&](std::string text) { line.cells.push_back({std::move(text)}); };
    put(judgement ? std::string(to_string(judgement->verdict)) : "");
    put(judgement ? std::string(to_string(judgement->standing)) : "");
    put(judgement ? base::csv_number(judgement->level) : "");
    put(judgement ? base::csv_number(judgement->adjusted_level) : "");
    put(judgement && judgement->floor ? base::csv_number(*judgement->floor) : "");
    put(judgement ? judgement->reason : "");
  }

  std::vector<std::string> dims_;
  std::vector<std::string> rates_;
  base::Table table_;
};

std::string render(const Shown& shown) { return Csv(shown.comparisons).text(); }

}  // namespace

FormatEntry csv_format() { return {.name = "csv", .render = &render, .holds_notes = false, .holds_call_paths = false}; }

}  // namespace benchkit::cli
