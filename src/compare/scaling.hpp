// How a metric grows with a dim, for each choice of the other dims, and whether one version grows faster than another.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/compare.hpp"
#include "stats/scaling.hpp"

namespace benchkit::compare {

struct ScalingOptions {
  std::string x;           ///< the dim that is the size; its values are numbers
  double threshold = 0.1;  ///< what counts as a change of an exponent
  double alpha = 0.05;     ///< of intervals, and the share of false ones among the changes that are called
};

/// What became of an exponent. `same` is proven as a change is.
enum class Steepness { steeper, flatter, same, undecided };
[[nodiscard]] std::string_view to_string(Steepness steepness) noexcept;

/// A version's exponent less that of its base, from the ratios at the sizes that both have.
struct ExponentChange {
  stats::Estimate difference;
  stats::Interval interval;
  Steepness steepness = Steepness::undecided;
  double level = 1;           ///< the error level of what is said (undecided: of the nearer claim) taken alone
  double adjusted_level = 1;  ///< the same, corrected for all that is shown
};

/// A metric of a version over the sizes.
struct Curve {
  std::vector<stats::SizedCost> points;  ///< what has a place in a fit, in the order of the sizes
  std::size_t left_out = 0;              ///< cases of which it has no number, or one that is not above 0
  std::optional<stats::PowerLaw> power;  ///< empty: fewer than three sizes
  std::vector<stats::GrowthFit> laws;    ///< the one that is taken first; empty: fewer than four sizes
  std::optional<ExponentChange> change;  ///< empty in a base column, and where fewer than three sizes can be compared
};

/// Cases that differ in nothing but the size.
struct ScalingRow {
  Dims dims;                  ///< without the size
  std::vector<Curve> curves;  ///< one for each column
};

struct ScalingGroup {
  std::string title;  ///< a heading; may be empty
  std::vector<ScalingRow> rows;
};

/// All of one metric.
struct Scaling {
  Metric metric;
  stats::Statistic statistic = stats::Statistic::median;
  std::string x;
  double threshold = 0.1;
  double alpha = 0.05;
  std::vector<ColumnHead> columns;
  std::vector<ScalingGroup> groups;
  std::vector<std::string> notes;
};

/// Fits over comparisons as compare() makes them, without a pivot. Throws benchkit::Error where no case has a number in the dim `x`, and where
/// nowhere are there enough sizes for a fit.
[[nodiscard]] std::vector<Scaling> scaling(std::span<const Comparison> comparisons, const ScalingOptions& options);

}  // namespace benchkit::compare
