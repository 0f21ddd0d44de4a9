// distribution: the samples of each case as a strip: from left to right what was measured, from top to bottom when, so that a drift leans, two modes are two columns,
// and blocks that differ are steps. A box (quartiles, median) lies under it. Several cases are drawn as distances from their centres, to share an axis. Between sessions
// is a gap. What is so far out that the rest would be a line lies at the edge, as a mark of its own.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/units.hpp"
#include "plot/page.hpp"
#include "plot/samples.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kMostStrips = 48;  ///< more are not looked at one by one
constexpr std::size_t kMostDots = 240;   ///< of a strip
constexpr double kStripHeight = 34;
constexpr double kAround = 54;
constexpr const char* kLeft = "path://M11,0v12l-11,-6z";
constexpr const char* kRight = "path://M0,0l11,6l-11,6z";

struct Strip {
  const SampleSeries* series = nullptr;
  std::vector<double> sorted;
  [[nodiscard]] double quantile(double share) const {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - static_cast<double>(low));
  }
  [[nodiscard]] double spread() const { return series->centre == 0 ? 0 : (quantile(0.75) - quantile(0.25)) / std::fabs(series->centre); }
};

/// In the order of the cases, the versions of each together; of too many the cases that spread most.
std::vector<Strip> strips_of(const AllSamples& all) {
  std::vector<Strip> strips;
  std::vector<std::string> order;
  for (const SampleSeries& one : all.series) {
    Strip strip{.series = &one, .sorted = {}};
    for (const OneSample& sample : one.samples) strip.sorted.push_back(sample.value);
    std::sort(strip.sorted.begin(), strip.sorted.end());
    if (std::find(order.begin(), order.end(), one.info->id) == order.end()) order.push_back(one.info->id);
    strips.push_back(std::move(strip));
  }
  if (strips.size() > kMostStrips) {
    std::map<std::string, double> spreads;
    for (const Strip& strip : strips) spreads[strip.series->info->id] = std::max(spreads[strip.series->info->id], strip.spread());
    const auto spread = [&](const Strip& strip) { return std::pair(spreads[strip.series->info->id], strip.series->info->id); };
    std::stable_sort(strips.begin(), strips.end(), [&](const Strip& left, const Strip& right) { return spread(left) > spread(right); });
    strips.resize(kMostStrips);
  }
  const auto place = [&](const Strip& strip) { return std::find(order.begin(), order.end(), strip.series->info->id) - order.begin(); };
  std::stable_sort(strips.begin(), strips.end(), [&](const Strip& left, const Strip& right) {
    return std::pair(place(left), left.series->column) < std::pair(place(right), right.series->column);
  });
  return strips;
}

/// What became of all samples.
struct Drawn {
  std::size_t all = 0, shown = 0, beyond = 0;
  std::string farthest;
  double distance = 0;  ///< of the farthest one from the edge
  bool several_sessions = false;
};

/// Draws strips into one panel.
class Drawer {
 public:
  Drawer(const AllSamples& all, const std::vector<Strip>& strips, bool relative, const ViewOptions& options)
      : all_(all), strips_(strips), options_(options), looks_(looks_of(all.columns, options.dark)), relative_(relative) {
    scale_ = value_axis(strips[0].sorted, all.metric.name, all.metric.unit, false);
    axis_ = relative ? Axis{.name = fmt::format("{}, from the case's {}", all.metric.name, stats::to_string(all.statistic)),
                            .label = {{"$", "percent"}}}
                     : scale_.axis;
    for (const Strip& strip : strips) {
      const Extent extent = without_far_ones(strip.sorted);
      shown_.add(place(strip, extent.low));
      shown_.add(place(strip, extent.high));
    }
    ends_ = ends_of(axis_, shown_);
  }

  void draw(Panel& panel, TextChart& chart) {
    constexpr double kLabels = 300;
    std::vector<std::string> names;
    Json ticks = Json::array();
    for (std::size_t i = 0; i < strips_.size(); ++i) {
      const SampleSeries& one = *strips_[i].series;
      names.push_back(all_.columns.size() > 1 ? fmt::format("{} · {}", one.info->id, all_.columns[one.column]) : one.info->id);
      ticks.push_back(i);
      add(i, panel, chart, names.back());
    }
    panel.x = axis_;
    panel.xs = shown_;
    panel.y = {.name = {},
               .label = {{"$", "pick"}, {"names", names}, {"width", kLabels}, {"font", font(11)}},
               .low = -0.5,
               .high = static_cast<double>(strips_.size()) - 0.5,
               .only_at = std::move(ticks)};
    panel.height = kAround + kStripHeight * static_cast<double>(std::max<std::size_t>(strips_.size(), 2));
  }
  [[nodiscard]] const Drawn& drawn() const noexcept { return drawn_; }

 private:
  [[nodiscard]] double place(const Strip& strip, double value) const {
    return relative_ ? strip.series->percent(value) : value / scale_.factor;
  }
  [[nodiscard]] double within(double place) const { return std::clamp(place, ends_.low, ends_.high); }

  /// From the top of a strip to its bottom, 0 to 1: samples are as far apart as they are many, sessions farther.
  [[nodiscard]] static std::vector<double> times_of(const SampleSeries& one) {
    constexpr double kGap = 0.08;
    std::vector<double> times;
    double at = 0;
    for (std::size_t i = 0; i < one.samples.size(); ++i) {
      if (i > 0) at += 1;
      if (i > 0 && one.samples[i].session != one.samples[i - 1].session) at += kGap * static_cast<double>(one.samples.size());
      times.push_back(at);
    }
    for (double& time : times) time /= std::max(at, 1.0);
    return times;
  }

  [[nodiscard]] std::string tip_of(const std::string& name, const OneSample& sample, bool sessions) const {
    return fmt::format("{}\n{}block {}: {}", name, sessions ? fmt::format("session {}, ", sample.session) : std::string(), sample.block,
                       base::format_value(sample.value, all_.metric.unit));
  }

  void note_beyond(const Strip& strip, const OneSample& sample) {
    ++drawn_.beyond;
    const double at = place(strip, sample.value);
    const double distance = std::max(ends_.low - at, at - ends_.high);
    if (!(distance > drawn_.distance)) return;
    drawn_.distance = distance;
    drawn_.farthest = base::format_value(sample.value, all_.metric.unit);
  }

  void add(std::size_t i, Panel& panel, TextChart& chart, const std::string& name) {
    const Strip& strip = strips_[i];
    const SampleSeries& one = *strip.series;
    const Look& look = looks_[one.column];
    Json even = Json::array(), odd = Json::array(), left = Json::array(), right = Json::array();
    const std::size_t step = std::max<std::size_t>(one.samples.size() / kMostDots, 1);
    const std::vector<double> times = times_of(one);
    const bool sessions = one.samples.front().session != one.samples.back().session;
    const std::size_t before = drawn_.beyond;
    bool is_odd = false;
    for (std::size_t at = 0; at < one.samples.size(); ++at) {
      const OneSample& sample = one.samples[at];
      const auto block_of = [](const OneSample& of) { return std::pair(of.session, of.block); };
      if (at > 0 && block_of(sample) != block_of(one.samples[at - 1])) is_odd = !is_odd;
      const double x = place(strip, sample.value);
      const bool is_beyond = x < ends_.low || x > ends_.high;
      if (is_beyond) note_beyond(strip, sample);
      if (at % step != 0 && !is_beyond) continue;
      constexpr double kOfRow = 0.8;
      ++drawn_.shown;
      Json& data = x < ends_.low ? left : x > ends_.high ? right : is_odd ? odd : even;
      data.push_back(item({within(x), static_cast<double>(i) + kOfRow * (times[at] - 0.5)}, tip_of(name, sample, sessions)));
    }
    drawn_.all += one.samples.size();
    drawn_.several_sessions = drawn_.several_sessions || sessions;
    panel.series.push_back(box(i, strip, look));
    panel.series.push_back(dots(one, look, std::move(even), look.colour));
    panel.series.push_back(dots(one, look, std::move(odd), theme(options_.dark).paper));
    for (auto& [symbol, data] : {std::pair(kLeft, &left), std::pair(kRight, &right)})
      if (!data->empty()) panel.series.push_back(at_edge(one, look, symbol, std::move(*data)));
    const std::size_t beyond = drawn_.beyond - before;
    chart.rows.push_back({.label = name,
                          .text = fmt::format("{}  {} samples{}", base::format_value(one.centre, all_.metric.unit), one.samples.size(),
                                              beyond > 0 ? fmt::format(", {} beyond the edge", beyond) : std::string()),
                          .values = {within(place(strip, strip.sorted.front())), within(place(strip, strip.quantile(0.25))),
                                     within(place(strip, strip.quantile(0.5))), within(place(strip, strip.quantile(0.75))),
                                     within(place(strip, strip.sorted.back()))}});
  }

  [[nodiscard]] Json box(std::size_t i, const Strip& strip, const Look& look) const {
    return {{"type", "custom"},
            {"name", all_.columns[strip.series->column]},
            {"silent", true},
            {"z", 1},
            {"clip", true},
            {"renderItem", {{"$", "box"}, {"height", 0.86}}},
            {"itemStyle", {{"color", look.colour}}},
            {"encode", {{"x", {0, 1, 2}}, {"y", 3}}},
            {"data", Json::array({Json::array({place(strip, strip.quantile(0.25)), place(strip, strip.quantile(0.5)),
                                               place(strip, strip.quantile(0.75)), i})})}};
  }

  /// Blocks take turns in being full and hollow.
  [[nodiscard]] Json dots(const SampleSeries& one, const Look& look, Json data, const char* fill) const {
    return {{"type", "scatter"},
            {"name", all_.columns[one.column]},
            {"symbol", "circle"},
            {"symbolSize", 4},
            {"itemStyle", {{"color", fill}, {"borderColor", look.colour}, {"borderWidth", 0.9}, {"opacity", 0.85}}},
            {"z", 3},
            {"data", std::move(data)}};
  }

  [[nodiscard]] Json at_edge(const SampleSeries& one, const Look& look, const char* symbol, Json data) const {
    constexpr double kMark = 9;
    return {{"type", "scatter"},      {"name", all_.columns[one.column]},      {"symbol", symbol},
            {"symbolSize", kMark},    {"itemStyle", {{"color", look.colour}}}, {"z", 4},
            {"data", std::move(data)}};
  }

  const AllSamples& all_;
  const std::vector<Strip>& strips_;
  const ViewOptions& options_;
  std::vector<Look> looks_;
  bool relative_ = false;
  ValueAxis scale_;
  Axis axis_;
  Extent shown_, ends_;
  Drawn drawn_;
};

/// Values of one case alone say more in their unit; those of several share an axis of distances, of which there is none from 0. How many cases were left out for that.
std::size_t leave_out_zeros(AllSamples& all, bool& relative) {
  const auto is_zero = [](const SampleSeries& one) { return one.centre == 0; };
  relative =
      std::any_of(all.series.begin(), all.series.end(), [&](const SampleSeries& one) { return one.info->id != all.series[0].info->id; }) &&
      !std::all_of(all.series.begin(), all.series.end(), is_zero);
  return relative ? std::erase_if(all.series, is_zero) : 0;
}

std::vector<std::string> notes_of(const Drawn& drawn, std::size_t zeros, const AllSamples& all) {
  std::vector<std::string> notes = note_of_far_ones(drawn.beyond, drawn.all, drawn.farthest);
  if (drawn.shown < drawn.all)
    notes.push_back(fmt::format("{} of {} samples are drawn: of strips of {} and more at even steps, and all beyond the edge", drawn.shown,
                                drawn.all, 2 * kMostDots));
  if (zeros > 0) notes.push_back(fmt::format("{} left out: from a {} of 0 nothing has a share", zeros, stats::to_string(all.statistic)));
  if (drawn.several_sessions) notes.emplace_back("a gap in a strip lies between two sessions");
  return notes;
}

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  AllSamples all = samples_for(snapshots, options, "distribution");
  bool relative = false;
  const std::size_t zeros = leave_out_zeros(all, relative);
  const std::vector<Strip> strips = strips_of(all);
  Page page{.view = "distribution", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  page.panels.push_back({.title = {}, .x = {}, .y = {}, .xs = {}, .ys = {}, .series = {}});
  TextChart chart{.title = all.metric.name, .form = Form::boxes};
  Drawer drawer(all, strips, relative, options);
  drawer.draw(page.panels[0], chart);
  page.notes = notes_of(drawer.drawn(), zeros, all);
  page.title = fmt::format("samples of {}", all.metric.name);
  page.subtitle =
      "each strip from top to bottom in the order of time; blocks take turns in full and hollow; box: quartiles, median of all samples";
  if (strips.size() < all.series.size())
    page.subtitle = fmt::format("the {} of {} that spread most; ", strips.size(), all.series.size()) + page.subtitle;
  const std::vector<Look> looks = looks_of(all.columns, options.dark);
  for (std::size_t i = 0; i < looks.size(); ++i) page.legend.push_back({all.columns[i], looks[i].colour, "circle"});
  return compose(page, options, {std::move(chart)});
}

}  // namespace

ViewEntry distribution_view() { return {"distribution", "the samples of each case, in the order of time", &make}; }

}  // namespace benchkit::plot
