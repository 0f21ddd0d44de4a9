#include "cli/words_of_others.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace benchkit::cli {
namespace {

struct Word {
  std::string_view command, theirs, ours;
};

constexpr std::array kOptions{
    Word{"run", "--rounds", "--samples"},  Word{"sweep", "--rounds", "--samples"},   // pytest-benchmark, linopy
    Word{"run", "--repeats", "--samples"}, Word{"sweep", "--repeats", "--samples"},  // pytest-benchmem, linopy
    Word{"run", "--filter", "-k"},         Word{"sweep", "--filter", "-k"},
    Word{"run", "--json", "-o"},           Word{"plot", "--facets", "--facet"},
};

struct Value {
  std::string_view command, option, theirs, ours_option, ours;
};

constexpr std::array kValues{
    Value{"run", "--metric", "both", "--metric", "time,peak"}, Value{"sweep", "--metric", "both", "--metric", "time,peak"},
    Value{"plot", "--metric", "median", "--stat", "median"},   Value{"plot", "--metric", "mean", "--stat", "mean"},
    Value{"plot", "--metric", "min", "--stat", "min"},         Value{"plot", "--metric", "max", "--stat", "max"},
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

/// Each option with its value through `translate`, which says what stands there instead: empty, if it stays.
template <class Translate>
Translation translated(const std::vector<std::string>& arguments, Translate translate) {
  Translation result;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    if (arguments[at] == "--") {
      result.arguments.insert(result.arguments.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
      break;
    }
    const Given given = given_at(arguments, at);
    const std::array<std::string, 2> ours = translate(given);
    if (ours[0].empty()) {
      result.arguments.push_back(arguments[at]);
      continue;
    }
    result.arguments.push_back(ours[0]);
    if (given.in_one || at + 1 < arguments.size()) result.arguments.push_back(ours[1]);
    result.notes.push_back(fmt::format("{} {} is read as {} {}", given.option, given.value, ours[0], ours[1]));
    if (!given.in_one) ++at;
  }
  return result;
}

}  // namespace

Translation options_of_others(const std::vector<std::string>& arguments) {
  return translated(arguments, [&](const Given& given) -> std::array<std::string, 2> {
    for (const Word& word : kOptions) {
      if (arguments.front() == word.command && given.option == word.theirs) return {std::string(word.ours), given.value};
    }
    return {};
  });
}

Translation values_of_others(const std::vector<std::string>& arguments) {
  return translated(arguments, [&](const Given& given) -> std::array<std::string, 2> {
    for (const Value& value : kValues) {
      if (arguments.front() == value.command && given.option == value.option && given.value == value.theirs)
        return {std::string(value.ours_option), std::string(value.ours)};
    }
    return {};
  });
}

}  // namespace benchkit::cli
