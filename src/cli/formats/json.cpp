// json: everything that is known, for programs.
#include "cli/formats/json.hpp"

#include <utility>

#include "cli/formats/format.hpp"
#include "cli/verdict_text.hpp"

namespace benchkit::cli {
namespace {

using compare::Cell;
using compare::ColumnHead;
using compare::Comparison;
using compare::Row;

Json threshold_json(const compare::Threshold& threshold) {
  return {{"amount", base::number_to_json(threshold.amount)}, {"relative", threshold.relative}};
}

void add_judgements(Json& json, const Cell& cell) {
  if (cell.judgement) json["judgement"] = judgement_json(*cell.judgement);
  if (!cell.gated) return;
  json["gate"] = judgement_json(cell.gated->judgement);
  json["gate"]["limit"] = threshold_json(cell.gated->limit);
}

Json cell_json(const Cell& cell) {
  Json json;
  if (!cell.present) {
    add_judgements(json, cell);
    return json;
  }
  json["status"] = to_string(cell.status);
  if (!cell.reason.empty()) json["reason"] = cell.reason;
  if (cell.has_value) {
    json["value"] = base::number_to_json(cell.centre.value);
    json["interval"] = interval_json(cell.centre.interval);
    json["samples"] = cell.centre.samples;
    json["blocks"] = cell.centre.blocks;
    if (cell.centre.within_process) json["within_process"] = true;
  }
  if (cell.ratio) {
    json["ratio"] = {{"value", base::number_to_json(cell.ratio->value)}, {"interval", interval_json(cell.ratio->interval)}};
    if (cell.ratio->within_process) json["ratio"]["within_process"] = true;
  }
  add_judgements(json, cell);
  for (const auto& [name, rate] : cell.rates) json["rates"][name] = base::number_to_json(rate);
  if (!cell.warnings.empty()) json["warnings"] = cell.warnings;
  return json;
}

Json row_json(const Row& row) {
  Json json{{"case", row.id}, {"dims", dims_json(row.dims)}, {"cells", Json::array()}};
  for (const Cell& cell : row.cells) json["cells"].push_back(cell_json(cell));
  for (const compare::Turn& turn : row.turns)
    json["turns"].push_back(
        {{"column", turn.column}, {"change", base::number_to_json(turn.change)}, {"adjusted_level", turn.adjusted_level}});
  return json;
}

Json comparison_json(const Comparison& comparison) {
  Json json{{"metric", comparison.metric.name},
            {"unit", comparison.metric.unit},
            {"better", to_string(comparison.metric.better)},
            {"statistic", stats::to_string(comparison.statistic)},
            {"threshold", threshold_json(comparison.threshold)},
            {"alpha", base::number_to_json(comparison.alpha)},
            {"columns", columns_json(comparison.columns)},
            {"groups", Json::array()},
            {"notes", comparison.notes}};
  for (const compare::Group& group : comparison.groups) {
    Json rows = Json::array();
    for (const Row& row : group.rows) rows.push_back(row_json(row));
    json["groups"].push_back({{"title", group.title}, {"rows", std::move(rows)}});
  }
  return json;
}

std::string render(const Shown& shown) { return to_json(shown.comparisons).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

Json interval_json(const std::optional<stats::Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({base::number_to_json(interval->low), base::number_to_json(interval->high)});
}

Json dims_json(const Dims& dims) {
  Json json = Json::object();
  for (const auto& [name, value] : dims) std::visit([&, key = name](const auto& plain) { json[key] = plain; }, value.variant());
  return json;
}

Json columns_json(const std::vector<ColumnHead>& columns) {
  Json json = Json::array();
  for (const ColumnHead& head : columns) {
    json.push_back({{"title", head.title}, {"unit", head.unit}, {"base", head.base}, {"paired", head.paired}, {"labels", head.labels}});
    if (head.sessions > 1) json.back()["sessions"] = head.sessions;
    if (head.earlier_session) json.back()["earlier_session"] = true;
  }
  return json;
}

Json to_json(std::span<const Comparison> comparisons) {
  Json all = Json::array();
  for (const Comparison& comparison : comparisons) all.push_back(comparison_json(comparison));
  return all;
}

FormatEntry json_format() { return {.name = "json", .render = &render}; }

}  // namespace benchkit::cli
