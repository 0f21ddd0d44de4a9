// Call paths as people read them: who held the bytes, as a tree and by function.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/table.hpp"
#include "model/snapshot.hpp"

namespace benchkit::cli {

/// A case's call paths with what they are called.
struct AttributedCase {
  const Attribution* attribution = nullptr;
  std::string case_id;
  std::string version;  ///< empty where there is but one
  Metric metric;
  std::vector<std::string> notes;  ///< doubts about it
};

/// What stands for the paths that were summed up: too light to be kept apart, or deeper than the hooks walk.
inline constexpr const char* kRest = "(paths too small or too deep to be kept)";

struct TreeOptions {
  std::size_t depth = 0;  ///< levels that are shown; 0: all
  double least = 0.01;    ///< share of the whole below which a call is not shown by itself
};

/// "sort[1000] · peak 12.3 MiB · v1"
[[nodiscard]] std::string title_of(const AttributedCase& one);
/// What a reader must know of the numbers and names, a line each.
[[nodiscard]] std::vector<std::string> notes_of(const AttributedCase& one);
/// The tree, the outermost call first; calls that lead to one other alone share its line.
[[nodiscard]] std::string render_tree(const AttributedCase& one, const TreeOptions& options, const base::TextStyle& style);
/// The functions that held something themselves.
[[nodiscard]] std::string render_functions(const AttributedCase& one, const TreeOptions& options, const base::TextStyle& style);

/// A native function's name without its parameters and with long template arguments left out: "std::vector<…>::reserve". Others as they are.
[[nodiscard]] std::string short_name(const Frame& frame);
/// The same names with those that repeat told once: "parse ×3".
[[nodiscard]] std::vector<std::string> without_repeats(const std::vector<std::string>& names);

}  // namespace benchkit::cli
