// View: one way to look at snapshots: makes a figure of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/compare.hpp"
#include "model/snapshot.hpp"
#include "plot/figure.hpp"

namespace benchkit::plot {

/// Axes whose scale is a logarithm.
struct LogAxes {
  bool x = false, y = false;
};

struct ViewOptions {
  compare::CompareOptions compare;  ///< which cases, metrics and statistic; no metric: the first one that has values
  std::vector<std::string> facets;  ///< dims whose values become panels
  std::string color;                ///< a dim whose values become colours; empty: versions, or what is left
  std::string x;                    ///< a dim that becomes the x axis
  std::optional<double> clip;       ///< changes beyond this ratio are drawn at it, with a mark
  std::optional<LogAxes> log;       ///< empty: as it suits the view
  bool free_axes = false;           ///< each panel its own
  bool band = false;                ///< intervals as bands
  bool absolute = false;            ///< changes in the metric's unit, not as ratios
  bool dark = false;
  std::string title;    ///< in place of the view's own
  std::string case_id;  ///< of the one case that some views are about
};

/// One row of views.def.
struct ViewEntry {
  const char* name;
  const char* help;
  /// Throws benchkit::Error where the snapshots hold nothing that it could show.
  Figure (*make)(std::span<const Snapshot> snapshots, const ViewOptions& options);
};

#define BENCHKIT_VIEW(name) ViewEntry name##_view();
#include "plot/views/views.def"
#undef BENCHKIT_VIEW

/// All of them, in the order of views.def.
[[nodiscard]] const std::vector<ViewEntry>& views();
/// By a name that is there.
[[nodiscard]] const ViewEntry& view_named(std::string_view name);
/// What is shown where nobody says what: of one version scaling if there is a dim of numbers, else distribution; scatter of two; sweep of more; with a
/// pivot compare.
[[nodiscard]] std::string default_view(std::span<const Snapshot> snapshots, const ViewOptions& options);

}  // namespace benchkit::plot
