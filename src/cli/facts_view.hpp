// Facts: names in one column, what they say in the other.
#pragma once

#include <string>

#include "base/table.hpp"

namespace benchkit::cli {

/// A table of two columns. A value that the terminal is too narrow for goes on in the lines below, between words where it can.
[[nodiscard]] std::string render_facts(const base::Table& facts, const base::TextStyle& style);

}  // namespace benchkit::cli
