// sweep: a heat map of versions and cases: how far each is from its base, as a logarithm to base 2, with the change in the cell. The base is
// that of the comparison: the first version, or in a sweep the one before. A mark in the cell says that the change is proven, so that nobody needs the colours.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "compare/align.hpp"
#include "plot/arrange.hpp"
#include "plot/changes.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kMostRows = 400;
constexpr double kRowHeight = 18;
constexpr double kAround = 40;

struct HeatRow {
  const compare::Row* row = nullptr;
  std::map<std::size_t, const Change*> changes;  ///< by column
  double largest = 0;
};

/// All rows that have a number in any version.
std::vector<HeatRow> rows_of(const compare::Comparison& comparison, const std::vector<Change>& changes) {
  std::vector<HeatRow> rows;
  std::map<const compare::Row*, std::size_t> known;
  for_each_row(comparison, [&](const compare::Row& row) {
    if (std::none_of(row.cells.begin(), row.cells.end(), [](const compare::Cell& cell) { return cell.has_value; })) return;
    known[&row] = rows.size();
    rows.push_back({.row = &row, .changes = {}});
  });
  for (const Change& change : changes) {
    HeatRow& row = rows[known.at(change.row)];
    row.changes[change.column] = &change;
    row.largest = std::max(row.largest, std::fabs(change.size()));
  }
  return rows;
}

std::string cell_text(const Change& change) {
  const std::string number = base::format_change(change.value);
  if (change.verdict == compare::Verdict::regressed) return "▲ " + number;
  return change.verdict == compare::Verdict::improved ? "▼ " + number : number;
}

/// Keeps those that changed most, in their order; of those that changed alike the first ones.
void keep_largest(std::vector<HeatRow>& rows) {
  if (rows.size() <= kMostRows) return;
  std::vector<std::size_t> places(rows.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t left, std::size_t right) { return rows[left].largest > rows[right].largest; });
  places.resize(kMostRows);
  std::sort(places.begin(), places.end());
  std::vector<HeatRow> kept;
  for (const std::size_t place : places) kept.push_back(std::move(rows[place]));
  rows = std::move(kept);
}

/// Where the colours end, as log2: nine of ten changes lie within, so that a few huge ones don't leave the others pale.
double end_of_colours(const std::vector<std::vector<Change>>& all, const ViewOptions& options) {
  constexpr double kLeast = 0.1;  // what is less is not worth a strong colour
  constexpr double kWithin = 0.9;
  if (options.clip) return std::log2(*options.clip);
  std::vector<double> folds;
  for (const std::vector<Change>& changes : all) {
    for (const Change& change : changes) folds.push_back(std::fabs(std::log2(change.value)));
  }
  if (folds.empty()) return kLeast;
  const auto place = folds.begin() + static_cast<std::ptrdiff_t>(kWithin * static_cast<double>(folds.size() - 1));
  std::nth_element(folds.begin(), place, folds.end());
  return std::max(*place, kLeast);
}

/// The map of one metric.
class Drawer {
 public:
  Drawer(const compare::Comparison& comparison, const std::vector<HeatRow>& rows, double end, const ViewOptions& options)
      : comparison_(comparison), rows_(rows), end_(end), options_(options) {}

  void draw(Panel& panel, TextChart& chart) const {
    constexpr double kLabels = 300;
    panel.x = {.scale = Axis::Scale::category, .name = {}, .categories = titles_of(comparison_), .at_top = true};
    panel.y = {.scale = Axis::Scale::category, .name = {}, .label_width = kLabels};
    panel.height = kAround + kRowHeight * static_cast<double>(rows_.size());
    chart.form = Form::heat;
    chart.columns = panel.x.categories;
    Json cells = Json::array();
    Json missing = Json::array();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      panel.y.categories.push_back(rows_[i].row->id);
      TextRow row{.label = rows_[i].row->id, .text = {}, .values = {}};
      for (std::size_t column = 0; column < comparison_.columns.size(); ++column) row.cells.push_back(add_cell(i, column, cells, missing));
      chart.rows.push_back(std::move(row));
    }
    panel.series.push_back(series(std::move(cells)));
    if (!missing.empty()) panel.series.push_back(missing_series(std::move(missing)));
  }

 private:
  TextCell add_cell(std::size_t i, std::size_t column, Json& cells, Json& missing) const {
    const compare::Cell& cell = rows_[i].row->cells[column];
    if (const auto found = rows_[i].changes.find(column); found != rows_[i].changes.end()) {
      const double fold = std::log2(found->second->value);
      Json one = item({column, i, std::clamp(fold, -end_, end_)}, found->second->tip);
      one["text"] = cell_text(*found->second);
      cells.push_back(std::move(one));
      return {cell_text(*found->second), look_of(found->second->verdict, options_.dark).mark};
    }
    const std::string value = cell.has_value ? base::format_value(cell.centre.value, comparison_.columns[column].unit) : std::string();
    const std::string tip = fmt::format("{}\n{}: {}", rows_[i].row->id, comparison_.columns[column].title,
                                        cell.has_value ? value
                                        : cell.present ? std::string(to_string(cell.status))
                                                       : "no such case");
    Json one = item({column, i, 0}, tip);
    const std::string shown = cell.has_value ? value : "–";
    one["text"] = shown;
    const bool is_base = cell.has_value && comparison_.columns[column].base == column;
    (is_base ? cells : missing).push_back(std::move(one));
    return {shown, is_base ? "=" : cell.has_value ? "·" : "–"};
  }

  [[nodiscard]] Json series(Json data) const {
    const Theme& look = theme(options_.dark);
    return {{"type", "heatmap"},
            {"label", {{"show", true}, {"formatter", {{"$", "text"}}}, {"fontSize", 11}, {"color", look.ink}}},
            {"itemStyle", {{"borderColor", look.paper}, {"borderWidth", 1}}},
            {"data", std::move(data)}};
  }
  [[nodiscard]] Json missing_series(Json data) const {
    const Theme& look = theme(options_.dark);
    return {
        {"type", "scatter"},
        {"symbolSize", 1},
        {"itemStyle", {{"color", look.paper}}},
        {"label", {{"show", true}, {"position", "inside"}, {"formatter", {{"$", "text"}}}, {"fontSize", 11}, {"color", look.faint_ink}}},
        {"data", std::move(data)}};
  }

  const compare::Comparison& comparison_;
  const std::vector<HeatRow>& rows_;
  double end_ = 0;
  const ViewOptions& options_;
};

/// Paper in the middle, so that the colour says how far, and blue and orange which way; light enough for ink to be read on.
Json colours(double end, bool dark) {
  Json scale = dark ? Json{"#1f6ea8", "#14181d", "#b3541e"} : Json{"#7db8e0", "#ffffff", "#f2a36b"};
  return {{"min", -end},
          {"max", end},
          {"seriesIndex", 0},
          {"calculable", false},
          {"precision", 2},
          {"text", {base::format_change(std::exp2(end)) + " and more", base::format_change(std::exp2(-end)) + " and less"}},
          {"inRange", {{"color", std::move(scale)}}}};
}

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  ViewOptions own = options;
  own.absolute = false;
  const std::vector<compare::Comparison> comparisons = comparisons_for(snapshots, own);
  Page page{.view = "sweep", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  std::vector<TextChart> text;
  Tally tally;
  std::size_t shown = 0, all = 0;
  Json indices = Json::array();
  std::size_t next_index = 0;
  std::vector<std::vector<Change>> changes;
  for (const compare::Comparison& comparison : comparisons) changes.push_back(changes_of(comparison, own, tally));
  const double end = end_of_colours(changes, options);
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    const compare::Comparison& comparison = comparisons[i];
    std::vector<HeatRow> rows = rows_of(comparison, changes[i]);
    all += rows.size();
    keep_largest(rows);
    if (rows.empty()) continue;
    shown += rows.size();
    const std::string title = comparisons.size() > 1 ? comparison.metric.name : std::string();
    page.panels.push_back({.title = title, .x = {}, .y = {}, .xs = {}, .ys = {}, .series = {}});
    text.push_back({.title = title.empty() ? "change" : title + ": change"});
    Drawer(comparison, rows, end, own).draw(page.panels.back(), text.back());
    indices.push_back(next_index);
    next_index += page.panels.back().series.size();
  }
  if (page.panels.empty()) throw Error("no selected case has a number in any version", "--view sweep");
  page.visual_map = colours(end, options.dark);
  page.visual_map["seriesIndex"] = std::move(indices);
  page.title = title_of_changes(comparisons);
  page.subtitle = fmt::format("change from {}; ▲ is proven to have regressed, ▼ to have improved ({})",
                              compare::describe_base(comparisons[0].columns), what_is_better(comparisons));
  if (shown < all) page.subtitle += fmt::format("; the {} of {} cases that changed most", shown, all);
  constexpr double kCell = 72, kLabels = 360;
  page.width = std::max(page.width, kLabels + kCell * static_cast<double>(comparisons[0].columns.size()));
  tally.clipped.clear();  // the scale says where the colours end, and the cells say the numbers
  page.notes = tally.notes();
  return compose(page, own, std::move(text));
}

}  // namespace

ViewEntry sweep_view() { return {"sweep", "a heat map of cases and versions, each in its change from its base", &make}; }

}  // namespace benchkit::plot
