#include "report/figures.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <benchkit/base/error.hpp>

#include "base/parallel.hpp"
#include "plot/views/view.hpp"

namespace benchkit::report {
namespace {

constexpr std::size_t kMostCases = 500;
constexpr std::size_t kFewestCases = 3;  ///< with a number
constexpr std::size_t kMostMetrics = 4;

std::size_t cases_in(const compare::Comparison& comparison) {
  std::size_t count = 0;
  for (const compare::Group& group : comparison.groups) {
    for (const compare::Row& row : group.rows)
      count += std::any_of(row.cells.begin(), row.cells.end(), [](const compare::Cell& cell) { return cell.has_value; }) ? 1 : 0;
  }
  return count;
}

/// A view, its fewest versions, and whether it is drawn for each metric.
struct Wanted {
  const char* view;
  std::size_t versions;
  bool each_metric;
};
constexpr std::array<Wanted, 3> kWanted{{{"scaling", 1, true}, {"history", 3, true}, {"pareto", 1, false}}};

}  // namespace

std::vector<plot::Figure> figures_of(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons,
                                     const compare::CompareOptions& options) {
  std::vector<std::pair<const char*, plot::ViewOptions>> wanted;
  for (const auto& [view, versions, each_metric] : kWanted) {
    for (std::size_t i = 0; i < std::min(each_metric ? kMostMetrics : 1, comparisons.size()); ++i) {
      const std::size_t cases = cases_in(comparisons[i]);
      if (comparisons[i].columns.size() < versions || cases < kFewestCases || cases > kMostCases) continue;
      plot::ViewOptions chosen;
      chosen.compare = options;
      chosen.compare.gate.clear();
      chosen.compare.history = false;
      if (each_metric) chosen.compare.metrics = {comparisons[i].metric.name};
      for (const bool dark : {false, true}) wanted.emplace_back(view, chosen).second.dark = dark;
    }
  }
  std::vector<std::optional<plot::Figure>> made(wanted.size());
  base::parallel_for(wanted.size(), 1, [&](std::size_t i) {
    try {
      made[i] = plot::view_named(wanted[i].first).make(snapshots, wanted[i].second);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): these snapshots have nothing that it could show
    }
  });
  std::vector<plot::Figure> figures;
  for (std::optional<plot::Figure>& figure : made) {
    if (figure) figures.push_back(std::move(*figure));
  }
  return figures;
}

}  // namespace benchkit::report
