// Many versions are a series, and the question is where it turned, not how each member stands to the first. Turns are sought in the series of
// each case; what is found at a level that holds for one series is corrected over all cases of the metric, those in which nothing was found
// among them (Benjamini and Hochberg).
//
// Versions that were measured in turn in one run share its blocks, all of them or, in a sweep, two at a time. What the machine did meanwhile is
// common to a block, so steps are told from the differences within blocks (stats/block_steps.cpp). Where all blocks of each version agree to
// the last digit there is no noise to take off: then what is asked is how likely so many equal values would lie on either side by chance.
//
// Files of different runs differ by what their days differed by, all blocks of one together; so there each version is one number, and change
// points are sought in these by permutation (E-divisive: stats/change_point.cpp). Among fewer than eight such numbers none can be told from
// chance, and among many cases it takes more of them: a level is never lower than one in as many orders as there are. A thousand orders
// tell which series are promising. These are permuted as often as it takes for their level to count among all cases, which is the less often
// the more of them there are; so the cost is bounded by the number of cases.
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
#include "stats/log_gamma.hpp"

namespace benchkit::compare {
namespace {

constexpr std::size_t kFewestVersions = 3;
constexpr std::size_t kFewestUnpaired = 8;
constexpr std::size_t kPermutations = 999;
/// A course is permuted a thousand times.
constexpr std::size_t kCoursesAtATime = 4;

/// What was found in a course.
struct Found {
  std::vector<stats::ChangePoint> points;
  std::size_t open = 0;  ///< versions that may have turned, and have too few blocks to tell
};

/// How likely it is that of so many values of two kinds in random order one kind comes first.
double chance_of_order(std::size_t before, std::size_t after) {
  const auto left = static_cast<double>(before);
  const auto right = static_cast<double>(after);
  return std::min(1.0, 2 * std::exp(stats::log_gamma(left + 1) + stats::log_gamma(right + 1) - stats::log_gamma(left + right + 1)));
}

/// Turns of what has no noise.
Found in_constants(const std::vector<std::vector<double>>& versions, double alpha, double least) {
  struct Stretch {
    std::size_t first = 0;
    double value = 0;
    std::size_t count = 0;
  };
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].empty()) continue;
    if (stretches.empty() || stretches.back().value != versions[i].front()) stretches.push_back({.first = i, .value = versions[i].front()});
    stretches.back().count += versions[i].size();
  }
  Found found;
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const double shift = stretches[i].value - stretches[i - 1].value;
    if (std::fabs(shift) < least) continue;
    const double level = chance_of_order(stretches[i - 1].count, stretches[i].count);
    if (level > alpha) {
      ++found.open;
    } else {
      found.points.push_back({.first = stretches[i].first, .shift = shift, .p = level});
    }
  }
  return found;
}

Found in_blocks(const Course& course, double alpha, double least) {
  if (course.constant && !course.blocks.empty()) return in_constants(course.versions, alpha, least);
  stats::BlockSteps steps = stats::block_steps(course.blocks, course.versions.size(), {.alpha = alpha, .least_shift = least});
  return {std::move(steps.found), steps.open};
}

std::vector<std::vector<Turn>> corrected(const std::vector<Found>& all, double alpha) {
  std::vector<double> levels;
  for (const Found& found : all) {
    for (const stats::ChangePoint& point : found.points) levels.push_back(point.p);
    if (found.points.empty()) levels.push_back(1);
  }
  const std::vector<double> adjusted = stats::adjusted_levels(levels);
  std::vector<std::vector<Turn>> turns(all.size());
  std::size_t place = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const stats::ChangePoint& point : all[i].points) {
      const double level = adjusted[place++];
      if (level <= alpha) turns[i].push_back({.column = point.first, .change = std::exp(point.shift), .adjusted_level = level});
    }
    if (all[i].points.empty()) ++place;
  }
  return turns;
}

/// The threshold as a logarithm.
double least_shift(const Threshold& threshold, double first) {
  if (threshold.relative) return std::log1p(threshold.amount);
  return first > 0 ? std::log1p(threshold.amount / first) : 0;
}

std::vector<Found> search(const std::vector<JudgedRow>& rows, const RowMaker& maker, const Alignment& alignment, const Threshold& threshold,
                          double alpha) {
  std::vector<Found> all(rows.size());
  const auto least = [&](std::size_t i) { return least_shift(threshold, rows[i].row.cells.front().centre.value); };
  const auto permute = [&](std::size_t i, const Course& course, std::size_t permutations) {
    all[i].points = stats::change_points(course.versions, {.alpha = alpha, .least_shift = least(i), .permutations = permutations});
  };
  std::vector<char> unpaired(rows.size(), 0);
  base::parallel_for(rows.size(), kCoursesAtATime, [&](std::size_t i) {
    const Course course = maker.course(alignment.rows[i]);
    unpaired[i] = course.paired ? 0 : 1;
    if (course.paired) {
      all[i] = in_blocks(course, alpha, least(i));
    } else {
      permute(i, course, kPermutations);
    }
  });
  std::vector<std::size_t> promising;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (unpaired[i] != 0 && !all[i].points.empty()) promising.push_back(i);
  }
  if (promising.empty()) return all;
  // So many that a lone turn is told: a few orders as good among them must be few enough for it. Most of the promising ones are hopeless, and end
  // early (stats/change_point.cpp).
  constexpr double kTimes = 10;
  constexpr double kMostPermutations = 200'000;
  const double needed = std::min(kTimes * static_cast<double>(rows.size()) / alpha, kMostPermutations);
  if (needed <= static_cast<double>(kPermutations)) return all;
  base::parallel_for(promising.size(), 1, [&](std::size_t k) {
    permute(promising[k], maker.course(alignment.rows[promising[k]]), static_cast<std::size_t>(needed));
  });
  return all;
}

/// What the files don't suffice for.
void note_limits(const std::vector<Found>& all, double alpha, Alignment& alignment) {
  const std::size_t columns = alignment.columns.size();
  const bool paired =
      std::all_of(alignment.columns.begin() + 1, alignment.columns.end(), [](const ColumnHead& head) { return head.paired; });
  if (paired) {
    const auto open = std::count_if(all.begin(), all.end(), [](const Found& found) { return found.open > 0; });
    if (open > 0)
      alignment.notes.push_back(
          fmt::format("history: undecided for {} of {} {}: at some version fewer than {} blocks hold one before it and one from it on",
                      open, all.size(), all.size() == 1 ? "case" : "cases", stats::kFewestForStep));
    return;
  }
  if (columns < kFewestUnpaired) {
    alignment.notes.push_back(
        fmt::format("history: files of different runs are one number each, and of {} no turn can be told from chance ({} are enough)",
                    columns, kFewestUnpaired));
    return;
  }
  const double lone = alpha / static_cast<double>(all.size());
  if (stats::lowest_level(columns) <= lone) return;
  std::size_t enough = columns;
  while (stats::lowest_level(enough) > lone) ++enough;
  alignment.notes.push_back(fmt::format(
      "history: files of different runs are one number each, and of {} a turn of one case alone can't be told from chance among {} cases "
      "({} files are enough, or fewer cases: -k)",
      columns, all.size(), enough));
}

}  // namespace

void add_history(std::vector<JudgedRow>& rows, const RowMaker& maker, Alignment& alignment, const std::string& metric,
                 const CompareOptions& options) {
  const std::vector<ColumnHead>& columns = alignment.columns;
  if (columns.size() < kFewestVersions)
    throw Error(fmt::format("{} are no history", columns.size() == 1 ? "the numbers of one version" : "two versions"), "--history",
                "name three or more files, in the order in which their versions came to be");
  const double alpha = options.judge.alpha;
  const std::vector<Found> all = search(rows, maker, alignment, threshold_of(metric, options.judge), alpha);
  std::vector<std::vector<Turn>> turns = corrected(all, alpha);
  const auto turned = std::count_if(turns.begin(), turns.end(), [](const auto& of_row) { return !of_row.empty(); });
  for (std::size_t i = 0; i < turns.size(); ++i) rows[i].row.turns = std::move(turns[i]);
  const bool nothing = std::all_of(all.begin(), all.end(), [&](const Found& found) { return found.open + 1 >= columns.size(); });
  if (nothing) {
    alignment.notes.push_back(
        fmt::format("history: undecided: no {} blocks hold a version before and one after the same change", stats::kFewestForStep));
    return;
  }
  alignment.notes.push_back(fmt::format("history: {} of {} {} turned", turned, rows.size(), rows.size() == 1 ? "case" : "cases"));
  note_limits(all, alpha, alignment);
}

}  // namespace benchkit::compare
