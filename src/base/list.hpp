// A text that is a list.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
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

/// `a, b and 3 more`: not more words than `most`.
inline std::string some_of(std::span<const std::string> words, std::size_t most) {
  std::string text;
  for (const std::string& word : words.first(std::min(words.size(), most))) text += (text.empty() ? "" : ", ") + word;
  return words.size() > most ? text + " and " + std::to_string(words.size() - most) + " more" : text;
}

}  // namespace benchkit::base
