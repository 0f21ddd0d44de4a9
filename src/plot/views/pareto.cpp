// pareto: two metrics against each other, the first two that have values or the two that --metric names: a case that is left of and below all others is the better one
// in both. The line joins those that none other beats in both at once.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "plot/arrange.hpp"
#include "plot/page.hpp"

namespace benchkit::plot {
namespace {

struct Point {
  const compare::Row* row = nullptr;
  std::size_t column = 0;
  double x = 0, y = 0;
};

std::vector<compare::Comparison> two_metrics(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  std::vector<compare::Comparison> comparisons =
      options.compare.metrics.empty() ? compare::compare(snapshots, options.compare) : comparisons_for(snapshots, options);
  if (comparisons.size() < 2) {
    throw Error("two metrics are needed, and there is one: " + comparisons[0].metric.name, "--view pareto",
                "measure another one too (run --metric), or name two of several");
  }
  return comparisons;
}

std::vector<Point> points_of(const compare::Comparison& first, const compare::Comparison& second) {
  std::map<std::string, const compare::Row*> others;
  for_each_row(second, [&](const compare::Row& row) { others[row.id] = &row; });
  std::vector<Point> points;
  for_each_row(first, [&](const compare::Row& row) {
    const auto other = others.find(row.id);
    if (other == others.end()) return;
    for (std::size_t column = 0; column < std::min(row.cells.size(), other->second->cells.size()); ++column) {
      const compare::Cell& x = row.cells[column];
      const compare::Cell& y = other->second->cells[column];
      if (x.has_value && y.has_value && std::isfinite(x.centre.value) && std::isfinite(y.centre.value))
        points.push_back({&row, column, x.centre.value, y.centre.value});
    }
  });
  return points;
}

/// Those that no other one beats in both, in the order of x. `less_x`, `less_y`: less is better.
std::vector<Point> front_of(std::vector<Point> points, bool less_x, bool less_y) {
  const double of_x = less_x ? 1 : -1;
  const double of_y = less_y ? 1 : -1;
  std::sort(points.begin(), points.end(), [&](const Point& left, const Point& right) {
    return std::pair(of_x * left.x, of_y * left.y) < std::pair(of_x * right.x, of_y * right.y);
  });
  std::vector<Point> front;
  for (const Point& point : points) {
    if (front.empty() || of_y * point.y < of_y * front.back().y) front.push_back(point);
  }
  return front;
}

/// A panel is a choice of dims, a colour a version.
class Drawer {
 public:
  Drawer(const compare::Comparison& first, const compare::Comparison& second, const ViewOptions& options)
      : first_(first), second_(second), options_(options), log_(options.log.value_or(LogAxes{})), points_(points_of(first, second)) {
    std::vector<Member> members;
    std::vector<double> xs, ys;
    for (const Point& point : points_) {
      members.push_back({&point.row->dims, point.column});
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
    if (!options.log) log_ = {suits_logarithm(xs), suits_logarithm(ys)};
    const auto above_0 = [](double value) { return value > 0; };
    log_.x = log_.x && std::all_of(xs.begin(), xs.end(), above_0);
    log_.y = log_.y && std::all_of(ys.begin(), ys.end(), above_0);
    // One panel for all cases unless facets are asked for: what is compared are the cases.
    static const Dims none;
    if (options.facets.empty() && options.color.empty()) {
      for (Member& member : members) member.dims = &none;
    }
    arrangement_ = arrange(members, titles_of(first), {}, options);
    looks_ = looks_of(arrangement_, options.dark);
    x_ = value_axis(xs, first.metric.name, first.metric.unit, log_.x);
    y_ = value_axis(ys, second.metric.name, second.metric.unit, log_.y);
  }

  void draw(Page& page, std::vector<TextChart>& text) const {
    for (std::size_t panel = 0; panel < arrangement_.panels.size(); ++panel) {
      page.panels.push_back({.title = arrangement_.panels[panel], .x = x_.axis, .y = y_.axis, .xs = {}, .ys = {}, .series = {}});
      text.push_back({.title = fmt::format("{} {}", arrangement_.panels[panel], second_.metric.name), .form = Form::bars});
      for (std::size_t colour = 0; colour < looks_.size(); ++colour) add(panel, colour, page.panels.back(), text.back());
    }
    add_to_legend(page.legend, arrangement_, looks_);
  }
  [[nodiscard]] bool empty() const noexcept { return points_.empty(); }

 private:
  void add(std::size_t panel_index, std::size_t colour, Panel& panel, TextChart& chart) const {
    std::vector<Point> points;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (arrangement_.places[i].panel == panel_index && arrangement_.places[i].colour == colour) points.push_back(points_[i]);
    }
    if (points.empty()) return;
    const Look& look = looks_[colour];
    Json marks = Json::array();
    for (const Point& point : points) {
      panel.xs.add(point.x / x_.factor);
      panel.ys.add(point.y / y_.factor);
      const std::string x = base::format_value(point.x, first_.metric.unit);
      const std::string y = base::format_value(point.y, second_.metric.unit);
      marks.push_back(item({point.x / x_.factor, point.y / y_.factor},
                           fmt::format("{}\n{}\n{}: {}\n{}: {}", point.row->id, first_.columns[point.column].title, first_.metric.name, x,
                                       second_.metric.name, y)));
      const std::string version = first_.columns.size() > 1 ? " · " + first_.columns[point.column].title : std::string();
      chart.rows.push_back({.label = point.row->id + version, .text = fmt::format("{}  {}", x, y), .values = {point.y}});
    }
    Json line = Json::array();
    for (const Point& point : front_of(points, first_.metric.better != Better::more, second_.metric.better != Better::more))
      line.push_back({point.x / x_.factor, point.y / y_.factor});
    panel.series.push_back({{"type", "scatter"},
                            {"name", arrangement_.colours[colour]},
                            {"symbol", look.symbol},
                            {"symbolSize", 8},
                            {"itemStyle", {{"color", look.colour}, {"opacity", 0.85}}},
                            {"z", 3},
                            {"data", std::move(marks)}});
    panel.series.push_back({{"type", "line"},
                            {"name", arrangement_.colours[colour]},
                            {"silent", true},
                            {"symbol", "none"},
                            {"step", "end"},
                            {"itemStyle", {{"color", look.colour}}},
                            {"lineStyle", {{"color", look.colour}, {"width", 1.2}, {"type", "dashed"}}},
                            {"data", std::move(line)}});
  }

  const compare::Comparison& first_;
  const compare::Comparison& second_;
  const ViewOptions& options_;
  LogAxes log_;
  std::vector<Point> points_;
  Arrangement arrangement_;
  std::vector<Look> looks_;
  ValueAxis x_, y_;
};

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::vector<compare::Comparison> comparisons = two_metrics(snapshots, options);
  const Drawer drawer(comparisons[0], comparisons[1], options);
  if (drawer.empty())
    throw Error(fmt::format("no selected case has both {} and {}", comparisons[0].metric.name, comparisons[1].metric.name),
                "--view pareto");
  Page page{.view = "pareto", .title = {}, .subtitle = {}, .panels = {}, .legend = {}};
  std::vector<TextChart> text;
  drawer.draw(page, text);
  page.title = fmt::format("{} against {}", comparisons[1].metric.name, comparisons[0].metric.name);
  page.subtitle = fmt::format("{} of each case; the line joins those that none beats in both", stats::to_string(options.compare.statistic));
  return compose(page, options, std::move(text));
}

}  // namespace

ViewEntry pareto_view() { return {"pareto", "two metrics of each case against each other", &make}; }

}  // namespace benchkit::plot
