// A text that is a list.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace benchkit::base {

/// Calls `use` with each part of a list, empty ones too: a list with one comma has two parts, and an empty one has one.
template <class Use>
void for_each_part(std::string_view list, Use&& use) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    use(list.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace benchkit::base
