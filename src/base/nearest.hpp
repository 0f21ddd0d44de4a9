// What was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace benchkit::base {

/// The candidate that the fewest edits (letters added, left out, changed, two swapped) make of `word`; empty if none is near.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace benchkit::base
