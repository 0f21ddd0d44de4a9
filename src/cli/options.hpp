// Options that several commands share.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/arguments.hpp"
#include "core/host.hpp"
#include "model/filter.hpp"
#include "protocol/suite_info.hpp"

namespace benchkit::cli {

/// What the suite declares for its command line; empty until somebody asks for what the command does not know by itself.
using SuiteOptions = std::vector<protocol::OptionInfo>;

/// `-k EXPR`, `--where CONDITION`, and what the suite declares.
class FilterOptions {
 public:
  /// For a command that asks the suite. Throws benchkit::Error where the suite's option is one of the command's own.
  void declare(Arguments& command, const SuiteOptions& of_suite);
  /// For a command that reads files: of the suite's options those alone that stand for a dim.
  void declare_for_files(Arguments& command, const SuiteOptions& of_suite);

  [[nodiscard]] Filter filter() const;
  /// The suite's options as they were given, to be handed back to it.
  [[nodiscard]] std::vector<std::string> suite_words() const;

 private:
  struct OfSuite {
    protocol::OptionInfo option;
    bool flag = false;
    std::vector<std::string> values{};
  };
  void declare_own(Arguments& command);
  void declare_one(Arguments& command, const protocol::OptionInfo& option);

  std::vector<std::string> expressions_;
  std::vector<std::string> conditions_;
  std::deque<OfSuite> of_suite_;  // the command line holds on to each
};

/// `--command 'name=CMD'`, `-L n=10,100`, `--shell`, `--ignore-failure`, `--setup CMD`, `--prepare CMD`, `--cleanup CMD`: cases without a host.
struct CommandCaseOptions {
  std::vector<std::string> commands;
  std::vector<std::string> lists;
  bool shell = false;
  bool ignore_failure = false;
  /// Around each of the commands: before its calls, before each call, after them. Empty: nothing.
  std::string setup, prepare, cleanup;

  void declare(Arguments& command);
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
/// `option`: where it was given, in complaints.
[[nodiscard]] std::vector<std::string> split_words(const std::string& text, const std::string& option);

}  // namespace benchkit::cli
