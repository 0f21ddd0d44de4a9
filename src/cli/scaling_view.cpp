#include "cli/scaling_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.hpp"
#include "base/units.hpp"
#include "cli/dim_columns.hpp"
#include "cli/formats/json.hpp"

namespace benchkit::cli {
namespace {

using compare::Curve;
using compare::Scaling;
using compare::ScalingRow;
using compare::Steepness;

std::string percent(double share) { return fmt::format("{:.{}f}%", share * 100, share < 0.1 ? 1 : 0); }

/// Two digits behind the point; what rounds to nothing has no sign of its own.
std::string exponent_text(double value, bool with_sign) {
  constexpr double kNothing = 0.005;
  if (std::fabs(value) < kNothing) value = 0;
  return with_sign ? fmt::format("{:+.2f}", value) : fmt::format("{:.2f}", value);
}

std::string exponent_text(double value, const stats::Interval& interval, bool with_sign) {
  return fmt::format("{} [{}, {}]", exponent_text(value, with_sign), exponent_text(interval.low, with_sign),
                     exponent_text(interval.high, with_sign));
}

/// How far it foretells a size that it was not shown: an error of the logarithm, as a share.
std::string law_text(const stats::GrowthFit& fit) {
  constexpr double kWorstTold = 10;
  const double share = std::expm1(fit.error);
  return fmt::format("{} ±{}", to_string(fit.growth), share < kWorstTold ? percent(share) : "?");
}

/// The best law, unless even that one foretells sizes badly.
std::string best_law_text(const stats::GrowthFit& fit) {
  constexpr double kWorstFit = 0.5;
  return std::expm1(fit.error) <= kWorstFit ? law_text(fit) : "none: " + law_text(fit);
}

std::string sizes_text(const ScalingRow& row) {
  std::set<double> sizes;
  for (const Curve& curve : row.curves) {
    for (const stats::SizedCost& point : curve.points) sizes.insert(point.size);
  }
  if (sizes.empty()) return "-";
  if (sizes.size() == 1) return fmt::format("{}", *sizes.begin());
  return fmt::format("{}..{} ({})", *sizes.begin(), *sizes.rbegin(), sizes.size());
}

base::Cell steepness_cell(const Curve& curve, Better better) {
  if (!curve.change) return {};
  const Steepness steepness = curve.change->steepness;
  base::Tone tone = steepness == Steepness::undecided ? base::Tone::dim : base::Tone::plain;
  if (better != Better::unknown && (steepness == Steepness::steeper || steepness == Steepness::flatter))
    tone = (steepness == Steepness::steeper) == (better == Better::less) ? base::Tone::bad : base::Tone::good;
  return {std::string(to_string(steepness)), tone};
}

template <class Use>
void for_each_row(const Scaling& scaling, Use use) {
  for (const compare::ScalingGroup& group : scaling.groups) {
    for (const ScalingRow& row : group.rows) use(group, row);
  }
}

/// The table of one metric.
class TableMaker {
 public:
  explicit TableMaker(const Scaling& scaling) : scaling_(scaling) {
    for_each_row(scaling, [&](const compare::ScalingGroup&, const ScalingRow& row) { add_dim_names(dims_, row.dims); });
  }

  base::Table make() {
    make_columns();
    for (const compare::ScalingGroup& group : scaling_.groups) {
      if (!group.title.empty()) table_.rows.push_back({.cells = {{group.title}}, .heading = true});
      for (const ScalingRow& row : group.rows) add_row(row);
    }
    add_notes();
    return std::move(table_);
  }
  [[nodiscard]] std::string title() const {
    return base::printable(fmt::format("{} ({}) by {}", scaling_.metric.name, stats::to_string(scaling_.statistic), scaling_.x));
  }

 private:
  void make_columns() {
    for (const std::string& dim : dims_) table_.columns.push_back({.title = dim, .shrink = true, .key = true});
    table_.columns.push_back({.title = scaling_.x, .key = true});
    for (std::size_t i = 0; i < scaling_.columns.size(); ++i) {
      const compare::ColumnHead& head = scaling_.columns[i];
      table_.columns.push_back({.title = head.title + ": " + scaling_.x + "^k", .align = base::Align::right});
      table_.columns.push_back({.title = "law", .joined = true});
      table_.columns.push_back({.title = "next best", .joined = true});
      if (head.base == i) continue;
      const std::string paired = head.paired ? "" : " (unpaired)";
      table_.columns.push_back(
          {.title = fmt::format("k vs {}{}", scaling_.columns[head.base].title, paired), .align = base::Align::right, .joined = true});
      table_.columns.push_back({.title = "verdict", .joined = true});
    }
  }

  void add_row(const ScalingRow& row) {
    base::Table::Row cells;
    for (const std::string& dim : dims_) cells.cells.push_back({dim_text(row.dims, dim)});
    cells.cells.push_back({sizes_text(row)});
    for (std::size_t i = 0; i < row.curves.size(); ++i) {
      const Curve& curve = row.curves[i];
      left_out_ += curve.left_out;
      cells.cells.push_back({curve.power ? exponent_text(curve.power->exponent.value, curve.power->interval, false) : "-"});
      cells.cells.push_back({curve.laws.empty() ? "" : best_law_text(curve.laws[0])});
      cells.cells.push_back({curve.laws.empty() ? "" : law_text(curve.laws[1]), base::Tone::dim});
      if (scaling_.columns[i].base == i) continue;
      cells.cells.push_back({curve.change ? exponent_text(curve.change->difference.value, curve.change->interval, true) : ""});
      cells.cells.push_back(steepness_cell(curve, scaling_.metric.better));
    }
    table_.rows.push_back(std::move(cells));
  }

  void add_notes() {
    for (std::size_t i = 0; i < scaling_.columns.size(); ++i) {
      if (scaling_.columns[i].base == i) continue;
      std::map<Steepness, std::size_t> counts;
      for_each_row(scaling_, [&](const compare::ScalingGroup&, const ScalingRow& row) {
        if (row.curves[i].change) ++counts[row.curves[i].change->steepness];
      });
      std::vector<std::string> texts;
      for (const auto& [steepness, count] : counts) texts.push_back(fmt::format("{} {}", count, to_string(steepness)));
      if (texts.empty()) texts.emplace_back("nothing to compare");
      table_.notes.push_back(fmt::format("{}: {} (k beyond {}, alpha {})", scaling_.columns[i].title, fmt::join(texts, ", "),
                                         scaling_.threshold, base::format_percent(scaling_.alpha)));
    }
    table_.notes.insert(table_.notes.end(), scaling_.notes.begin(), scaling_.notes.end());
    if (left_out_ > 0) table_.notes.push_back(fmt::format("{} left out: a fit takes sizes and values above 0", left_out_));
    table_.notes.push_back(
        fmt::format("k: of the line through the logarithms, with its {} interval; a law takes {} sizes, and ± is how far it "
                    "foretells one that it was not shown",
                    base::format_percent(1 - scaling_.alpha), stats::kFewestSizesForLaws));
  }

  const Scaling& scaling_;
  std::vector<std::string> dims_;
  base::Table table_;
  std::size_t left_out_ = 0;
};

/// One line a curve.
class Csv {
 public:
  explicit Csv(const std::vector<Scaling>& all) {
    for (const Scaling& scaling : all)
      for_each_row(scaling, [&](const compare::ScalingGroup&, const ScalingRow& row) { add_dim_names(dims_, row.dims); });
    for (const char* title : kBefore) table_.columns.push_back({.title = title});
    for (const std::string& dim : dims_) table_.columns.push_back({.title = own_title(dim, "dim:", table_.columns, kBehind)});
    for (const char* title : kBehind) table_.columns.push_back({.title = title});
    for (const Scaling& scaling : all) {
      for_each_row(scaling, [&](const compare::ScalingGroup& group, const ScalingRow& row) {
        for (std::size_t i = 0; i < row.curves.size(); ++i) add(scaling, group, row, i);
      });
    }
  }
  [[nodiscard]] std::string text() const { return base::render_csv(table_); }

 private:
  static constexpr std::array<const char*, 4> kBefore{"metric", "unit", "statistic", "x"};
  static constexpr std::array<const char*, 19> kBehind{
      "group",      "column",      "points",  "left_out", "exponent",      "exponent_low",   "exponent_high",
      "law",        "law_error",   "offset",  "factor",   "next_law",      "next_law_error", "exponent_change",
      "change_low", "change_high", "verdict", "level",    "adjusted_level"};

  void add(const Scaling& scaling, const compare::ScalingGroup& group, const ScalingRow& row, std::size_t i) {
    const Curve& curve = row.curves[i];
    base::Table::Row line;
    const auto put = [&](std::string text) { line.cells.push_back({std::move(text)}); };
    const auto put_all = [&](bool there, std::initializer_list<double> numbers) {
      for (const double one : numbers) put(there ? base::csv_number(one) : "");
    };
    put(scaling.metric.name);
    put(scaling.columns[i].unit);
    put(std::string(stats::to_string(scaling.statistic)));
    put(scaling.x);
    for (const std::string& dim : dims_) put(dim_text(row.dims, dim));
    put(group.title);
    put(scaling.columns[i].title);
    put(std::to_string(curve.points.size()));
    put(std::to_string(curve.left_out));
    const stats::PowerLaw power = curve.power.value_or(stats::PowerLaw{});
    put_all(curve.power.has_value(), {power.exponent.value, power.interval.low, power.interval.high});
    const bool law = !curve.laws.empty();
    put(law ? std::string(to_string(curve.laws[0].growth)) : "");
    put_all(law, {law ? curve.laws[0].error : 0, law ? curve.laws[0].offset : 0, law ? curve.laws[0].factor : 0});
    put(law ? std::string(to_string(curve.laws[1].growth)) : "");
    put_all(law, {law ? curve.laws[1].error : 0});
    const compare::ExponentChange change = curve.change.value_or(compare::ExponentChange{});
    put_all(curve.change.has_value(), {change.difference.value, change.interval.low, change.interval.high});
    put(curve.change ? std::string(to_string(change.steepness)) : "");
    put_all(curve.change.has_value(), {change.level, change.adjusted_level});
    table_.rows.push_back(std::move(line));
  }

  std::vector<std::string> dims_;
  base::Table table_;
};

Json curve_json(const Curve& curve) {
  Json json{{"points", Json::array()}, {"left_out", curve.left_out}, {"laws", Json::array()}};
  for (const stats::SizedCost& point : curve.points)
    json["points"].push_back({base::number_to_json(point.size), base::number_to_json(point.cost)});
  if (curve.power) {
    json["exponent"] = {{"value", base::number_to_json(curve.power->exponent.value)},
                        {"interval", interval_json(curve.power->interval)},
                        {"factor", base::number_to_json(curve.power->factor)}};
  }
  for (const stats::GrowthFit& fit : curve.laws) {
    json["laws"].push_back({{"law", to_string(fit.growth)},
                            {"offset", base::number_to_json(fit.offset)},
                            {"factor", base::number_to_json(fit.factor)},
                            {"error", base::number_to_json(fit.error)}});
  }
  if (curve.change) {
    json["change"] = {{"exponent", base::number_to_json(curve.change->difference.value)},
                      {"interval", interval_json(curve.change->interval)},
                      {"verdict", to_string(curve.change->steepness)},
                      {"level", base::number_to_json(curve.change->level)},
                      {"adjusted_level", base::number_to_json(curve.change->adjusted_level)}};
  }
  return json;
}

Json scaling_json(const Scaling& scaling) {
  Json json{{"metric", scaling.metric.name},
            {"unit", scaling.metric.unit},
            {"statistic", stats::to_string(scaling.statistic)},
            {"x", scaling.x},
            {"threshold", base::number_to_json(scaling.threshold)},
            {"alpha", base::number_to_json(scaling.alpha)},
            {"columns", columns_json(scaling.columns)},
            {"groups", Json::array()},
            {"notes", scaling.notes}};
  for (const compare::ScalingGroup& group : scaling.groups) {
    Json rows = Json::array();
    for (const ScalingRow& row : group.rows) {
      Json curves = Json::array();
      for (const Curve& curve : row.curves) curves.push_back(curve_json(curve));
      rows.push_back({{"dims", dims_json(row.dims)}, {"curves", std::move(curves)}});
    }
    json["groups"].push_back({{"title", group.title}, {"rows", std::move(rows)}});
  }
  return json;
}

}  // namespace

std::string render(const std::vector<Scaling>& all, const std::string& format, const base::TextStyle& style) {
  if (format == "csv") return Csv(all).text();
  if (format == "json") {
    Json list = Json::array();
    for (const Scaling& scaling : all) list.push_back(scaling_json(scaling));
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  std::string text;
  for (const Scaling& scaling : all) {
    TableMaker maker(scaling);
    if (!text.empty()) text += '\n';
    if (format == "md") text += "### " + base::markdown_text(maker.title()) + "\n\n" + base::render_markdown(maker.make());
    else text += maker.title() + "\n\n" + base::render_text(maker.make(), style);
  }
  return text;
}

}  // namespace benchkit::cli
