// Damage, as files suffer it, at random.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace benchkit::snapshot {

inline constexpr std::array<const char*, 9> kWords{"null",         "1e999", "-1", "18446744073709551616", "\"\\ud800\"", "true",
                                                   "549755813888", "0",     "NaN"};

/// Another number behind one of the fields that say how much there is.
inline void damage_a_count(std::string& text, std::size_t field, const char* word) {
  constexpr std::array<const char*, 8> kFields{
      "\"count\":", "\"iterations\":", "\"block\":", "\"case\":", "\"rounds\":", "\"data\":", "\"real_time\":", "\"command\":"};
  const std::string_view name = kFields[field % kFields.size()];
  const std::size_t at = text.find(name);
  if (at == std::string::npos) return;
  const std::size_t begin = at + name.size();
  text.replace(begin, text.find_first_of(",}", begin) - begin, word);
}

/// A random edit of the kinds that files suffer.
inline std::string mutated(std::string text, std::mt19937_64& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound); };
  const std::size_t edits = 1 + below(4);
  for (std::size_t edit = 0; edit < edits && !text.empty(); ++edit) {
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(std::min<std::size_t>(40, text.size() - at));
    switch (below(8)) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text.erase(at, length); break;
      case 2: text.insert(at, text.substr(below(text.size()), length)); break;
      case 3: text[at] = "{}[]\",:-0123456789eE.\n\\"[below(23)]; break;
      case 4: text.resize(at); break;
      case 5: text.insert(at, length * 50, "[{\"9"[below(4)]); break;
      case 6: damage_a_count(text, below(8), kWords[below(kWords.size())]); break;
      default: text.replace(at, length, kWords[below(kWords.size())]); break;
    }
  }
  return text;
}

}  // namespace benchkit::snapshot
