#include "cli/session.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <benchkit/base/error.hpp>

#include "base/channel.hpp"
#include "base/nearest.hpp"
#include "base/os.hpp"
#include "cli/commands/command.hpp"
#include "cli/folded.hpp"
#include "cli/suite.hpp"
#include "cli/words_of_others.hpp"
#include "runner/conversation.hpp"

namespace benchkit::cli {
namespace {

constexpr int kWrongUsage = 2;

std::vector<CommandEntry> commands() {
  return {
#define BENCHKIT_COMMAND(name) name##_command(),
#include "cli/commands/commands.def"
#undef BENCHKIT_COMMAND
  };
}

/// Options as a person reads them: what they take, without the machinery's remarks.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return {};
    std::string name = option->get_type_name();
    name.erase(std::min(name.find(':'), name.size()));
    std::string text = option->get_option_text().empty() ? " " + name : " " + option->get_option_text();
    if (!option->get_default_str().empty()) text += " [" + option->get_default_str() + "]";
    return text;
  }
};

/// The option or command that was probably meant where the command line holds one that is not there; empty if none is near.
std::string meant(const CLI::App& at, const std::vector<std::string>& arguments) {
  std::vector<std::string> known;
  for (const CLI::App* command : at.get_subcommands([](const CLI::App*) { return true; })) known.push_back(command->get_name());
  for (const CLI::Option* option : at.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const std::string& argument : arguments) {
    const std::string word = argument.substr(0, argument.find('='));
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    if (!word.starts_with("--") && at.get_parent() != nullptr) continue;
    if (const std::string near = base::nearest(word, known); !near.empty()) return near;
  }
  return {};
}

int complain(const Streams& streams, const HostSpec& host, const std::string& what) {
  streams.err << called(host) << ": " << what << "\n";
  return kWrongUsage;
}

/// The command line, as far as it is known: the suite's options come to it when somebody asks for them.
class CommandLine {
 public:
  CommandLine(const HostSpec& host, const SuiteOptions& of_suite) : app_("benchkit measures, keeps and compares.", called(host)) {
    app_.set_version_flag("--version", "benchkit " BENCHKIT_VERSION);
    app_.require_subcommand(0, 1);
    const auto formatter = std::make_shared<HelpFormatter>();
    formatter->column_width(30);
    app_.formatter(formatter);
    for (const CommandEntry& entry : commands()) {
      if (find_own(host, entry.name) != nullptr) continue;
      CLI::App* command = app_.add_subcommand(entry.name, entry.help);
      if (entry.hidden) command->group("");
      command->callback([this, chosen = entry.declare(arguments_.emplace_back(*command), of_suite)] { action_ = chosen; });
    }
    for (const HostCommand& own : host.commands)
      app_.add_subcommand(own.name, own.help);  // for --help: they read their arguments themselves
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  static const HostCommand* find_own(const HostSpec& host, const std::string& name) {
    const auto found = std::find_if(host.commands.begin(), host.commands.end(), [&](const HostCommand& own) { return own.name == name; });
    return found == host.commands.end() ? nullptr : &*found;
  }

  /// Throws CLI::ParseError.
  void parse(const std::vector<std::string>& arguments) {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app_.parse(reversed);
  }
  [[nodiscard]] const CLI::App& app() const { return app_; }
  [[nodiscard]] const Action& action() const { return action_; }
  /// The command that was chosen, or the whole.
  [[nodiscard]] const CLI::App& chosen() const {
    const std::vector<const CLI::App*> chosen = app_.get_subcommands([](const CLI::App* command) { return command->parsed(); });
    return chosen.empty() ? app_ : *chosen.front();
  }
  /// True where the command that was chosen takes the suite's options.
  [[nodiscard]] bool selects_cases() const { return chosen().get_option_no_throw("-k") != nullptr; }

 private:
  CLI::App app_;
  std::deque<Arguments> arguments_;  // of each command
  Action action_;
};

SuiteOptions options_of_suite(const HostSpec& host) {
  Inquiry inquiry(host);
  return runner::Conversation(inquiry.workers(), {}).hello().options;
}

/// What help and completion show of the suite's options; none where it cannot be asked: it need not work for its commands to be explained.
SuiteOptions options_of_suite_if_any(const HostSpec& host) {
  try {
    return options_of_suite(host);
  } catch (const Error&) {
    return {};
  }
}

/// `run` measures by itself, and once was a front of pytest: what stood behind "--" went there.
void refuse_pytest_arguments(const std::vector<std::string>& arguments, const HostSpec& host) {
  const auto behind = std::find(arguments.begin(), arguments.end(), "--");
  if (arguments.empty() || arguments.front() != "run" || behind == arguments.end() || behind + 1 == arguments.end()) return;
  throw Error(fmt::format("run measures by itself and takes nothing behind \"--\": {}", fmt::join(behind + 1, arguments.end(), " ")), "",
              CommandLine::find_own(host, "smoke") != nullptr
                  ? fmt::format("{0} smoke {1} hands it to pytest; pytest --benchkit {1} measures under pytest", called(host),
                                fmt::join(behind + 1, arguments.end(), " "))
                  : fmt::format("pytest --benchkit {} measures under pytest", fmt::join(behind + 1, arguments.end(), " ")));
}

void tell(const std::vector<std::string>& notes, const Streams& streams) {
  for (const std::string& note : notes) streams.err << "note: " << note << "\n";
}

int explain(const CLI::ParseError& error, const CommandLine& line, const std::vector<std::string>& arguments, const HostSpec& host,
            const Streams& streams) {
  if (error.get_exit_code() == 0) {  // --help, --version
    std::ostringstream page;
    const int code = line.app().exit(error, page, streams.err);
    streams.out << folded_help(page.str(), streams.width);
    return code;
  }
  const CLI::App& at = line.chosen();
  const std::string help = called(host) + (&at == &line.app() ? "" : " " + at.get_name()) + " --help";
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const std::string near = unknown ? meant(at, arguments) : "";
  return complain(
      streams, host,
      fmt::format("{}\n  hint: {}{} tells what there is", error.what(), near.empty() ? "" : fmt::format("did you mean {}? ", near), help));
}

int parse_and_act(std::vector<std::string> arguments, const HostSpec& host, const Streams& streams) {
  if (const HostCommand* own = arguments.empty() ? nullptr : CommandLine::find_own(host, arguments.front()); own != nullptr && own->run)
    return own->run({arguments.begin() + 1, arguments.end()});
  Translation ours = values_of_others(arguments);
  tell(ours.notes, streams);
  arguments = std::move(ours.arguments);
  auto line = std::make_unique<CommandLine>(host, SuiteOptions{});
  bool parsed = false;
  bool for_help = false;
  bool wants_suite = false;
  try {
    line->parse(arguments);
    parsed = line->chosen().get_name() != "completion";
    wants_suite = for_help = !parsed;
  } catch (const CLI::CallForHelp&) {
    wants_suite = for_help = line->selects_cases();
  } catch (const CLI::ExtrasError&) {
    wants_suite = line->selects_cases();
  } catch (const CLI::ParseError& error) {
    return explain(error, *line, arguments, host, streams);
  }
  // What the command does not know may be the suite's: only then is it started to be asked.
  if (wants_suite && host.given())
    line = std::make_unique<CommandLine>(host, for_help ? options_of_suite_if_any(host) : options_of_suite(host));
  try {
    if (!parsed) line->parse(arguments);
  } catch (const CLI::ExtrasError& error) {
    refuse_pytest_arguments(arguments, host);
    ours = options_of_others(arguments);
    if (ours.notes.empty()) return explain(error, *line, arguments, host, streams);
    tell(ours.notes, streams);
    return parse_and_act(std::move(ours.arguments), host, streams);
  } catch (const CLI::ParseError& error) {
    return explain(error, *line, arguments, host, streams);
  }
  if (!line->action()) {
    streams.out << folded_help(line->app().help(), streams.width);
    return 0;
  }
  return line->action()({host, streams, line->app(), arguments});
}

}  // namespace

int run(const std::vector<std::string>& arguments, const HostSpec& host, const Streams& streams) {
  base::ensure_standard_descriptors();
  int code = kWrongUsage;
  try {
    code = parse_and_act(arguments, host, streams);
  } catch (const runner::Interrupted&) {
    complain(streams, host, "interrupted; nothing was measured yet");
    code = kInterrupted;
  } catch (const Error& error) {
    complain(streams, host, describe(error));
  } catch (const std::bad_alloc&) {
    complain(streams, host, "there is not enough memory for this");
  } catch (const std::exception& error) {
    complain(streams, host, error.what());
  }
  streams.out.flush();
  // Who reads a pipe may leave when they have seen enough (| head); a full disk is another matter.
  if (!streams.out && !base::reader_is_gone(1)) code = complain(streams, host, "the output could not be written to its end");
  streams.err.flush();
  return code;
}

Streams standard_streams() {
  Streams streams{std::cout, std::cerr};
  const bool terminal = base::is_terminal(1);
  const bool dumb = base::environment("TERM").value_or("") == "dumb";
  streams.width = terminal ? base::terminal_width(1) : 0;
  if (streams.width == 0) {  // a pipe has the width that is asked for
    const std::string columns = base::environment("COLUMNS").value_or("");
    (void)std::from_chars(columns.data(), columns.data() + columns.size(), streams.width);
  }
  streams.colour = terminal && !dumb && base::environment("NO_COLOR").value_or("").empty();
  streams.progress_width = dumb ? 0 : base::terminal_width(2);
  return streams;
}

}  // namespace benchkit::cli
