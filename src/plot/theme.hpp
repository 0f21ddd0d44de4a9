// Colours and type of every picture.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compare/verdict.hpp"

namespace benchkit::plot {

struct Theme {
  const char* paper;
  const char* ink;
  const char* faint_ink;  ///< of what explains; 4.5 : 1 on the paper at least
  const char* line;       ///< of axes
  const char* grid;
  const char* cell;  ///< of a cell without a value
};
[[nodiscard]] const Theme& theme(bool dark) noexcept;

/// What every text is set in: the first of these that is there, all of nearly the same widths.
inline constexpr const char* kFamily = "DejaVu Sans, Verdana, sans-serif";

/// How what has a name looks: by colour and by symbol, so that neither is needed alone.
struct Look {
  const char* colour;
  const char* symbol;
};
/// One for each name, in their order. The same names have the same looks in every picture; where two want the same one, or of the
/// first four two want the same hue, the later takes the next that is free. Of more names than there are looks those share one that do not stand `beside`
/// each other: places in `names`, for each of them; empty: nobody says.
[[nodiscard]] std::vector<Look> looks_of(const std::vector<std::string>& names, bool dark,
                                         const std::vector<std::set<std::size_t>>& beside = {});

/// How a change looks.
struct VerdictLook {
  const char* colour;
  const char* symbol;
  bool hollow;
  const char* mark;  ///< in text
};
[[nodiscard]] VerdictLook look_of(compare::Verdict verdict, bool dark) noexcept;

}  // namespace benchkit::plot
