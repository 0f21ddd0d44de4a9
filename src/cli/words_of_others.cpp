#include "cli/words_of_others.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

namespace benchkit::cli {
namespace {

struct Word {
  std::string_view command, option, value;  ///< as others have it; the value empty: any
  std::string_view our_option, our_value;   ///< the value empty: as it was given
};

constexpr std::array kOptions{
    Word{"run", "--rounds", "", "--samples", ""},                                                    // pytest-benchmark, linopy
    Word{"sweep", "--rounds", "", "--samples", ""},  Word{"run", "--repeats", "", "--samples", ""},  // pytest-benchmem, linopy
    Word{"sweep", "--repeats", "", "--samples", ""}, Word{"run", "--filter", "", "-k", ""},
    Word{"sweep", "--filter", "", "-k", ""},         Word{"run", "--json", "", "-o", ""},
    Word{"plot", "--facets", "", "--facet", ""},
};
constexpr std::array kValues{
    Word{"run", "--metric", "both", "--metric", "time,peak"},
    Word{"sweep", "--metric", "both", "--metric", "time,peak"},
};

/// Option and value as they stand: in one word with "=", or in two.
struct Given {
  std::string option, value;
  bool in_one = false;
};

Given given_at(const std::vector<std::string>& arguments, std::size_t at) {
  const std::string& word = arguments[at];
  const std::size_t equals = word.find('=');
  if (word.starts_with("--") && equals != std::string::npos) return {word.substr(0, equals), word.substr(equals + 1), true};
  return {word, at + 1 < arguments.size() ? arguments[at + 1] : "", false};
}

Translation translated(const std::vector<std::string>& arguments, std::span<const Word> words) {
  Translation result;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    if (arguments[at] == "--") {
      result.arguments.insert(result.arguments.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
      break;
    }
    const Given given = given_at(arguments, at);
    const auto word = std::find_if(words.begin(), words.end(), [&](const Word& one) {
      return arguments.front() == one.command && given.option == one.option && (one.value.empty() || given.value == one.value);
    });
    if (word == words.end()) {
      result.arguments.push_back(arguments[at]);
      continue;
    }
    const std::string value = word->our_value.empty() ? given.value : std::string(word->our_value);
    result.arguments.emplace_back(word->our_option);
    if (given.in_one || at + 1 < arguments.size()) result.arguments.push_back(value);
    result.notes.push_back(fmt::format("{} {} is read as {} {}", given.option, given.value, word->our_option, value));
    if (!given.in_one) ++at;
  }
  return result;
}

}  // namespace

Translation options_of_others(const std::vector<std::string>& arguments) { return translated(arguments, kOptions); }

Translation values_of_others(const std::vector<std::string>& arguments) { return translated(arguments, kValues); }

}  // namespace benchkit::cli
