// Text in lines that a terminal has room for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace benchkit::cli {

/// Lines of at most `width` columns, parted between words; a word that is longer keeps a line for itself.
[[nodiscard]] std::vector<std::string> folded(std::string_view text, std::size_t width);

/// A page of help: what its lines say goes on below where it began, behind the names of the options. `width` 0: as it is.
[[nodiscard]] std::string folded_help(std::string_view page, std::size_t width);

}  // namespace benchkit::cli
