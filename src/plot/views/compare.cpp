// compare: the change of each case with its interval, the largest at the top, marked by its verdict. Changes that all lie within a factor of two stand on an axis of
// percents, others on a logarithmic one, where twice and half are equally far from no change.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "plot/arrange.hpp"
#include "plot/changes.hpp"

namespace benchkit::plot {
namespace {

/// More rows than these nobody reads; the others are the smaller changes.
constexpr std::size_t kMostRows = 100;
constexpr double kRowHeight = 18;
constexpr double kAround = 54;  ///< of a panel, for its axis

/// Draws the changes of one panel.
class Drawer {
 public:
  Drawer(std::vector<Change>& changes, const ChangeAxis& axis, const ViewOptions& options)
      : changes_(changes), axis_(axis), options_(options) {
    std::stable_sort(changes.begin(), changes.end(),
                     [](const Change& left, const Change& right) { return std::fabs(left.size()) > std::fabs(right.size()); });
    if (changes.size() > kMostRows) changes.resize(kMostRows);
    std::stable_sort(changes.begin(), changes.end(), [](const Change& left, const Change& right) { return left.size() > right.size(); });
  }

  void draw(Panel& panel, TextChart& chart) {
    constexpr double kLabels = 300;
    panel.x = axis_.axis;
    panel.y = {.scale = Axis::Scale::category, .name = {}, .label_width = kLabels};
    panel.height = kAround + kRowHeight * static_cast<double>(std::max<std::size_t>(changes_.size(), 2));
    chart.form = Form::changes;
    chart.logarithmic = !options_.absolute;
    std::map<compare::Verdict, std::pair<Json, Json>> marks;  // and intervals
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      panel.y.categories.push_back(change.name);
      const double at = axis_.place(change.value);
      panel.xs.add(at);
      auto& [points, lines] = marks.try_emplace(change.verdict, Json::array(), Json::array()).first->second;
      points.push_back(item({at, i}, change.tip));
      chart.rows.push_back({.label = change.name,
                            .text = change.text,
                            .values = {axis_.clipped(change.value)},
                            .interval = axis_.clipped(change.interval),
                            .tone = change.tone()});
      if (!change.interval) continue;
      const double low = axis_.place(change.interval->low);
      const double high = axis_.place(change.interval->high);
      panel.xs.add(low);
      panel.xs.add(high);
      lines.push_back({at, i, low, high});
    }
    panel.xs.add(axis_.none);
    for (auto& [verdict, data] : marks) {
      add_intervals(panel, std::string(to_string(verdict)), look_of(verdict, options_.dark).colour, false, std::move(data.second));
      panel.series.push_back(marks_of(verdict, std::move(data.first), options_.dark));
    }
    panel.series.push_back(no_change_line(axis_, true, options_.dark));
  }

 private:
  std::vector<Change>& changes_;
  const ChangeAxis& axis_;
  const ViewOptions& options_;
};

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::vector<compare::Comparison> comparisons = comparisons_for(snapshots, options);
  Page page{.view = "compare", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  std::vector<TextChart> text;
  Tally tally;
  std::size_t shown = 0;
  std::size_t all = 0;
  for (const compare::Comparison& comparison : comparisons) {
    std::vector<Change> changes = changes_of(comparison, options, tally);
    const ChangeAxis axis = change_axis(changes, comparison, options);
    for (PanelOfChanges& one : panels_of(std::move(changes), comparison, comparisons.size() > 1, options)) {
      all += one.changes.size();
      page.panels.push_back({.title = one.title, .x = {}, .y = {}, .xs = {}, .ys = {}, .series = {}});
      text.push_back({.title = one.title});
      Drawer(one.changes, axis, options).draw(page.panels.back(), text.back());
      shown += one.changes.size();
    }
  }
  require_changes(all, tally, "compare");
  const std::string more = shown < all ? fmt::format("; the {} largest of {} changes", shown, all) : std::string();
  return figure_of_changes(std::move(page), comparisons, tally, more, options, std::move(text));
}

}  // namespace

ViewEntry compare_view() { return {"compare", "the change of each case with its interval and verdict", &make}; }

}  // namespace benchkit::plot
