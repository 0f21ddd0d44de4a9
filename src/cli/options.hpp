// Options that several commands share.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json.hpp"
#include "core/host.hpp"
#include "model/filter.hpp"

namespace benchkit::cli {

/// `-k EXPR` and `--where CONDITION`.
struct FilterOptions {
  std::vector<std::string> expressions;
  std::vector<std::string> conditions;

  void declare(CLI::App& command);
  [[nodiscard]] Filter filter() const;
};

/// `--command 'name=CMD'`, `-L n=10,100`, `--shell`, `--ignore-failure`: cases without a host.
struct CommandCaseOptions {
  std::vector<std::string> commands;
  std::vector<std::string> lists;
  bool shell = false;
  bool ignore_failure = false;

  void declare(CLI::App& command);
  [[nodiscard]] bool given() const noexcept { return !commands.empty(); }
  /// The same options as words of a command line.
  [[nodiscard]] std::vector<std::string> words() const;
  /// The first word of each command.
  [[nodiscard]] std::vector<std::string> programs() const;
  /// A case for each command and each choice of the lists' values. Throws benchkit::Error.
  [[nodiscard]] std::vector<core::HostCase> cases() const;
};

[[nodiscard]] Json to_json(const CommandCaseOptions& options);
[[nodiscard]] CommandCaseOptions command_cases_from_json(const Json& json);

/// The words of a command as a POSIX shell would split them: blanks, '...', "..." and backslashes; nothing is expanded.
[[nodiscard]] std::vector<std::string> split_words(const std::string& text);

}  // namespace benchkit::cli
