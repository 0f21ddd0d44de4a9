#include "report/metric.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/units.hpp"
#include "report/json_text.hpp"

namespace benchkit::report {
namespace {

using compare::Cell;
using compare::Comparison;
using compare::Row;
using compare::Standing;

constexpr int kDigits = 10;  ///< by which any two numbers are told apart that a verdict tells apart; a page of 17 is a tenth larger
constexpr int kLevelDigits = 3;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Effect {
  double value = kNone;
  std::optional<stats::Interval> interval;
};

/// The number that the tables of `compare` show.
Effect effect_of(const Cell& cell, bool relative) {
  if (relative) return cell.ratio ? Effect{cell.ratio->value, cell.ratio->interval} : Effect{};
  if (!cell.judgement || cell.judgement->relative || !cell.judgement->effect) return {};
  return {*cell.judgement->effect, cell.judgement->interval};
}

bool is_compared(const Cell& cell) { return cell.judgement && cell.judgement->standing == Standing::compared; }

std::string standing_of(const Cell& cell) {
  if (cell.judgement) return is_compared(cell) ? "" : std::string(to_string(cell.judgement->standing));
  return !cell.present || cell.status == Status::ok ? "" : std::string(to_string(cell.status));
}

std::string reason_of(const Cell& cell) { return cell.reason.empty() && cell.judgement ? cell.judgement->reason : cell.reason; }

/// Of a case that has no ratio among those that have one; empty: it has, or it was not compared.
std::string difference_of(const Cell& cell, const std::string& unit, bool relative) {
  if (!relative || cell.ratio || !is_compared(cell) || !cell.judgement->effect || cell.judgement->relative) return {};
  const double difference = *cell.judgement->effect;
  const auto& interval = cell.judgement->interval;
  return interval ? base::format_difference(difference, interval->low, interval->high, unit) : base::format_difference(difference, unit);
}

std::string column_json(const Comparison& comparison, std::size_t column, const std::vector<const Row*>& rows, bool relative) {
  const compare::ColumnHead& head = comparison.columns[column];
  const bool same_unit = head.unit == comparison.metric.unit;  // or its numbers would stand under another one's
  ListText values;
  ListText lows;
  ListText highs;
  ChangeLists changes(head.base != column);
  ObjectText warnings;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Cell* const cell = rows[i] == nullptr ? nullptr : &rows[i]->cells[column];
    const bool known = cell != nullptr && cell->has_value && same_unit;
    const auto interval = known ? cell->centre.interval : std::nullopt;
    values.add_number(known ? cell->centre.value : kNone, kDigits);
    lows.add_number(interval ? interval->low : kNone, kDigits);
    highs.add_number(interval ? interval->high : kNone, kDigits);
    changes.add(cell, i, head.unit, relative);
    if (cell != nullptr && !cell->warnings.empty()) warnings.add(std::to_string(i), cell->warnings);
  }
  ObjectText json;
  json.add("base", head.base).add("paired", head.paired).add("labels", head.labels);
  json.add_raw("value", std::move(values).text());
  json.add_raw("low", std::move(lows).text());
  json.add_raw("high", std::move(highs).text());
  std::move(changes).write(json);
  json.add_raw("warnings", std::move(warnings).text());
  return std::move(json).text();
}

}  // namespace

bool is_relative(const Comparison& comparison) {
  bool any_difference = false;
  for (const compare::Group& group : comparison.groups) {
    for (const Row& row : group.rows) {
      for (const Cell& cell : row.cells) {
        if (cell.ratio) return true;
        if (cell.judgement && cell.judgement->effect && !cell.judgement->relative) any_difference = true;
      }
    }
  }
  return !any_difference;
}

void ChangeLists::add(const Cell* cell, std::size_t place, const std::string& unit, bool relative) {
  if (has_base_) {
    const Effect found = cell != nullptr ? effect_of(*cell, relative) : Effect{};
    effect_.add_number(found.value, kDigits);
    effect_low_.add_number(found.interval ? found.interval->low : kNone, kDigits);
    effect_high_.add_number(found.interval ? found.interval->high : kNone, kDigits);
    const bool compared = cell != nullptr && is_compared(*cell);
    verdict_.add_integer(compared ? static_cast<int>(cell->judgement->verdict) : -1);
    level_.add_number(compared ? cell->judgement->adjusted_level : kNone, kLevelDigits);
  }
  if (cell == nullptr) return;
  if (const std::string text = standing_of(*cell); !text.empty()) standing_.add_text(std::to_string(place), text);
  if (const std::string text = reason_of(*cell); !text.empty()) reason_.add_text(std::to_string(place), text);
  if (const std::string text = difference_of(*cell, unit, relative); !text.empty()) difference_.add_text(std::to_string(place), text);
}

void ChangeLists::write(ObjectText& json) && {
  json.add_raw("effect", std::move(effect_).text());
  json.add_raw("effect_low", std::move(effect_low_).text());
  json.add_raw("effect_high", std::move(effect_high_).text());
  json.add_raw("verdict", std::move(verdict_).text());
  json.add_raw("level", std::move(level_).text());
  json.add_raw("standing", std::move(standing_).text());
  json.add_raw("reason", std::move(reason_).text());
  json.add_raw("difference", std::move(difference_).text());
}

std::string metric_json(const Comparison& comparison, const CaseList& cases, const std::vector<std::string>& notes) {
  const bool relative = is_relative(comparison);
  const std::vector<const Row*> rows = cases.rows_of(comparison);
  ListText columns;
  for (std::size_t column = 0; column < comparison.columns.size(); ++column)
    columns.add_raw(column_json(comparison, column, rows, relative));
  ObjectText json;
  json.add("name", comparison.metric.name).add("unit", comparison.metric.unit).add("better", to_string(comparison.metric.better));
  json.add("statistic", stats::to_string(comparison.statistic)).add("confidence", 1 - comparison.alpha);
  json.add("threshold", {{"amount", comparison.threshold.amount}, {"relative", comparison.threshold.relative}});
  json.add("relative", relative).add("notes", notes);
  json.add_raw("columns", std::move(columns).text());
  return std::move(json).text();
}

}  // namespace benchkit::report
