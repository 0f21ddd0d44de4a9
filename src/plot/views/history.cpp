// history: a metric over versions in their order, or over the dates of their runs (--x date), each case a line with its intervals. Where a case was proven to
// change (three versions or more), the version from which on it was another than before is marked.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "compare/align.hpp"
#include "plot/arrange.hpp"
#include "plot/page.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kFewestForTurns = 3;

/// When each version's first session began: "2026-11-24"; empty where the file does not say.
std::vector<std::string> dates_of(std::span<const Snapshot> snapshots) {
  std::vector<std::string> dates;
  for (const compare::Source& source : compare::sources_of(snapshots)) {
    std::string date;
    for (const Record& record : source.snapshot->records) {
      if (record.version != source.version) continue;
      date = started_of(source.snapshot->sessions[record.session]);
      break;
    }
    dates.push_back(std::move(date));
  }
  return dates;
}

/// When a file's first version was measured.
std::string date_of(const Snapshot& snapshot) {
  const std::vector<std::string> dates = dates_of({&snapshot, 1});
  return dates.empty() ? std::string() : *std::min_element(dates.begin(), dates.end());
}

/// The files in the order of their dates: what came first is the base, and what changed is found in that order. Those without a date last.
std::vector<Snapshot> in_order_of_dates(std::span<const Snapshot> snapshots) {
  std::vector<std::pair<std::string, const Snapshot*>> dated;
  for (const Snapshot& snapshot : snapshots) dated.emplace_back(date_of(snapshot), &snapshot);
  std::stable_sort(dated.begin(), dated.end(), [](const auto& left, const auto& right) {
    return std::pair(left.first.empty(), left.first) < std::pair(right.first.empty(), right.first);
  });
  std::vector<Snapshot> sorted;
  for (const auto& [date, snapshot] : dated) sorted.push_back(*snapshot);
  return sorted;
}

/// The lines of one metric.
class Drawer {
 public:
  Drawer(const compare::Comparison& comparison, const std::vector<std::string>& dates, bool by_date, const ViewOptions& options)
      : comparison_(comparison), dates_(dates), by_date_(by_date), options_(options), log_(options.log.value_or(LogAxes{}).y) {
    std::vector<double> values;
    for_each_row(comparison, [&](const compare::Row& row) {
      bool any = false;
      for (const compare::Cell& cell : row.cells) {
        if (!cell.has_value) continue;
        any = true;
        values.push_back(cell.centre.value);
      }
      if (any) rows_.push_back(&row);
    });
    if (!options.log) log_ = suits_logarithm(values);
    log_ = log_ && std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
    std::vector<Member> members;
    for (std::size_t column = 0; column < dates.size(); ++column) order_.push_back(column);
    if (by_date)
      std::stable_sort(order_.begin(), order_.end(), [&](std::size_t left, std::size_t right) { return dates[left] < dates[right]; });
    for (const compare::Row* row : rows_) members.push_back({&row->dims, 0});
    arrangement_ = arrange(members, {}, {}, options);
    name_alike();
    looks_ = looks_of(arrangement_, options.dark);
    y_ = value_axis(values, comparison.metric.name, comparison.metric.unit, log_);
  }

  void draw(Page& page, std::vector<TextChart>& text) {
    const std::size_t first = page.panels.size();
    for (const std::string& title : arrangement_.panels) {
      Panel panel{.title = title,
                  .x = {.scale = Axis::Scale::category, .name = {}, .categories = titles_of(comparison_)},
                  .y = y_.axis,
                  .xs = {},
                  .ys = {},
                  .series = {}};
      if (by_date_) panel.x = {.scale = Axis::Scale::time, .name = {}};
      page.panels.push_back(std::move(panel));
      text.push_back({.title = title.empty() ? comparison_.metric.name : title, .form = Form::sparklines, .logarithmic = log_});
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Place& place = arrangement_.places[i];
      add(*rows_[i], place, page.panels[first + place.panel], text[first + place.panel]);
    }
    add_to_legend(page.legend, arrangement_, looks_);
  }

 private:
  /// Cases without dims have but their ids to be told apart by.
  void name_alike() {
    if (arrangement_.colours.size() != 1 || rows_.size() < 2 || arrangement_.panels.size() != 1) return;
    arrangement_.colours.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      arrangement_.colours.push_back(rows_[i]->id);
      arrangement_.places[i].colour = i;
    }
  }

  [[nodiscard]] Json x_of(std::size_t column) const { return by_date_ ? Json(dates_[column]) : Json(column); }

  void add(const compare::Row& row, const Place& place, Panel& panel, TextChart& chart) {
    const Look& look = looks_[place.colour];
    const std::string& name = arrangement_.colours[place.colour];
    Json points = Json::array();
    Json intervals = Json::array();
    std::vector<double> values;
    for (const std::size_t column : order_) {
      const compare::Cell& cell = row.cells[column];
      if (by_date_ && dates_[column].empty()) continue;
      values.push_back(cell.has_value ? cell.centre.value : std::numeric_limits<double>::quiet_NaN());
      if (!cell.has_value) {
        points.push_back({x_of(column), nullptr});
        continue;
      }
      const double y = cell.centre.value / y_.factor;
      panel.ys.add(y);
      std::string tip = fmt::format("{}\n{}: {}", row.id, comparison_.columns[column].title,
                                    base::format_value(cell.centre.value, comparison_.columns[column].unit));
      Json point = item({x_of(column), y}, tip);
      for (const compare::Turn& turn : row.turns) {
        if (turn.column != column) continue;
        tip += fmt::format("\nfrom here on {}", base::format_change(turn.change));
        point = item({x_of(column), y}, tip);
        point["symbolSize"] = 13;
        point["label"] = {
            {"show", true}, {"position", "top"}, {"formatter", base::format_change(turn.change)}, {"fontSize", 11}, {"color", look.colour}};
      }
      points.push_back(std::move(point));
      if (!cell.centre.interval) continue;
      const double low = cell.centre.interval->low / y_.factor;
      const double high = cell.centre.interval->high / y_.factor;
      if (std::isfinite(low) && std::isfinite(high) && (!log_ || low > 0)) intervals.push_back({x_of(column), y, low, high});
    }
    panel.series.push_back({{"type", "line"},
                            {"name", name},
                            {"symbol", look.symbol},
                            {"symbolSize", 6},
                            {"showAllSymbol", true},
                            {"connectNulls", true},
                            {"itemStyle", {{"color", look.colour}}},
                            {"lineStyle", {{"color", look.colour}, {"width", 1.5}}},
                            {"data", std::move(points)}});
    add_intervals(panel, name, look.colour, true, std::move(intervals));
    chart.rows.push_back({.label = name.empty() ? row.id : name, .text = last_text(row), .values = std::move(values)});
  }

  [[nodiscard]] std::string last_text(const compare::Row& row) const {
    for (auto column_at = order_.rbegin(); column_at != order_.rend(); ++column_at) {
      const std::size_t column = *column_at;
      const compare::Cell& cell = row.cells[column];
      if (!cell.has_value) continue;
      const std::string change = cell.ratio ? "  " + base::format_change(cell.ratio->value) : std::string();
      return base::format_value(cell.centre.value, comparison_.columns[column].unit) + change;
    }
    return {};
  }

  const compare::Comparison& comparison_;
  const std::vector<std::string>& dates_;
  bool by_date_ = false;
  const ViewOptions& options_;
  bool log_ = true;
  std::vector<const compare::Row*> rows_;
  std::vector<std::size_t> order_;  ///< of the columns, from the left
  Arrangement arrangement_;
  std::vector<Look> looks_;
  ValueAxis y_;
};

Figure draw(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::vector<std::string> dates = dates_of(snapshots);
  ViewOptions own = options;
  own.compare.history = dates.size() >= kFewestForTurns;
  const std::vector<compare::Comparison> comparisons = comparisons_for(snapshots, own);
  Page page{.view = "history", .title = {}, .subtitle = {}, .panels = {}, .legend = {}};
  std::vector<TextChart> text;
  std::string metrics;
  for (const compare::Comparison& comparison : comparisons) {
    Drawer(comparison, dates, !options.x.empty(), own).draw(page, text);
    metrics += (metrics.empty() ? "" : ", ") + comparison.metric.name;
  }
  if (page.panels.empty()) throw Error("no selected case has a number in any version", "--view history");
  page.title = fmt::format("{} over {}", metrics, options.x.empty() ? "versions" : "time");
  page.subtitle =
      fmt::format("{} with {} intervals{}", stats::to_string(options.compare.statistic), base::format_percent(1 - comparisons[0].alpha),
                  own.compare.history ? "; a large mark with a number is a proven change" : "");
  page.share_axes = comparisons.size() == 1;
  const auto undated = std::count(dates.begin(), dates.end(), std::string());
  if (!options.x.empty() && undated > 0)
    page.notes.push_back(fmt::format("{} of {} versions left out: their files do not say when they were measured", undated, dates.size()));
  return compose(page, options, std::move(text));
}

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  if (options.x.empty()) return draw(snapshots, options);
  if (options.x != "date") throw Error("a history is over the versions or over their dates", "--x " + options.x, "--x date");
  return draw(in_order_of_dates(snapshots), options);
}

}  // namespace

ViewEntry history_view() { return {"history", "a metric over versions or dates", &make}; }

}  // namespace benchkit::plot
