// scatter: each case by its cost in the base and how much that changed, so that one sees whether the small cases or the large ones moved; with --absolute the head's
// cost over the base's, and a diagonal where nothing changed.
#include <map>

#include <fmt/format.h>

#include "base/units.hpp"
#include "compare/align.hpp"
#include "plot/arrange.hpp"
#include "plot/changes.hpp"

namespace benchkit::plot {
namespace {

/// Of one metric.
class Drawer {
 public:
  Drawer(const std::vector<Change>& changes, const compare::Comparison& comparison, const ViewOptions& options)
      : options_(options), log_(options.log.value_or(LogAxes{true, true})) {
    std::vector<double> bases, heads;
    for (const Change& change : changes) {
      bases.push_back(change.base);
      heads.push_back(change.head);
      // What is not above zero has no logarithm; an axis that leaves cases out would hide them.
      if (!(change.base > 0)) log_.x = false;
      if (!(change.head > 0) && options.absolute) log_.y = false;
    }
    const std::string& unit = comparison.metric.unit;
    const std::string& name = comparison.metric.name;
    x_ = value_axis(bases, fmt::format("{} of {}", name, compare::describe_base(comparison.columns)), unit, log_.x);
    y_ = value_axis(heads, fmt::format("{} of the head", name), unit, log_.y);
    change_ = change_axis(changes, comparison, options);
  }

  [[nodiscard]] Panel panel(const PanelOfChanges& from) const {
    Panel panel{.title = from.title, .x = x_.axis, .y = options_.absolute ? y_.axis : change_.axis, .xs = {}, .ys = {}, .series = {}};
    std::map<compare::Verdict, Json> marks;
    for (const Change& change : from.changes) {
      const double x = change.base / x_.factor;
      const double y = options_.absolute ? change.head / y_.factor : change_.place(change.value);
      panel.xs.add(x);
      panel.ys.add(y);
      auto& data = marks.try_emplace(change.verdict, Json::array()).first->second;
      data.push_back(item({x, y}, change.tip));
    }
    for (auto& [verdict, data] : marks) panel.series.push_back(marks_of(verdict, std::move(data), options_.dark));
    if (options_.absolute) {
      panel.xs.add(panel.ys);
      panel.ys.add(panel.xs);
      panel.series.push_back(diagonal(panel.xs));
    } else {
      panel.ys.add(change_.none);
      panel.series.push_back(no_change_line(change_, false, options_.dark));
    }
    return panel;
  }

  [[nodiscard]] const ChangeAxis& axis() const noexcept { return change_; }

 private:
  [[nodiscard]] Json diagonal(const Extent& extent) const {
    return {{"type", "line"},
            {"silent", true},
            {"symbol", "none"},
            {"lineStyle", {{"color", theme(options_.dark).line}, {"width", 1}}},
            {"data", Json::array({Json::array({extent.low, extent.low}), Json::array({extent.high, extent.high})})}};
  }

  const ViewOptions& options_;
  LogAxes log_;
  ValueAxis x_, y_;
  ChangeAxis change_;
};

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::vector<compare::Comparison> comparisons = comparisons_for(snapshots, options);
  Page page{.view = "scatter", .title = {}, .subtitle = {}, .panels = {}, .legend = {}};
  std::vector<TextChart> text;
  Tally tally;
  for (const compare::Comparison& comparison : comparisons) {
    std::vector<Change> changes = changes_of(comparison, options, tally);
    const Drawer drawer(changes, comparison, options);
    for (const PanelOfChanges& one : panels_of(std::move(changes), comparison, comparisons.size() > 1, options)) {
      page.panels.push_back(drawer.panel(one));
      text.push_back({.title = one.title, .form = Form::changes, .logarithmic = !options.absolute});
      for (const Change& change : one.changes)
        text.back().rows.push_back({.label = change.name,
                                    .text = change.text,
                                    .values = {drawer.axis().clipped(change.value)},
                                    .interval = drawer.axis().clipped(change.interval),
                                    .tone = change.tone()});
    }
  }
  require_changes(page.panels.size(), tally, "scatter");
  return figure_of_changes(std::move(page), comparisons, tally, {}, options, std::move(text));
}

}  // namespace

ViewEntry scatter_view() { return {"scatter", "change of each case over its cost in the base", &make}; }

}  // namespace benchkit::plot
