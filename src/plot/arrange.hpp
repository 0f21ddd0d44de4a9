// Which panel and which colour what is to be drawn gets.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "plot/page.hpp"
#include "plot/theme.hpp"

namespace benchkit::plot {

/// Something that is drawn: a line, a point, a box.
struct Member {
  const Dims* dims = nullptr;
  std::size_t column = 0;  ///< its version
};

struct Place {
  std::size_t panel = 0;
  std::size_t colour = 0;
};

struct Arrangement {
  std::vector<std::string> panels;  ///< their titles; one that may be empty at least
  std::vector<std::string>
      colours;  ///< their names; of one alone it may be empty. Versions are all there, in their order, also those of which nothing is drawn
  std::vector<Place> places;  ///< one for each member
};

/// `columns`: titles of the versions. `used`: dims that are shown in another way already (the x axis). Without facets of the user's there are as many
/// panels as leave no more than kMostColours in any. Throws benchkit::Error for a dim that no member has.
[[nodiscard]] Arrangement arrange(std::span<const Member> members, const std::vector<std::string>& columns,
                                  const std::vector<std::string>& used, const ViewOptions& options);
inline constexpr std::size_t kMostColours = 8;

/// How each of its colours looks. No two in a panel look alike while there are enough looks.
[[nodiscard]] std::vector<Look> looks_of(const Arrangement& arrangement, bool dark);
/// Entries for those colours that are drawn, unless they are there.
void add_to_legend(std::vector<LegendEntry>& legend, const Arrangement& arrangement, const std::vector<Look>& looks);

/// What a person calls a choice of dims: "build · n=10"; texts stand for themselves, numbers and truths with their names.
[[nodiscard]] std::string words_of(const Dims& dims);

/// The dim that is a size: of those that hold numbers alone the one with most different values, two at least; empty: there is none.
[[nodiscard]] std::string size_dim(std::span<const Snapshot> snapshots, const Filter& filter);

/// Of the metrics that have a wanted record the one that the file names first; none: null. (Records stand in the random order of the run.)
[[nodiscard]] const Metric* first_metric_with(const Snapshot& snapshot, const std::function<bool(const Record&)>& wanted);

/// The comparisons that a view is made of: those of the metrics that were asked for, or of the first one that has values.
[[nodiscard]] std::vector<compare::Comparison> comparisons_for(std::span<const Snapshot> snapshots, const ViewOptions& options);

/// Calls `use` with each row.
template <class Use>
void for_each_row(const compare::Comparison& comparison, Use&& use) {
  for (const compare::Group& group : comparison.groups) {
    for (const compare::Row& row : group.rows) use(row);
  }
}

[[nodiscard]] std::vector<std::string> titles_of(const compare::Comparison& comparison);

}  // namespace benchkit::plot
