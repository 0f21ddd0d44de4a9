// scaling: cost over a size, both on logarithmic axes unless told otherwise, so that a power law is a straight line; the law that fits is drawn and named.
#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "compare/align.hpp"
#include "compare/scaling.hpp"
#include "plot/arrange.hpp"
#include "plot/page.hpp"

namespace benchkit::plot {
namespace {

struct Point {
  double x = 0;
  double y = 0;
  std::optional<stats::Interval> interval;
  std::string id;
};

/// The cases of one version that differ in nothing but the size.
struct Line {
  Dims dims;
  std::size_t column = 0;
  std::vector<Point> points;
  std::optional<stats::GrowthFit> law;
  std::optional<stats::PowerLaw> power;
  std::size_t sharing = 0;  ///< points at the size of another one: no dim tells their cases apart
};

bool fits(double value, bool logarithmic) { return std::isfinite(value) && (!logarithmic || value > 0); }

/// In the order of the cases, then of the versions. `left_out`: those that have no place on a logarithm's axis are added.
std::vector<Line> lines_of(const compare::Comparison& comparison, const std::string& x, const LogAxes& log, std::size_t& left_out) {
  std::vector<Line> lines;
  std::map<std::pair<std::string, std::size_t>, std::size_t> known;
  for_each_row(comparison, [&](const compare::Row& row) {
    const DimValue* size = row.dims.find(x);
    if (size == nullptr || !size->is_number()) return;
    const Dims dims = compare::without(row.dims, x);
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      const compare::Cell& cell = row.cells[column];
      if (!cell.has_value) continue;
      if (!fits(size->number(), log.x) || !fits(cell.centre.value, log.y)) {
        ++left_out;
        continue;
      }
      const auto [found, is_new] = known.try_emplace({compare::key_of(dims), column}, lines.size());
      if (is_new) lines.push_back({.dims = dims, .column = column, .points = {}, .law = {}, .power = {}});
      lines[found->second].points.push_back({size->number(), cell.centre.value, cell.centre.interval, row.id});
    }
  });
  for (Line& line : lines) {
    std::stable_sort(line.points.begin(), line.points.end(), [](const Point& left, const Point& right) { return left.x < right.x; });
    for (std::size_t i = 1; i < line.points.size(); ++i) line.sharing += line.points[i].x == line.points[i - 1].x ? 1 : 0;
    if (line.sharing > 0) continue;  // a law of what may be two functions is none
    std::vector<stats::SizedCost> costs;
    for (const Point& point : line.points) {
      if (point.x > 0 && point.y > 0) costs.push_back({point.x, point.y});  // a law takes nothing else
    }
    line.power = stats::power_law(costs, comparison.alpha);
    // The best law, unless even that one foretells sizes badly.
    constexpr double kWorstFit = 0.5;
    const std::vector<stats::GrowthFit> laws = stats::growth_laws(costs);
    if (!laws.empty() && std::expm1(laws[0].error) <= kWorstFit) line.law = laws[0];
  }
  return lines;
}

std::string tip_of(const Point& point, const Line& line, const compare::Comparison& comparison) {
  std::string tip = fmt::format("{}\n{}: {}", point.id, comparison.columns[line.column].title,
                                base::format_value(point.y, comparison.columns[line.column].unit));
  if (point.interval) {
    tip += fmt::format(" [{}, {}]", base::format_value(point.interval->low, comparison.metric.unit),
                       base::format_value(point.interval->high, comparison.metric.unit));
  }
  return tip;
}

/// "n log n", or the exponent where no law was found.
std::string law_name(const Line& line) {
  if (line.law) return std::string(to_string(line.law->growth));
  return line.power ? fmt::format("n^{:.2f}", line.power->exponent.value) : std::string{};
}

/// Draws the lines of one metric into panels.
class Drawer {
 public:
  Drawer(const compare::Comparison& comparison, const std::string& x, const ViewOptions& options)
      : comparison_(comparison),
        options_(options),
        log_(options.log.value_or(LogAxes{true, true})),
        lines_(lines_of(comparison, x, log_, left_out_)) {
    std::vector<Member> members;
    std::vector<double> values;
    for (const Line& line : lines_) {
      members.push_back({&line.dims, line.column});
      for (const Point& point : line.points) values.push_back(point.y);
    }
    arrangement_ = arrange(members, titles_of(comparison), {x}, options);
    looks_ = looks_of(arrangement_, options.dark);
    y_ = value_axis(values, comparison.metric.name, comparison.metric.unit, log_.y);
    x_ = Axis{.name = x};
    if (log_.x) x_ = {.scale = Axis::Scale::logarithmic, .name = x, .label = {{"$", "unit"}, {"unit", ""}}};
  }

  /// Points that lie at the size of another one of their line.
  [[nodiscard]] std::size_t sharing() const {
    return std::accumulate(lines_.begin(), lines_.end(), std::size_t{0},
                           [](std::size_t sum, const Line& line) { return sum + line.sharing; });
  }

  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

  void draw(Page& page, std::vector<TextChart>& text) {
    for (const std::string& title : arrangement_.panels) {
      panels_.push_back({.title = title, .x = x_, .y = y_.axis, .xs = {}, .ys = {}, .series = {}, .right = 52});
      charts_.push_back({.title = title.empty() ? comparison_.metric.name : title, .form = Form::sparklines, .logarithmic = log_.y});
    }
    labels_.resize(panels_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) add(lines_[i], arrangement_.places[i]);
    for (std::size_t i = 0; i < panels_.size(); ++i) add_labels(panels_[i], labels_[i]);
    page.panels.insert(page.panels.end(), panels_.begin(), panels_.end());
    text.insert(text.end(), charts_.begin(), charts_.end());
    add_to_legend(page.legend, arrangement_, looks_);
  }

 private:
  struct EndLabel {
    std::size_t series = 0;
    double at = 0;  ///< on the y axis
    std::string text;
    std::string colour;
  };

  void add(const Line& line, const Place& place) {
    Panel& panel = panels_[place.panel];
    const Look& look = looks_[place.colour];
    const std::string& name = arrangement_.colours[place.colour];
    Json points = Json::array();
    Json intervals = Json::array();
    TextRow row{.label = name, .text = {}, .values = {}};
    for (const Point& point : line.points) {
      panel.xs.add(point.x);
      panel.ys.add(point.y / y_.factor);
      points.push_back(item({point.x, point.y / y_.factor}, tip_of(point, line, comparison_)));
      row.values.push_back(point.y);
      if (!point.interval) continue;
      const double low = point.interval->low / y_.factor;
      const double high = point.interval->high / y_.factor;
      if (fits(low, log_.y) && fits(high, log_.y)) intervals.push_back({point.x, point.y / y_.factor, low, high});
    }
    const bool has_law = line.law.has_value();
    panel.series.push_back({{"type", has_law ? "scatter" : "line"},
                            {"name", name},
                            {"symbol", look.symbol},
                            {"symbolSize", 7},
                            {"itemStyle", {{"color", look.colour}}},
                            {"lineStyle", {{"color", look.colour}, {"width", 1}, {"type", "dashed"}}},
                            {"z", 3},
                            {"data", std::move(points)}});
    if (options_.band) add_band(panel, line, look, name);
    else add_intervals(panel, name, look.colour, true, std::move(intervals));
    if (has_law) add_law(place.panel, line, look, name);
    row.text = fmt::format("{} … {}  {}", base::format_value(line.points.front().y, comparison_.metric.unit),
                           base::format_value(line.points.back().y, comparison_.metric.unit), law_name(line));
    charts_[place.panel].rows.push_back(std::move(row));
  }

  void add_law(std::size_t panel_index, const Line& line, const Look& look, const std::string& name) {
    Panel& panel = panels_[panel_index];
    constexpr int kSteps = 32;
    const double low = line.points.front().x;
    const double high = line.points.back().x;
    Json points = Json::array();
    for (int step = 0; step <= kSteps; ++step) {
      const double share = static_cast<double>(step) / kSteps;
      const double x = log_.x ? low * std::pow(high / low, share) : low + (high - low) * share;
      const double y = stats::cost_at(*line.law, x) / y_.factor;
      if (fits(y, log_.y)) points.push_back({x, y});
    }
    panel.series.push_back({{"type", "line"},
                            {"name", name},
                            {"silent", true},
                            {"symbol", "none"},
                            {"itemStyle", {{"color", look.colour}}},
                            {"lineStyle", {{"color", look.colour}, {"width", 1.5}}},
                            {"data", std::move(points)}});
    labels_[panel_index].push_back({panel.series.size() - 1, line.points.back().y / y_.factor, law_name(line), look.colour});
  }

  /// Names each law at the end of its line. Where two would lie on each other the lower one is moved down, or left out if it says the same.
  void add_labels(Panel& panel, std::vector<EndLabel>& labels) const {
    constexpr double kLine = 13, kAround = 45;
    Extent range;
    for (const Panel& one : panels_) range.add(options_.free_axes ? panel.ys : one.ys);
    const auto place = [&](double value) { return log_.y ? std::log(value) : value; };
    const double pixels = (panel_height(panels_.size()) - kAround) / std::max(place(range.high) - place(range.low), 1e-9);
    std::sort(labels.begin(), labels.end(), [](const EndLabel& left, const EndLabel& right) { return left.at > right.at; });
    double last = -std::numeric_limits<double>::infinity();
    std::string last_text;
    for (const EndLabel& label : labels) {
      const double wanted = (place(range.high) - place(label.at)) * pixels;
      if (wanted < last + kLine && label.text == last_text) continue;
      const double placed = std::max(wanted, last + kLine);
      panel.series[label.series]["endLabel"] = {{"show", true},   {"formatter", label.text}, {"color", label.colour},
                                                {"fontSize", 11}, {"distance", 5},           {"offset", {0, placed - wanted}}};
      last = placed;
      last_text = label.text;
    }
  }

  void add_band(Panel& panel, const Line& line, const Look& look, const std::string& name) {
    Json shape = Json::array();
    std::vector<Json> back;
    for (const Point& point : line.points) {
      if (!point.interval || !fits(point.interval->low, log_.y)) continue;
      shape.push_back({point.x, point.interval->high / y_.factor});
      back.push_back({point.x, point.interval->low / y_.factor});
    }
    if (back.size() < 2) return;
    for (auto point = back.rbegin(); point != back.rend(); ++point) shape.push_back(*point);
    panel.series.push_back({{"type", "custom"},
                            {"name", name},
                            {"silent", true},
                            {"clip", true},
                            {"renderItem", {{"$", "polygon"}, {"points", std::move(shape)}, {"fill", look.colour}, {"opacity", 0.18}}},
                            {"itemStyle", {{"color", look.colour}}},
                            {"data", Json::array({Json::array({line.points[0].x, line.points[0].y / y_.factor})})}});
  }

  const compare::Comparison& comparison_;
  const ViewOptions& options_;
  LogAxes log_;
  std::size_t left_out_ = 0;
  std::vector<Line> lines_;
  Arrangement arrangement_;
  std::vector<Look> looks_;
  ValueAxis y_;
  Axis x_;
  std::vector<Panel> panels_;
  std::vector<TextChart> charts_;
  std::vector<std::vector<EndLabel>> labels_;  ///< of each panel
};

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::string x = options.x.empty() ? size_dim(snapshots, options.compare.filter) : options.x;
  if (x.empty())
    throw Error("no dim of these cases is a size: none holds numbers of which two differ", "--view scaling",
                "--view distribution shows them");
  const std::vector<compare::Comparison> comparisons = comparisons_for(snapshots, options);
  Page page{.view = "scaling", .title = {}, .subtitle = {}, .panels = {}, .legend = {}};
  std::vector<TextChart> text;
  std::string metrics;
  std::size_t sharing = 0, left_out = 0;
  for (const compare::Comparison& comparison : comparisons) {
    Drawer drawer(comparison, x, options);
    sharing += drawer.sharing();
    left_out += drawer.left_out();
    drawer.draw(page, text);
    metrics += (metrics.empty() ? "" : ", ") + comparison.metric.name;
  }
  if (page.panels.empty()) throw Error(fmt::format("no selected case has a number in the dim \"{}\" and a value", x), "--x");
  page.title = fmt::format("{} by {}", metrics, x);
  page.subtitle = fmt::format("{} with {} intervals; a line is the law that fits best, a dashed one joins points that follow none",
                              stats::to_string(options.compare.statistic), base::format_percent(1 - comparisons[0].alpha));
  page.share_axes = comparisons.size() == 1;
  if (sharing > 0)
    page.notes.push_back(
        fmt::format("{} at the {} of another case of their line, from which no dim tells them apart: no law is fitted there", sharing, x));
  if (left_out > 0)
    page.notes.push_back(fmt::format("{} left out: an axis of logarithms takes sizes and values above 0 (--log none: all)", left_out));
  return compose(page, options, std::move(text));
}

}  // namespace

ViewEntry scaling_view() { return {"scaling", "cost over a size, with the law that fits", &make}; }

}  // namespace benchkit::plot
