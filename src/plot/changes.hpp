// Changes from a base: what compare, scatter and sweep draw.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compare/compare.hpp"
#include "plot/page.hpp"

namespace benchkit::plot {

struct Change {
  const compare::Row* row = nullptr;
  std::size_t column = 0;
  double base = 0, head = 0;  ///< the two centres, in the metric's unit
  double value = 1;           ///< head / base; with ViewOptions::absolute head - base
  bool relative = true;
  std::optional<stats::Interval> interval;
  compare::Verdict verdict = compare::Verdict::undecided;
  std::string name;  ///< of the case
  std::string text;  ///< the change in words
  std::string tip;   ///< all that is known of it

  /// How large it is, with its sign: the logarithm of a ratio.
  [[nodiscard]] double size() const noexcept { return relative ? std::log(value) : value; }
  [[nodiscard]] base::Tone tone() const noexcept;
};

/// What became of all cases.
struct Tally {
  std::map<compare::Verdict, std::size_t> verdicts;
  std::size_t without = 0;                ///< cells that have no change: one side has no number, or there is no ratio
  std::map<double, std::size_t> clipped;  ///< how many lie beyond which ratio

  /// "2 regressed, 18 same (less is better)".
  [[nodiscard]] std::string words(const std::vector<compare::Comparison>& comparisons) const;
  /// An entry a verdict, named as the series of marks_of() are.
  [[nodiscard]] std::vector<LegendEntry> legend(bool dark) const;
  [[nodiscard]] std::vector<std::string> notes() const;
};

/// Of all cells that have a base, in the order of the rows.
[[nodiscard]] std::vector<Change> changes_of(const compare::Comparison& comparison, const ViewOptions& options, Tally& tally);
/// Throws benchkit::Error where there is none.
void require_changes(std::size_t count, const Tally& tally, const std::string& view);

/// "less is better", or where the metrics differ in it "time: less is better, ops: more is better".
[[nodiscard]] std::string what_is_better(const std::vector<compare::Comparison>& comparisons);

/// An axis of changes.
struct ChangeAxis {
  Axis axis;
  double none = 0;  ///< where no change is
  double factor = 1;
  enum class Kind { percent, ratio, absolute } kind = Kind::percent;
  std::optional<double> clip{};  ///< ratios beyond it are drawn at it
  [[nodiscard]] double clipped(double change) const noexcept;
  [[nodiscard]] std::optional<stats::Interval> clipped(const std::optional<stats::Interval>& interval) const noexcept;
  [[nodiscard]] double place(double change) const noexcept;
};
[[nodiscard]] ChangeAxis change_axis(const std::vector<Change>& changes, const compare::Comparison& comparison, const ViewOptions& options);

/// A panel for each version that has a base and each choice of the facets' dims.
struct PanelOfChanges {
  std::string title;
  std::vector<Change> changes;
};
[[nodiscard]] std::vector<PanelOfChanges> panels_of(std::vector<Change> changes, const compare::Comparison& comparison, bool with_metric,
                                                    const ViewOptions& options);

/// Marks of one verdict as a series; `data` as item() makes it.
[[nodiscard]] Json marks_of(compare::Verdict verdict, Json data, bool dark);
/// A line where nothing changed; `upright`: changes are on the x axis.
[[nodiscard]] Json no_change_line(const ChangeAxis& axis, bool upright, bool dark);

/// "time: head against base".
[[nodiscard]] std::string title_of_changes(const std::vector<compare::Comparison>& comparisons);
/// The figure of panels of changes: with the title and the legend, what all of them came to in the line below the title, `more` after it, and what was left out as notes.
[[nodiscard]] Figure figure_of_changes(Page page, const std::vector<compare::Comparison>& comparisons, const Tally& tally,
                                       const std::string& more, const ViewOptions& options, std::vector<TextChart> text);

}  // namespace benchkit::plot
