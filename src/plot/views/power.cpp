// power: how small a change these measurements would show. For each comparison and case there is a smallest change that its evidence tells four times of five
// (Judgement::detectable); the curve says for which share of the cases a change of a size is large enough. Made for the files that `aa -o FOLDER` keeps, of which each is a
// comparison of a suite with itself; any file with pairs will do.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "plot/arrange.hpp"
#include "plot/page.hpp"
#include "stats/moments.hpp"

namespace benchkit::plot {
namespace {

/// Of one metric: what each case shows at least, over all comparisons.
struct Seen {
  Metric metric;
  std::map<std::string, std::vector<double>> of_case;
};

std::vector<Seen> seen_in(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  std::vector<Seen> all;
  const auto add = [&](const compare::Comparison& comparison) {
    auto found = std::find_if(all.begin(), all.end(), [&](const Seen& one) { return one.metric.name == comparison.metric.name; });
    if (found == all.end()) found = all.insert(all.end(), {.metric = comparison.metric, .of_case = {}});
    for_each_row(comparison, [&](const compare::Row& row) {
      for (const compare::Cell& cell : row.cells) {
        if (cell.judgement && cell.judgement->detectable && cell.judgement->relative && std::isfinite(*cell.judgement->detectable))
          found->of_case[row.id].push_back(*cell.judgement->detectable);
      }
    });
  };
  // Files with pairs in them are comparisons of their own; else the files are compared with each other.
  const bool own_pairs =
      std::any_of(snapshots.begin(), snapshots.end(), [](const Snapshot& snapshot) { return snapshot.versions.size() > 1; });
  if (own_pairs) {
    for (const Snapshot& snapshot : snapshots) {
      for (const compare::Comparison& comparison : comparisons_for({&snapshot, 1}, options)) add(comparison);
    }
  } else {
    for (const compare::Comparison& comparison : comparisons_for(snapshots, options)) add(comparison);
  }
  std::erase_if(all, [](const Seen& one) { return one.of_case.empty(); });
  return all;
}

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::vector<Seen> all = seen_in(snapshots, options);
  if (all.empty()) {
    throw Error("no case has evidence of which it can be told what it would show", "--view power",
                "it takes two versions, and blocks of each: `aa -o FOLDER` makes such files");
  }
  std::vector<std::string> names;
  for (const Seen& one : all) names.push_back(one.metric.name);
  const std::vector<Look> looks = looks_of(names, options.dark);
  Page page{.view = "power", .title = {}, .subtitle = {}, .panels = {}, .legend = {}};
  const bool log = options.log.value_or(LogAxes{true, false}).x;
  Panel panel{.title = {},
              .x = {.name = "change"},
              .y = {.name = "cases that would show it", .label = {{"$", "share"}}, .low = 0, .high = 100},
              .xs = {},
              .ys = {},
              .series = {}};
  if (log) panel.x.scale = Axis::Scale::logarithmic;
  panel.x.label = {{"$", "share"}};
  TextChart chart{.title = "smallest change seen", .form = Form::bars};
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<std::pair<double, std::string>> cases;
    for (const auto& [id, values] : all[i].of_case) cases.emplace_back(std::max(stats::median(values) * 100, 1e-3), id);
    std::sort(cases.begin(), cases.end());
    Json points = Json::array();
    for (std::size_t at = 0; at < cases.size(); ++at) {
      const double share = 100 * static_cast<double>(at + 1) / static_cast<double>(cases.size());
      panel.xs.add(cases[at].first);
      points.push_back(
          item({cases[at].first, share}, fmt::format("{}\n{} from {}", cases[at].second, names[i], share_text(cases[at].first / 100))));
      chart.rows.push_back({.label = cases[at].second, .text = share_text(cases[at].first / 100), .values = {cases[at].first}});
    }
    panel.series.push_back({{"type", "line"},
                            {"name", names[i]},
                            {"step", "end"},
                            {"symbol", looks[i].symbol},
                            {"symbolSize", 6},
                            {"showAllSymbol", true},
                            {"itemStyle", {{"color", looks[i].colour}}},
                            {"lineStyle", {{"color", looks[i].colour}, {"width", 1.5}}},
                            {"data", std::move(points)}});
    page.legend.push_back({names[i], looks[i].colour, looks[i].symbol});
  }
  page.panels.push_back(std::move(panel));
  page.title = "how small a change would be seen";
  page.subtitle = fmt::format("share of the cases in which a change of that size is called four times of five; {} file{}", snapshots.size(),
                              snapshots.size() == 1 ? "" : "s");
  Figure figure = compose(page, options);
  figure.text.push_back(std::move(chart));
  return figure;
}

}  // namespace

ViewEntry power_view() { return {"power", "how small a change would be seen, of the files that aa keeps", &make}; }

}  // namespace benchkit::plot
