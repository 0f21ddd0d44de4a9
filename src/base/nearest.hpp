// What was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace benchkit::base {

/// The only candidate that ends in `word`; else the one that the fewest edits (letters added, left out, changed, two swapped) make of it; else the only
/// one that holds it. Empty if there is none.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace benchkit::base
