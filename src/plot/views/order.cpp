// order: what the machine did while it measured: every sample in the order in which they were taken, as its distance from the median of its own case, so that all
// cases share one axis. A line through the medians of stretches shows drift; samples from which the machine took time are marked.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/units.hpp"
#include "plot/page.hpp"
#include "plot/samples.hpp"
#include "stats/moments.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kMostPoints = 4000;
constexpr std::size_t kStretches = 60;

struct Dot {
  double at = 0;     ///< seconds, or the running number where the file knows no times
  double share = 0;  ///< of the case's median
  const SampleSeries* series = nullptr;
  const OneSample* sample = nullptr;
};

std::vector<Dot> dots_of(const AllSamples& all, std::size_t column, bool timed) {
  std::vector<Dot> dots;
  for (const SampleSeries& one : all.series) {
    if (one.column != column || !(one.median > 0)) continue;
    for (const OneSample& sample : one.samples)
      dots.push_back({timed ? sample.seconds : static_cast<double>(sample.order), sample.value / one.median, &one, &sample});
  }
  std::stable_sort(dots.begin(), dots.end(), [](const Dot& left, const Dot& right) { return left.at < right.at; });
  return dots;
}

/// The middle of each stretch of dots.
Json drift_of(const std::vector<Dot>& dots) {
  Json line = Json::array();
  const std::size_t stretches = std::min(kStretches, std::max<std::size_t>(dots.size() / 10, 1));
  for (std::size_t i = 0; i < stretches; ++i) {
    const std::size_t begin = i * dots.size() / stretches;
    const std::size_t end = (i + 1) * dots.size() / stretches;
    std::vector<double> shares, places;
    for (std::size_t at = begin; at < end; ++at) {
      shares.push_back((dots[at].share - 1) * 100);
      places.push_back(dots[at].at);
    }
    line.push_back({stats::median(std::move(places)), stats::median(std::move(shares))});
  }
  return line;
}

/// From low to high without the most extreme hundredth on either side: one hiccup must not flatten all the rest.
Extent usual(const std::vector<Dot>& dots) {
  std::vector<double> shares;
  for (const Dot& dot : dots) shares.push_back((dot.share - 1) * 100);
  std::sort(shares.begin(), shares.end());
  const std::size_t cut = shares.size() / 100;
  Extent extent;
  extent.add(shares[cut]);
  extent.add(shares[shares.size() - 1 - cut]);
  extent.add(0);
  return extent;
}

Json scatter(const char* name, const char* symbol, double size, const std::string& colour, double opacity, Json data) {
  return {{"type", "scatter"},      {"name", name}, {"symbol", symbol},
          {"symbolSize", size},     {"clip", true}, {"itemStyle", {{"color", colour}, {"opacity", opacity}}},
          {"data", std::move(data)}};
}

void draw(Panel& panel, const std::vector<Dot>& dots, const AllSamples& all, const Look& look, const ViewOptions& options) {
  const Extent range = usual(dots);
  const std::size_t step = std::max<std::size_t>(dots.size() / kMostPoints, 1);
  Json calm = Json::array();
  Json disturbed = Json::array();
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const Dot& dot = dots[i];
    const double percent = std::clamp((dot.share - 1) * 100, range.low, range.high);
    panel.xs.add(dot.at);
    if (i % step != 0 && !(dot.sample->disturbed && disturbed.size() < kMostPoints)) continue;
    (dot.sample->disturbed ? disturbed : calm)
        .push_back(item({dot.at, percent}, fmt::format("{}\n{}\nblock {}: {} from the case's median", dot.series->info->id,
                                                       base::format_value(dot.sample->value, all.metric.unit), dot.sample->block,
                                                       base::format_change(dot.share))));
  }
  panel.ys.add(range);
  const VerdictLook alarm = look_of(compare::Verdict::regressed, options.dark);
  constexpr std::size_t kFew = 100;  // so few are seen one by one, and by thousands they are a cloud
  const double size = dots.size() <= kFew ? 6 : 3.5;
  const double opacity = dots.size() <= kFew ? 0.8 : 0.5;
  panel.series.push_back(scatter("sample", "circle", size, look.colour, opacity, std::move(calm)));
  panel.series.push_back(scatter("disturbed sample", "rect", size + 1.5, alarm.colour, 0.8, std::move(disturbed)));
  panel.series.push_back({{"type", "line"},
                          {"name", "median of a stretch"},
                          {"symbol", "none"},
                          {"silent", true},
                          {"z", 5},
                          {"itemStyle", {{"color", theme(options.dark).ink}}},
                          {"lineStyle", {{"color", theme(options.dark).ink}, {"width", 2}}},
                          {"data", drift_of(dots)}});
}

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const AllSamples all = samples_for(snapshots, options, "order");
  const bool timed =
      std::any_of(all.series.begin(), all.series.end(), [](const SampleSeries& one) { return one.samples.back().seconds > 0; });
  const std::vector<Look> looks = looks_of(all.columns, options.dark);
  Page page{.view = "order", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  std::vector<TextChart> text;
  for (std::size_t column = 0; column < all.columns.size(); ++column) {
    const std::vector<Dot> dots = dots_of(all, column, timed);
    if (dots.empty()) continue;
    constexpr double kHeight = 280;
    page.panels.push_back({.title = all.columns.size() > 1 ? all.columns[column] : std::string(),
                           .x = {.name = timed ? "seconds since the run began" : "order of the samples", .label = {{"$", "plain"}}},
                           .y = {.name = "from the case's median", .label = {{"$", "percent"}}},
                           .xs = {},
                           .ys = {},
                           .series = {},
                           .height = kHeight});
    draw(page.panels.back(), dots, all, looks[column], options);
    TextRow row{.label = all.columns[column], .text = fmt::format("{} samples", dots.size()), .values = {}};
    for (const Json& point : page.panels.back().series.back()["data"]) row.values.push_back(point[1].get<double>());
    text.push_back({.title = "median of each stretch", .form = Form::sparklines, .rows = {std::move(row)}});
  }
  const Theme& look = theme(options.dark);
  page.legend = {{"sample", look.faint_ink, "circle"},
                 {"disturbed sample", look_of(compare::Verdict::regressed, options.dark).colour, "rect"},
                 {"median of a stretch", look.ink, "path://M0,4h12v2h-12z"}};
  page.title = fmt::format("{} in the order in which it was measured", all.metric.name);
  page.subtitle = "samples of all cases, each from the median of its own; disturbed: the machine took time, or the thread was made to wait";
  return compose(page, options, std::move(text));
}

}  // namespace

ViewEntry order_view() { return {"order", "samples as they were taken: what the machine did", &make}; }

}  // namespace benchkit::plot
