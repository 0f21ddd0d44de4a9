// What the commands that measure (`run`, `aa`) ask alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "runner/runner.hpp"

namespace benchkit::cli {

/// What the command line said; empty texts: nothing.
struct MeasureOptions {
  FilterOptions filter;
  CommandCaseOptions commands;
  std::vector<std::string> metrics{"time"};
  bool python_allocator = false;
  std::string budget, timeout, memory_limit;
  std::uint64_t blocks = 0;
  std::optional<std::uint64_t> seed;
  std::string pin = "auto";
  std::string mode = "exec";
  std::size_t layouts = 0;

  /// Which cases, and what of them.
  void declare_what(Arguments& command, const SuiteOptions& of_suite);
  /// How much of them.
  void declare_how_much(Arguments& command, const std::string& budget_help, const std::string& blocks_help);
  /// In what surroundings. `paired`: what precedes the help of options that are of use with several versions alone. `of_two`: also what a sweep, whose
  /// --pin is another one, does not have.
  void declare_how(Arguments& command, const std::string& paired, bool of_two = true);

  [[nodiscard]] bool inproc() const { return mode == "inproc"; }
  /// A seed is drawn where none was given.
  [[nodiscard]] runner::RunOptions run_options() const;

 private:
  void declare_sharing(Arguments& command, const std::string& paired);
};

/// A time that an option states, or `otherwise` where it states none.
[[nodiscard]] std::int64_t nanoseconds(const std::string& text, const char* option, std::int64_t otherwise);

}  // namespace benchkit::cli
