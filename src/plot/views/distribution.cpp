// distribution: the samples of each case as a strip: from left to right what was measured, from top to bottom when, so that a drift leans, two modes are two columns,
// and blocks that differ are steps. A box (quartiles, median) lies under it. Several cases are drawn as distances from their medians, to share an axis.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/units.hpp"
#include "plot/page.hpp"
#include "plot/samples.hpp"
#include "stats/moments.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kMostStrips = 48;  ///< more are not looked at one by one
constexpr std::size_t kMostDots = 240;   ///< of a strip
constexpr double kStripHeight = 34;
constexpr double kAround = 54;

struct Strip {
  const SampleSeries* series = nullptr;
  std::vector<double> sorted;
  [[nodiscard]] double quantile(double share) const {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - static_cast<double>(low));
  }
  [[nodiscard]] double spread() const { return (quantile(0.75) - quantile(0.25)) / std::fabs(series->median); }
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

/// Draws strips into one panel.
class Drawer {
 public:
  Drawer(const AllSamples& all, const std::vector<Strip>& strips, const ViewOptions& options)
      : all_(all), strips_(strips), options_(options), looks_(looks_of(all.columns, options.dark)) {
    // Values of one case alone say more in their unit.
    relative_ =
        std::any_of(strips.begin(), strips.end(), [&](const Strip& strip) { return strip.series->info->id != strips[0].series->info->id; });
    scale_ = value_axis(strips[0].sorted, all.metric.name, all.metric.unit, false);
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
    panel.x = relative_ ? Axis{.name = all_.metric.name + ", from the case's median", .label = {{"$", "percent"}}} : scale_.axis;
    panel.y = {.name = {},
               .label = {{"$", "pick"}, {"names", names}, {"width", kLabels}, {"font", font(11)}},
               .low = -0.5,
               .high = static_cast<double>(strips_.size()) - 0.5,
               .only_at = std::move(ticks)};
    panel.height = kAround + kStripHeight * static_cast<double>(std::max<std::size_t>(strips_.size(), 2));
  }

 private:
  [[nodiscard]] double place(const Strip& strip, double value) const {
    return relative_ ? (value / strip.series->median - 1) * 100 : value / scale_.factor;
  }

  void add(std::size_t i, Panel& panel, TextChart& chart, const std::string& name) {
    const Strip& strip = strips_[i];
    const SampleSeries& one = *strip.series;
    const Look& look = looks_[one.column];
    constexpr double kCut = 0.01;
    const double low = strip.sorted.size() >= 100 ? strip.quantile(kCut) : strip.sorted.front();
    const double high = strip.sorted.size() >= 100 ? strip.quantile(1 - kCut) : strip.sorted.back();
    panel.xs.add(place(strip, low));
    panel.xs.add(place(strip, high));
    Json even = Json::array();
    Json odd = Json::array();
    const std::size_t step = std::max<std::size_t>(one.samples.size() / kMostDots, 1);
    bool is_odd = false;
    for (std::size_t at = 0; at < one.samples.size(); ++at) {
      const OneSample& sample = one.samples[at];
      if (at > 0 && sample.block != one.samples[at - 1].block) is_odd = !is_odd;
      if (at % step != 0) continue;
      const double when = static_cast<double>(at) / static_cast<double>(std::max<std::size_t>(one.samples.size() - 1, 1)) - 0.5;
      constexpr double kOfRow = 0.8;
      (is_odd ? odd : even)
          .push_back(item({place(strip, std::clamp(sample.value, low, high)), static_cast<double>(i) + kOfRow * when},
                          fmt::format("{}\nblock {}: {}", name, sample.block, base::format_value(sample.value, all_.metric.unit))));
    }
    panel.series.push_back(box(i, strip, look));
    panel.series.push_back(dots(one, look, std::move(even), look.colour));
    panel.series.push_back(dots(one, look, std::move(odd), theme(options_.dark).paper));
    chart.rows.push_back({.label = name,
                          .text = fmt::format("{}  {} samples", base::format_value(one.median, all_.metric.unit), one.samples.size()),
                          .values = {place(strip, low), place(strip, strip.quantile(0.25)), place(strip, strip.quantile(0.5)),
                                     place(strip, strip.quantile(0.75)), place(strip, high)}});
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

  const AllSamples& all_;
  const std::vector<Strip>& strips_;
  const ViewOptions& options_;
  std::vector<Look> looks_;
  bool relative_ = false;
  ValueAxis scale_;
};

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const AllSamples all = samples_for(snapshots, options, "distribution");
  const std::vector<Strip> strips = strips_of(all);
  Page page{.view = "distribution", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  page.panels.push_back({.title = {}, .x = {}, .y = {}, .xs = {}, .ys = {}, .series = {}});
  TextChart chart{.title = all.metric.name, .form = Form::boxes};
  Drawer(all, strips, options).draw(page.panels[0], chart);
  page.title = fmt::format("samples of {}", all.metric.name);
  page.subtitle = "each strip from top to bottom in the order of time; blocks take turns in full and hollow; box: quartiles, median";
  if (strips.size() < all.series.size())
    page.subtitle = fmt::format("the {} of {} that spread most; ", strips.size(), all.series.size()) + page.subtitle;
  const std::vector<Look> looks = looks_of(all.columns, options.dark);
  for (std::size_t i = 0; i < looks.size(); ++i) page.legend.push_back({all.columns[i], looks[i].colour, "circle"});
  Figure figure = compose(page, options);
  figure.text.push_back(std::move(chart));
  return figure;
}

}  // namespace

ViewEntry distribution_view() { return {"distribution", "the samples of each case, in the order of time", &make}; }

}  // namespace benchkit::plot
