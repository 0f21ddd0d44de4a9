// Format: one way in which comparisons are written.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/table.hpp"
#include "compare/compare.hpp"
#include "compare/gate.hpp"

namespace benchkit::cli {

/// What is to be shown.
struct Shown {
  std::span<const compare::Comparison> comparisons;
  base::TextStyle style = {};
  compare::GateOptions gate = {};
};

/// One row of formats.def.
struct FormatEntry {
  const char* name;
  std::string (*render)(const Shown& shown);
  bool holds_notes = true;       ///< false: it has no place for the notes of a comparison
  bool holds_call_paths = true;  ///< false: nor for what --explain tells
  /// What belongs onto a page that the CI system shows with the job, where there is one; null: nothing. The environment names the page's file.
  std::string (*summary)(const Shown& shown) = nullptr;
  const char* summary_file = nullptr;  ///< the environment variable
};

#define BENCHKIT_FORMAT(name) FormatEntry name##_format();
#include "cli/formats/formats.def"
#undef BENCHKIT_FORMAT

/// All of them, in the order of formats.def.
[[nodiscard]] const std::vector<FormatEntry>& formats();
/// By a name that is there.
[[nodiscard]] const FormatEntry& format_named(std::string_view name);

}  // namespace benchkit::cli
