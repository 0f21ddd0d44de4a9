#include "plot/changes.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "compare/align.hpp"
#include "plot/arrange.hpp"

namespace benchkit::plot {
namespace {

using compare::Verdict;

constexpr std::array<Verdict, 4> kVerdicts{Verdict::regressed, Verdict::improved, Verdict::same, Verdict::undecided};

std::string legend_name(Verdict verdict) { return std::string(to_string(verdict)); }

std::string words_of_change(const Change& change, const std::string& unit) {
  if (change.relative)
    return change.interval ? base::format_change(change.value, change.interval->low, change.interval->high)
                           : base::format_change(change.value);
  return change.interval ? base::format_difference(change.value, change.interval->low, change.interval->high, unit)
                         : base::format_difference(change.value, unit);
}

double clamped(double value, double most) { return std::clamp(value, 1 / most, most); }

/// False where there is no change to draw.
bool take_value(Change& change, const compare::Cell& cell, const ViewOptions& options, Tally& tally) {
  if (options.absolute) {
    change.relative = false;
    change.value = change.head - change.base;
    if (cell.judgement && !cell.judgement->relative) change.interval = cell.judgement->interval;
    else if (cell.ratio && cell.ratio->interval)
      change.interval = stats::Interval{change.base * (cell.ratio->interval->low - 1), change.base * (cell.ratio->interval->high - 1)};
    return std::isfinite(change.value);
  }
  if (!cell.ratio || !std::isfinite(cell.ratio->value) || !(cell.ratio->value > 0)) return false;
  change.value = cell.ratio->value;
  change.interval = cell.ratio->interval;
  if (change.interval && !(change.interval->low > 0 && std::isfinite(change.interval->high))) change.interval.reset();
  if (options.clip && clamped(change.value, *options.clip) != change.value) tally.clipped[*options.clip] += 1;
  return true;
}

std::string tip_of(const Change& change, const compare::Comparison& comparison) {
  const compare::ColumnHead& head = comparison.columns[change.column];
  const compare::ColumnHead& base = comparison.columns[head.base];
  const compare::Cell& cell = change.row->cells[change.column];
  std::string text = fmt::format("{}\n{}: {}\n{}: {}\n{}: {}", change.name, base.title, base::format_value(change.base, base.unit),
                                 head.title, base::format_value(change.head, head.unit), to_string(change.verdict), change.text);
  if (cell.judgement && !cell.judgement->reason.empty()) text += "\n" + cell.judgement->reason;
  for (const std::string& warning : cell.warnings) text += "\n" + warning;
  return text;
}

std::string describe_intervals(const compare::Comparison& comparison, const ViewOptions& options) {
  const std::string_view name = stats::to_string(comparison.statistic);
  const bool has_plural = name == "median" || name == "mean";
  return fmt::format("{} of the {}{}, with {} intervals", options.absolute ? "difference" : "ratio", name, has_plural ? "s" : "",
                     base::format_percent(1 - comparison.alpha));
}

}  // namespace

base::Tone Change::tone() const noexcept {
  switch (verdict) {
    case Verdict::regressed: return base::Tone::bad;
    case Verdict::improved: return base::Tone::good;
    case Verdict::same: return base::Tone::plain;
    case Verdict::undecided: break;
  }
  return base::Tone::dim;
}

std::string Tally::words(const std::vector<compare::Comparison>& comparisons) const {
  std::vector<std::string> parts;
  for (const Verdict verdict : kVerdicts) {
    if (const auto found = verdicts.find(verdict); found != verdicts.end())
      parts.push_back(fmt::format("{} {}", found->second, to_string(verdict)));
  }
  return fmt::format("{} ({})", fmt::join(parts, ", "), what_is_better(comparisons));
}

std::string what_is_better(const std::vector<compare::Comparison>& comparisons) {
  const auto words = [](const compare::Comparison& one) {
    return one.metric.better == Better::unknown ? "nobody says what is better" : fmt::format("{} is better", to_string(one.metric.better));
  };
  if (std::all_of(comparisons.begin(), comparisons.end(),
                  [&](const compare::Comparison& one) { return one.metric.better == comparisons[0].metric.better; }))
    return words(comparisons[0]);
  std::vector<std::string> all;
  for (const compare::Comparison& one : comparisons) all.push_back(fmt::format("{}: {}", one.metric.name, words(one)));
  return fmt::format("{}", fmt::join(all, ", "));
}

std::vector<LegendEntry> Tally::legend(bool dark) const {
  std::vector<LegendEntry> entries;
  for (const Verdict verdict : kVerdicts) {
    if (!verdicts.contains(verdict)) continue;
    const VerdictLook look = look_of(verdict, dark);
    entries.push_back({legend_name(verdict), look.colour, look.symbol, look.hollow});
  }
  return entries;
}

std::vector<std::string> Tally::notes() const {
  std::vector<std::string> texts;
  if (without > 0)
    texts.push_back(fmt::format("{} without a change to show: a side has no number, or there is no ratio of the two", without));
  for (const auto& [ratio, count] : clipped) texts.push_back(fmt::format("{} beyond {} drawn at it", count, base::format_change(ratio)));
  return texts;
}

std::vector<Change> changes_of(const compare::Comparison& comparison, const ViewOptions& options, Tally& tally) {
  std::vector<Change> changes;
  for_each_row(comparison, [&](const compare::Row& row) {
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      const compare::ColumnHead& head = comparison.columns[column];
      if (head.base == column || head.lacks_base) continue;
      const compare::Cell& cell = row.cells[column];
      const compare::Cell& base = row.cells[head.base];
      Change change{.row = &row,
                    .column = column,
                    .base = base.centre.value,
                    .head = cell.centre.value,
                    .interval = {},
                    .name = row.id,
                    .text = {},
                    .tip = {}};
      if (!cell.has_value || !base.has_value || !take_value(change, cell, options, tally)) {
        ++tally.without;
        continue;
      }
      if (cell.judgement) change.verdict = cell.judgement->verdict;
      change.text = words_of_change(change, comparison.metric.unit);
      change.tip = tip_of(change, comparison);
      ++tally.verdicts[change.verdict];
      changes.push_back(std::move(change));
    }
  });
  return changes;
}

void require_changes(std::size_t count, const Tally& tally, const std::string& view) {
  if (count > 0) return;
  if (tally.without > 0)
    throw Error("no selected case has a number on both sides", "--view " + view,
                "`compare` says of each why; --view distribution shows what there is");
  throw Error("there is nothing to compare with: one version alone", "--view " + view, "name two files, or --pivot a dim");
}

double ChangeAxis::clipped(double change) const noexcept { return clip ? clamped(change, *clip) : change; }

std::optional<stats::Interval> ChangeAxis::clipped(const std::optional<stats::Interval>& interval) const noexcept {
  if (!interval) return std::nullopt;
  return stats::Interval{clipped(interval->low), clipped(interval->high)};
}

double ChangeAxis::place(double change) const noexcept {
  switch (kind) {
    case Kind::percent: return (clipped(change) - 1) * 100;
    case Kind::ratio: return clipped(change);
    case Kind::absolute: break;
  }
  return change / factor;
}

ChangeAxis change_axis(const std::vector<Change>& changes, const compare::Comparison& comparison, const ViewOptions& options) {
  constexpr double kTwice = 2;
  if (options.absolute) {
    std::vector<double> values;
    for (const Change& change : changes) values.push_back(change.value);
    const ValueAxis axis = value_axis(values, "change of " + comparison.metric.name, comparison.metric.unit, false);
    return {.axis = axis.axis, .none = 0, .factor = axis.factor, .kind = ChangeAxis::Kind::absolute};
  }
  const ChangeAxis clip{.axis = {}, .clip = options.clip};
  const auto is_within = [&](double change) { return clip.clipped(change) > 1 / kTwice && clip.clipped(change) < kTwice; };
  const bool is_small = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
    return is_within(change.value) && (!change.interval || (is_within(change.interval->low) && is_within(change.interval->high)));
  });
  if (is_small)
    return {.axis = {.name = "change of " + comparison.metric.name, .label = {{"$", "percent"}}},
            .kind = ChangeAxis::Kind::percent,
            .clip = options.clip};
  return {.axis = {.scale = Axis::Scale::logarithmic, .name = "change of " + comparison.metric.name, .label = {{"$", "change"}}, .base = 2},
          .none = 1,
          .kind = ChangeAxis::Kind::ratio,
          .clip = options.clip};
}

std::vector<PanelOfChanges> panels_of(std::vector<Change> changes, const compare::Comparison& comparison, bool with_metric,
                                      const ViewOptions& options) {
  std::vector<Member> members;
  for (const Change& change : changes) members.push_back({&change.row->dims, 0});
  if (options.color.empty() && options.facets.empty()) members.clear();
  const Arrangement arrangement = arrange(members, {"", ""}, {}, options);
  std::vector<PanelOfChanges> panels;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places;
  const auto is_head = [&](const compare::ColumnHead& head) { return &comparison.columns[head.base] != &head; };
  const auto heads = std::count_if(comparison.columns.begin(), comparison.columns.end(), is_head);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::size_t facet = members.empty() ? 0 : arrangement.places[i].panel;
    const auto [found, is_new] = places.try_emplace({changes[i].column, facet}, panels.size());
    if (is_new) {
      std::vector<std::string> words;
      if (with_metric) words.push_back(comparison.metric.name);
      if (heads > 1) words.push_back(comparison.columns[changes[i].column].title);
      if (!members.empty()) words.push_back(arrangement.panels[facet]);
      panels.push_back({fmt::format("{}", fmt::join(words, " · ")), {}});
    }
    panels[found->second].changes.push_back(std::move(changes[i]));
  }
  return panels;
}

Json marks_of(Verdict verdict, Json data, bool dark) {
  const VerdictLook look = look_of(verdict, dark);
  Json style{{"color", look.hollow ? theme(dark).paper : look.colour}};
  if (look.hollow) style.update({{"borderColor", look.colour}, {"borderWidth", 1.5}});
  return {{"type", "scatter"},      {"name", legend_name(verdict)},  {"symbol", look.symbol},
          {"symbolSize", 8},        {"itemStyle", std::move(style)}, {"z", 4},
          {"data", std::move(data)}};
}

Json no_change_line(const ChangeAxis& axis, bool upright, bool dark) {
  return rules_at(Json::array({Json{{upright ? "xAxis" : "yAxis", axis.none}}}), theme(dark).line);
}

std::string title_of_changes(const std::vector<compare::Comparison>& comparisons) {
  std::vector<std::string> metrics;
  std::vector<std::string> heads;
  for (const compare::Comparison& comparison : comparisons) metrics.push_back(comparison.metric.name);
  const std::vector<compare::ColumnHead>& columns = comparisons[0].columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].base != i) heads.push_back(columns[i].title);
  }
  if (heads.empty()) return fmt::format("{}: {}", fmt::join(metrics, ", "), columns[0].title);
  constexpr std::size_t kMostNamed = 3;
  const std::string who = heads.size() <= kMostNamed ? fmt::format("{}", fmt::join(heads, ", ")) : fmt::format("{} versions", heads.size());
  return fmt::format("{}: {} against {}", fmt::join(metrics, ", "), who, compare::describe_base(columns));
}

Figure figure_of_changes(Page page, const std::vector<compare::Comparison>& comparisons, const Tally& tally, const std::string& more,
                         const ViewOptions& options, std::vector<TextChart> text) {
  page.title = title_of_changes(comparisons);
  page.subtitle = fmt::format("{}; {}{}", describe_intervals(comparisons[0], options), tally.words(comparisons), more);
  page.legend = tally.legend(options.dark);
  page.share_axes = comparisons.size() == 1;
  page.notes = tally.notes();
  return compose(page, options, std::move(text));
}

}  // namespace benchkit::plot
