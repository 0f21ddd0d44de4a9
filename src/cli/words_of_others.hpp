// What the tools that people come from call the same things: those words are understood, and the ones of here are told.
#pragma once

#include <string>
#include <vector>

namespace benchkit::cli {

struct Translation {
  std::vector<std::string> arguments;
  std::vector<std::string> notes;  ///< one a word: "--rounds 3 is read as --samples 3"
};

/// Options that this command line does not know, and others do. `arguments` begin with the command; what stands behind "--" is left as it is.
[[nodiscard]] Translation options_of_others(const std::vector<std::string>& arguments);

/// Values of known options that mean something else in a tool that people come from, and nothing here: `--metric both`.
[[nodiscard]] Translation values_of_others(const std::vector<std::string>& arguments);

}  // namespace benchkit::cli
