// Call paths as other programs read them.
#pragma once

#include <string>
#include <vector>

#include "cli/call_paths_view.hpp"

namespace benchkit::cli {

/// Folded stacks: a line "outermost;...;innermost BYTES" for each path. Several cases: the case's name is the outermost. A `;` within a name becomes `:`.
[[nodiscard]] std::string to_folded(const std::vector<AttributedCase>& cases);
/// A file for speedscope (its format of type "sampled", unit bytes), a profile a case.
[[nodiscard]] std::string to_speedscope(const std::vector<AttributedCase>& cases);
/// All that is known, an array with an entry a case; sizes are whole bytes.
[[nodiscard]] std::string to_json_text(const std::vector<AttributedCase>& cases);

}  // namespace benchkit::cli
