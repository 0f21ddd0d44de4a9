// order: what the machine did while it measured: every sample in the order in which they were taken, as its distance from the median of its own case, so that all
// cases share one axis. A line through the medians of stretches shows drift; samples from which the machine took time are marked. Sessions that one file holds stand
// one after the other. What is so far out that the rest would be a line lies at the edge, as a mark of its own.
#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "plot/page.hpp"
#include "plot/samples.hpp"
#include "stats/moments.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kMostPoints = 4000;
constexpr std::size_t kStretches = 60;
constexpr const char* kBeyond = "beyond the edge";
constexpr const char* kUp = "triangle";
constexpr const char* kDown = "path://M0,0h12l-6,11z";

struct Dot {
  double at = 0;       ///< seconds, or the running number where the file knows no times
  double percent = 0;  ///< from the case's centre
  const SampleSeries* series = nullptr;
  const OneSample* sample = nullptr;
};

/// Those of a version.
struct Run {
  std::size_t column = 0;
  std::vector<Dot> dots;
  std::vector<double> begins;  ///< of the sessions after the first one
  Extent shown;                ///< of the percents
};

/// Each session begins where the one before it ended.
void place_sessions(Run& run) {
  constexpr double kGap = 0.02;
  std::map<std::size_t, double> ends;
  for (const Dot& dot : run.dots) ends[dot.sample->session] = std::max(ends[dot.sample->session], dot.at);
  double whole = 0;
  for (const auto& [session, end] : ends) whole += end;
  std::map<std::size_t, double> offsets;
  double offset = 0;
  for (const auto& [session, end] : ends) {
    if (!offsets.empty()) run.begins.push_back(offset);
    offsets[session] = offset;
    offset += end + kGap * whole;
  }
  for (Dot& dot : run.dots) dot.at += offsets[dot.sample->session];
}

Run run_of(const AllSamples& all, std::size_t column, bool timed) {
  Run run{.column = column, .dots = {}, .begins = {}, .shown = {}};
  for (const SampleSeries& one : all.series) {
    if (one.column != column || one.centre == 0) continue;
    for (const OneSample& sample : one.samples)
      run.dots.push_back({timed ? sample.seconds : static_cast<double>(sample.order), one.percent(sample.value), &one, &sample});
  }
  if (run.dots.empty()) return run;
  place_sessions(run);
  std::stable_sort(run.dots.begin(), run.dots.end(), [](const Dot& left, const Dot& right) { return left.at < right.at; });
  std::vector<double> percents;
  for (const Dot& dot : run.dots) percents.push_back(dot.percent);
  run.shown = without_far_ones(std::move(percents));
  run.shown.add(0);
  return run;
}

/// The middle of each stretch of a session's dots.
Json drift_of(std::span<const Dot> dots) {
  Json line = Json::array();
  const std::size_t stretches = std::min(kStretches, std::max<std::size_t>(dots.size() / 10, 1));
  for (std::size_t i = 0; i < stretches; ++i) {
    const std::size_t begin = i * dots.size() / stretches;
    const std::size_t end = (i + 1) * dots.size() / stretches;
    std::vector<double> percents, places;
    for (std::size_t at = begin; at < end; ++at) {
      percents.push_back(dots[at].percent);
      places.push_back(dots[at].at);
    }
    line.push_back({stats::median(std::move(places)), stats::median(std::move(percents))});
  }
  return line;
}

Json scatter(const std::string& name, const char* symbol, double size, const std::string& colour, double opacity, Json data) {
  return {{"type", "scatter"},      {"name", name}, {"symbol", symbol},
          {"symbolSize", size},     {"clip", true}, {"itemStyle", {{"color", colour}, {"opacity", opacity}}},
          {"data", std::move(data)}};
}

/// What became of all samples.
struct Drawn {
  std::size_t all = 0, shown = 0, beyond = 0;
  double farthest = 0;  ///< in percent
};

/// Draws one version.
class Drawer {
 public:
  Drawer(const Run& run, const AllSamples& all, const std::string& name, const Look& look, const ViewOptions& options)
      : run_(run), all_(all), name_(name), look_(look), options_(options) {}

  /// `ends`: of the axis.
  void draw(Panel& panel, TextRow& row, const Extent& ends, Drawn& drawn) {
    const std::size_t step = std::max<std::size_t>(run_.dots.size() / kMostPoints, 1);
    Json calm = Json::array(), disturbed = Json::array(), above = Json::array(), below = Json::array();
    drawn.all += run_.dots.size();
    for (std::size_t i = 0; i < run_.dots.size(); ++i) {
      const Dot& dot = run_.dots[i];
      panel.xs.add(dot.at);
      const bool is_beyond = dot.percent < ends.low || dot.percent > ends.high;
      if (is_beyond) {
        ++drawn.beyond;
        if (std::fabs(dot.percent) > std::fabs(drawn.farthest)) drawn.farthest = dot.percent;
      }
      Json& data = dot.percent > ends.high ? above : dot.percent < ends.low ? below : dot.sample->disturbed ? disturbed : calm;
      if (i % step != 0 && (&data == &calm || data.size() >= kMostPoints)) continue;
      ++drawn.shown;
      data.push_back(item({dot.at, std::clamp(dot.percent, ends.low, ends.high)}, tip_of(dot)));
    }
    panel.ys.add(run_.shown);
    const VerdictLook alarm = look_of(compare::Verdict::regressed, options_.dark);
    constexpr std::size_t kFew = 100;  // so few are seen one by one, and by thousands they are a cloud
    const double size = run_.dots.size() <= kFew ? 6 : 3.5;
    const double opacity = run_.dots.size() <= kFew ? 0.8 : 0.5;
    constexpr double kMark = 8;
    panel.series.push_back(scatter(name_, "circle", size, look_.colour, opacity, std::move(calm)));
    panel.series.push_back(scatter("disturbed sample", "rect", size + 1.5, alarm.colour, 0.8, std::move(disturbed)));
    for (auto& [symbol, data] : {std::pair(kUp, &above), std::pair(kDown, &below)})
      if (!data->empty()) panel.series.push_back(scatter(kBeyond, symbol, kMark, theme(options_.dark).faint_ink, 1, std::move(*data)));
    add_drift(panel, row);
  }

 private:
  [[nodiscard]] std::string tip_of(const Dot& dot) const {
    const std::string session = run_.begins.empty() ? std::string() : fmt::format("session {}, ", dot.sample->session);
    return fmt::format("{}\n{}\n{}block {}: {} from the case's {}", dot.series->info->id,
                       base::format_value(dot.sample->value, all_.metric.unit), session, dot.sample->block,
                       base::format_change(1 + dot.percent / 100), stats::to_string(all_.statistic));
  }

  /// A line for each session, and where one begins an upright one.
  void add_drift(Panel& panel, TextRow& row) const {
    const Theme& colours = theme(options_.dark);
    for (std::size_t begin = 0; begin < run_.dots.size();) {
      std::size_t end = begin;
      while (end < run_.dots.size() && run_.dots[end].sample->session == run_.dots[begin].sample->session) ++end;
      Json line = drift_of(std::span(run_.dots).subspan(begin, end - begin));
      for (const Json& point : line) row.values.push_back(point[1].get<double>());
      panel.series.push_back({{"type", "line"},
                              {"name", "median of a stretch"},
                              {"symbol", "none"},
                              {"silent", true},
                              {"z", 5},
                              {"itemStyle", {{"color", colours.ink}}},
                              {"lineStyle", {{"color", colours.ink}, {"width", 2}}},
                              {"data", std::move(line)}});
      begin = end;
    }
    if (run_.begins.empty()) return;
    Json lines = Json::array();
    for (const double begin : run_.begins) lines.push_back({{"xAxis", begin}});
    panel.series.push_back(rules_at(std::move(lines), colours.faint_ink));
  }

  const Run& run_;
  const AllSamples& all_;
  const std::string& name_;
  const Look& look_;
  const ViewOptions& options_;
};

std::vector<std::string> notes_of(const Drawn& drawn, const AllSamples& all, bool several_sessions) {
  std::vector<std::string> notes = note_of_far_ones(drawn.beyond, drawn.all, base::format_change(1 + drawn.farthest / 100));
  if (drawn.shown < drawn.all)
    notes.push_back(fmt::format("{} of {} samples are drawn: at even steps, and those that were disturbed or lie beyond the edge",
                                drawn.shown, drawn.all));
  const auto zeros = std::count_if(all.series.begin(), all.series.end(), [](const SampleSeries& one) { return one.centre == 0; });
  if (zeros > 0) notes.push_back(fmt::format("{} left out: from a {} of 0 nothing has a share", zeros, stats::to_string(all.statistic)));
  if (several_sessions) notes.emplace_back("sessions stand one after the other; an upright line is where the next one begins");
  return notes;
}

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const AllSamples all = samples_for(snapshots, options, "order");
  const bool timed =
      std::any_of(all.series.begin(), all.series.end(), [](const SampleSeries& one) { return one.samples.back().seconds > 0; });
  const std::vector<Look> looks = looks_of(all.columns, options.dark);
  const Theme& colours = theme(options.dark);
  Page page{.view = "order", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  const std::string centre = fmt::format("from the case's {}", stats::to_string(all.statistic));
  const Axis y{.name = centre, .label = {{"$", "percent"}}};
  std::vector<Run> runs;
  Extent shared;
  for (std::size_t column = 0; column < all.columns.size(); ++column) {
    runs.push_back(run_of(all, column, timed));
    shared.add(runs.back().shown);
  }
  std::erase_if(runs, [](const Run& run) { return run.dots.empty(); });
  if (runs.empty())
    throw Error(fmt::format("the {} of every selected case is 0: nothing is a share of it", stats::to_string(all.statistic)),
                "--view order", "--view distribution shows one case in its unit (-k)");
  Drawn drawn;
  std::vector<TextChart> text;
  for (const Run& run : runs) {
    const bool several = all.columns.size() > 1;
    const bool has_sessions = !run.begins.empty();
    page.panels.push_back({.title = several ? all.columns[run.column] : std::string(),
                           .x = {.name = !timed         ? "order of the samples"
                                         : has_sessions ? "seconds in which its sessions measured"
                                                        : "seconds since the run began",
                                 .label = {{"$", "plain"}}},
                           .y = y,
                           .xs = {},
                           .ys = {},
                           .series = {},
                           .height = 280});
    const std::string name = several ? all.columns[run.column] : "sample";
    TextRow row{.label = all.columns[run.column], .text = fmt::format("{} samples", run.dots.size()), .values = {}};
    Drawer(run, all, name, looks[run.column], options)
        .draw(page.panels.back(), row, ends_of(y, options.free_axes ? run.shown : shared), drawn);
    text.push_back({.title = "median of each stretch", .form = Form::sparklines, .rows = {std::move(row)}});
    page.legend.push_back({name, looks[run.column].colour, "circle"});
  }
  page.legend.push_back({"disturbed sample", look_of(compare::Verdict::regressed, options.dark).colour, "rect"});
  if (drawn.beyond > 0) page.legend.push_back({kBeyond, colours.faint_ink, kUp});
  page.legend.push_back({"median of a stretch", colours.ink, "path://M0,4h12v2h-12z"});
  page.title = fmt::format("{} in the order in which it was measured", all.metric.name);
  page.subtitle = fmt::format("samples of all cases, each {}; disturbed: the machine took time, or the thread was made to wait", centre);
  page.notes = notes_of(drawn, all, std::any_of(runs.begin(), runs.end(), [](const Run& run) { return !run.begins.empty(); }));
  return compose(page, options, std::move(text));
}

}  // namespace

ViewEntry order_view() { return {"order", "samples as they were taken: what the machine did", &make}; }

}  // namespace benchkit::plot
