// Many versions are a series, and the question is where it turned, not how each member stands to the first. Change points are sought in the
// series of each case (E-divisive: stats/change_point.cpp); what is found at a level that holds for one series is corrected over all cases of the
// metric, those in which nothing was found among them (Benjamini and Hochberg).
//
// What is permuted must be exchangeable where nothing changed. Versions that were measured in turn in one run share its blocks: each block
// gives a number for every version, from which the mean of the block's versions is taken, and with it what the machine did meanwhile. Files of
// different runs differ by what their days differed by, all blocks of one together; so there each version is one number, and a change among
// fewer than eight such numbers cannot be told from chance.
#include "compare/history.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/parallel.hpp"
#include "stats/change_point.hpp"
#include "stats/false_discovery.hpp"

namespace benchkit::compare {
namespace {

constexpr std::size_t kFewestVersions = 3;
constexpr std::size_t kFewestUnpaired = 8;
/// A course is permuted a thousand times.
constexpr std::size_t kCoursesAtATime = 4;

std::vector<std::vector<Turn>> corrected(const std::vector<std::vector<stats::ChangePoint>>& points, double alpha) {
  std::vector<double> levels;
  for (const auto& found : points) {
    for (const stats::ChangePoint& point : found) levels.push_back(point.p);
    if (found.empty()) levels.push_back(1);
  }
  const std::vector<double> adjusted = stats::adjusted_levels(levels);
  std::vector<std::vector<Turn>> turns(points.size());
  std::size_t place = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const stats::ChangePoint& point : points[i]) {
      const double level = adjusted[place++];
      if (level <= alpha) turns[i].push_back({.column = point.first, .change = std::exp(point.shift), .adjusted_level = level});
    }
    if (points[i].empty()) ++place;
  }
  return turns;
}

/// The threshold as a logarithm.
double least_shift(const Threshold& threshold, double first) {
  if (threshold.relative) return std::log1p(threshold.amount);
  return first > 0 ? std::log1p(threshold.amount / first) : 0;
}

}  // namespace

void add_history(std::vector<JudgedRow>& rows, const RowMaker& maker, Alignment& alignment, const std::string& metric,
                 const CompareOptions& options) {
  const std::vector<ColumnHead>& columns = alignment.columns;
  if (columns.size() < kFewestVersions)
    throw Error(fmt::format("{} are no history", columns.size() == 1 ? "the numbers of one version" : "two versions"), "--history",
                "name three or more files, in the order in which their versions came to be");
  const Threshold threshold = threshold_of(metric, options.judge);
  std::vector<std::vector<stats::ChangePoint>> points(rows.size());
  base::parallel_for(rows.size(), kCoursesAtATime, [&](std::size_t i) {
    const double least = least_shift(threshold, rows[i].row.cells.front().centre.value);
    points[i] = stats::change_points(maker.course(alignment.rows[i]), {.alpha = options.judge.alpha, .least_shift = least});
  });
  std::vector<std::vector<Turn>> turns = corrected(points, options.judge.alpha);
  const auto turned = std::count_if(turns.begin(), turns.end(), [](const auto& of_row) { return !of_row.empty(); });
  for (std::size_t i = 0; i < turns.size(); ++i) rows[i].row.turns = std::move(turns[i]);
  alignment.notes.push_back(fmt::format("history: {} of {} {} turned", turned, rows.size(), rows.size() == 1 ? "case" : "cases"));
  if (!columns.back().paired && columns.size() < kFewestUnpaired)
    alignment.notes.push_back(
        fmt::format("history: files of different runs are one number each, and of {} no turn can be told from chance ({} are enough)",
                    columns.size(), kFewestUnpaired));
}

}  // namespace benchkit::compare
