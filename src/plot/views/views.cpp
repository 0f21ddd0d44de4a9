#include <algorithm>

#include "compare/align.hpp"
#include "plot/arrange.hpp"
#include "plot/views/view.hpp"

namespace benchkit::plot {

const std::vector<ViewEntry>& views() {
  static const std::vector<ViewEntry> all{
#define BENCHKIT_VIEW(name) name##_view(),
#include "plot/views/views.def"
#undef BENCHKIT_VIEW
  };
  return all;
}

const ViewEntry& view_named(std::string_view name) {
  return *std::find_if(views().begin(), views().end(), [&](const ViewEntry& one) { return one.name == name; });
}

std::string default_view(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  if (!options.compare.pivot.empty()) return "compare";
  const std::size_t versions = compare::sources_of(snapshots).size();
  if (versions <= 1) return !options.x.empty() || !size_dim(snapshots, options.compare.filter).empty() ? "scaling" : "distribution";
  return versions == 2 ? "scatter" : "sweep";
}

}  // namespace benchkit::plot
