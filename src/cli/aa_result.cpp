#include "cli/aa_result.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "base/units.hpp"
#include "compare/machines.hpp"
#include "stats/moments.hpp"
#include "stats/wilson.hpp"

namespace benchkit::cli {
namespace {

using runner::AaReport;
using runner::AaRow;

constexpr double kPercent = 100;

/// Of a share near 1 the last digits are what counts.
std::string rate(double share) { return share < 0.1 ? base::format_percent(share) : fmt::format("{:.3g}%", share * kPercent); }

std::string of(std::size_t hits, std::size_t trials) { return fmt::format("{}/{}", hits, trials); }

/// "3 of 176 (1.7%, 95% interval 0.6% to 4.9%)".
std::string with_interval(const Json& counted) {
  const auto hits = counted[0].get<std::size_t>();
  const auto trials = counted[1].get<std::size_t>();
  if (trials == 0) return "none";
  const stats::Interval interval = stats::wilson_interval(hits, trials);
  return fmt::format("{} of {} ({}, 95% interval {} to {})", hits, trials, rate(static_cast<double>(hits) / static_cast<double>(trials)),
                     rate(interval.low), rate(interval.high));
}

std::optional<double> middle(const std::vector<double>& values) {
  return values.empty() ? std::nullopt : std::optional(stats::median(values));
}

/// What noise alone hides: the smallest change that is called, without the threshold that it must be beyond.
std::optional<double> beyond(const std::optional<double>& detectable, const compare::Threshold& threshold) {
  if (!detectable || !threshold.relative) return std::nullopt;
  return std::expm1(std::log1p(*detectable) - std::log1p(threshold.amount));
}

Json optional_json(const std::optional<double>& value) { return value ? base::number_to_json(*value) : Json(nullptr); }

Json to_json(const AaRow& row, const compare::Threshold& threshold) {
  const auto counted = [](std::size_t hits, std::size_t trials) {
    const stats::Interval interval = stats::wilson_interval(hits, trials);
    return Json{{"count", hits}, {"of", trials}, {"interval", {interval.low, interval.high}}};
  };
  const auto detectable = middle(row.detectable);
  Json json{{"false_alarms", counted(row.false_alarms, row.identical)},
            {"same", row.same},
            {"undecided", row.undecided()},
            {"found", counted(row.found, row.planted)},
            {"wrong", row.wrong},
            {"intervals_that_hold_the_truth", counted(row.covered, row.intervals)},
            {"median_error", optional_json(middle(row.errors))},
            {"smallest_change", optional_json(detectable)},
            {"smallest_change_beyond_threshold", optional_json(beyond(detectable, threshold))}};
  return json;
}

/// The rows of one metric and their sum.
struct OfMetric {
  Metric metric;
  std::vector<const AaRow*> rows;
  AaRow all;
};

std::vector<OfMetric> by_metric(const AaReport& report) {
  std::vector<OfMetric> metrics;
  for (const AaRow& row : report.rows) {
    auto found = std::find_if(metrics.begin(), metrics.end(), [&](const OfMetric& known) { return known.metric.name == row.metric.name; });
    if (found == metrics.end()) found = metrics.insert(metrics.end(), {.metric = row.metric, .rows = {}, .all = {}});
    found->rows.push_back(&row);
    found->all += row;
  }
  // Over all cases what counts is the usual case, however many comparisons each had.
  for (OfMetric& one : metrics) {
    one.all.detectable.clear();
    for (const AaRow* row : one.rows) {
      if (const auto detectable = middle(row->detectable)) one.all.detectable.push_back(*detectable);
    }
  }
  return metrics;
}

void add_row(base::Table& table, const std::string& name, const AaRow& row, bool injected, base::Tone tone) {
  const auto number = [](const std::optional<double>& value) { return value ? base::format_percent(*value) : std::string("-"); };
  std::vector<base::Cell> cells{{name, tone},
                                {of(row.false_alarms, row.identical), row.false_alarms > 0 ? base::Tone::bad : tone},
                                {std::to_string(row.same), tone},
                                {std::to_string(row.undecided()), tone}};
  if (injected) {
    cells.push_back({of(row.found, row.planted), tone});
    cells.push_back({std::to_string(row.wrong), row.wrong > 0 ? base::Tone::bad : tone});
  }
  cells.push_back({number(middle(row.errors)), tone});
  cells.push_back({number(middle(row.detectable)), tone});
  table.rows.push_back({.cells = std::move(cells)});
}

base::Table table_of(const OfMetric& one, bool injected) {
  base::Table table;
  table.columns = {{.title = one.metric.name, .shrink = true, .key = true}};
  for (const char* title : {"false", "same", "undecided"}) table.columns.push_back({.title = title, .align = base::Align::right});
  if (injected) {
    for (const char* title : {"found", "wrong"}) table.columns.push_back({.title = title, .align = base::Align::right});
  }
  for (const char* title : {"error", "seen from"}) table.columns.push_back({.title = title, .align = base::Align::right});
  for (const AaRow* row : one.rows) add_row(table, row->case_id, *row, injected, base::Tone::plain);
  if (one.rows.size() > 1) add_row(table, "all", one.all, injected, base::Tone::strong);
  return table;
}

/// The sums of one metric, as they are kept.
Json summary_of(const OfMetric& one, const AaWay& way) {
  const compare::Threshold threshold = compare::threshold_of(one.metric.name, way.judge);
  Json json{
      {"metric", one.metric.name},
      {"cases", one.rows.size()},
      {"threshold", threshold.relative ? base::format_percent(threshold.amount) : base::format_value(threshold.amount, one.metric.unit)},
      {"false_alarms", {one.all.false_alarms, one.all.identical}},
      {"same", one.all.same},
      {"intervals_that_hold_the_truth", {one.all.covered, one.all.intervals}},
      {"median_error", optional_json(middle(one.all.errors))},
      {"smallest_change", optional_json(middle(one.all.detectable))},
      {"smallest_change_beyond_threshold", optional_json(beyond(middle(one.all.detectable), threshold))}};
  if (one.all.planted > 0) {
    json["found"] = {one.all.found, one.all.planted};
    json["wrong"] = one.all.wrong;
  }
  return json;
}

std::vector<std::string> lines_of(const Json& one, const Json& summary) {
  std::vector<std::string> lines;
  const double alpha = summary.at("alpha").get<double>();
  const auto identical = one.at("false_alarms")[1].get<std::size_t>();
  const auto same = one.at("same").get<std::size_t>();
  const auto undecided = identical - same - one.at("false_alarms")[0].get<std::size_t>();
  lines.push_back(fmt::format("false alarms: {}; {} same, {} undecided", with_interval(one.at("false_alarms")), same, undecided));
  if (one.contains("found")) {
    lines.push_back(fmt::format("slowdowns of {} found: {}; {} called wrongly (the other direction, or same)",
                                base::format_percent(summary.at("injected").get<double>()), with_interval(one.at("found")),
                                one.at("wrong").get<std::size_t>()));
  }
  const auto& held = one.at("intervals_that_hold_the_truth");
  if (held[1].get<std::size_t>() > 0)
    lines.push_back(
        fmt::format("intervals that hold the truth: {}; {} are promised", with_interval(held), base::format_percent(1 - alpha)));
  if (one.at("median_error").is_number())
    lines.push_back(fmt::format("median error: {}", base::format_percent(one.at("median_error").get<double>())));
  if (one.at("smallest_change").is_number()) {
    const Json& more = one.at("smallest_change_beyond_threshold");
    lines.push_back(fmt::format(
        "smallest change seen in {} a case, four times of five: {}{}",
        base::format_duration(static_cast<double>(summary.at("budget_ns").get<std::int64_t>()) * 1e-9),
        base::format_percent(one.at("smallest_change").get<double>()),
        more.is_number() ? fmt::format(" ({} beyond the threshold)", base::format_percent(more.get<double>())) : std::string()));
  }
  return lines;
}

}  // namespace

Json to_json(const AaReport& report, const AaWay& way) {
  Json json{
      {"comparisons", report.comparisons}, {"interrupted", report.interrupted}, {"mode", way.mode},       {"budget_ns", way.budget_ns},
      {"injected", way.injected},          {"alpha", way.judge.alpha},          {"failed", report.failed}};
  json["metrics"] = Json::array();
  for (const OfMetric& one : by_metric(report)) {
    const compare::Threshold threshold = compare::threshold_of(one.metric.name, way.judge);
    Json metric{{"metric", one.metric.name}, {"threshold", {{"amount", threshold.amount}, {"relative", threshold.relative}}}};
    metric["cases"] = Json::array();
    for (const AaRow* row : one.rows) {
      Json cells = to_json(*row, threshold);
      Json of_case{{"case", row->case_id}};
      of_case.update(cells);
      metric["cases"].push_back(std::move(of_case));
    }
    metric["all"] = to_json(one.all, threshold);
    json["metrics"].push_back(std::move(metric));
  }
  return json;
}

std::string render(const AaReport& report, const AaWay& way, const std::string& format, const base::TextStyle& style) {
  const Json summary = summary_of(report, way, {});
  std::string text;
  std::size_t place = 0;
  for (const OfMetric& one : by_metric(report)) {
    const base::Table table = table_of(one, way.injected > 0);
    text += (text.empty() ? "" : "\n") + (format == "md" ? render_markdown(table) : render_text(table, style)) + "\n";
    for (const std::string& line : lines_of(summary.at("metrics")[place], summary)) text += (format == "md" ? "- " : "") + line + "\n";
    ++place;
  }
  return text;
}

Json summary_of(const AaReport& report, const AaWay& way, const Json& told) {
  Json json = told.is_null() ? Json::object() : told;
  json.update({{"mode", way.mode},
               {"budget_ns", way.budget_ns},
               {"comparisons", report.comparisons},
               {"injected", way.injected},
               {"alpha", way.judge.alpha}});
  json["metrics"] = Json::array();
  for (const OfMetric& one : by_metric(report)) json["metrics"].push_back(summary_of(one, way));
  return json;
}

std::vector<std::string> summary_lines(const Json& summary) {
  std::vector<std::string> lines;
  const Json& metrics = summary.at("metrics");
  for (const Json& one : metrics) {
    for (const std::string& line : lines_of(one, summary))
      lines.push_back((metrics.size() > 1 ? one.at("metric").get<std::string>() + ": " : "") + line);
  }
  return lines;
}

std::string kept_summaries_path() {
  std::string folder = base::environment("XDG_STATE_HOME").value_or("");
  if (folder.empty()) {
    const std::string home = base::environment("HOME").value_or("");
    if (home.empty()) return {};
    folder = home + "/.local/state";
  }
  return folder + "/benchkit/aa.json";
}

namespace {

/// All machines' summaries, by fingerprint; empty where there is no such file, or it cannot be read.
Json kept_summaries() {
  const std::string path = kept_summaries_path();
  if (path.empty() || !base::exists(path)) return Json::object();
  try {
    Json all = base::parse_json(base::FileText(path).text(), path);
    return all.is_object() ? all : Json::object();
  } catch (const Error&) {
    return Json::object();
  }
}

}  // namespace

void keep_summary(base::FileSystem& files, const Json& machine, const Json& summary) {
  const std::string path = kept_summaries_path();
  if (path.empty()) return;
  Json all = kept_summaries();
  all[compare::fingerprint(machine)] = summary;
  files.replace(path, all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<Json> kept_summary(const Json& machine) {
  const Json all = kept_summaries();
  const auto found = all.find(compare::fingerprint(machine));
  if (found == all.end()) return std::nullopt;
  try {
    (void)summary_lines(*found);  // written by another version of us, perhaps
    return *found;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace benchkit::cli
