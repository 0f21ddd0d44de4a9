#include "cli/session.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <benchkit/base/error.hpp>

#include "base/channel.hpp"
#include "base/nearest.hpp"
#include "base/os.hpp"
#include "cli/commands/command.hpp"
#include "cli/suite.hpp"

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

int parse_and_act(const std::vector<std::string>& arguments, const HostSpec& host, const Streams& streams) {
  CLI::App app("benchkit measures, keeps and compares.", called(host));
  app.set_version_flag("--version", "benchkit " BENCHKIT_VERSION);
  app.require_subcommand(0, 1);
  const auto formatter = std::make_shared<HelpFormatter>();
  formatter->column_width(30);
  app.formatter(formatter);
  Action action;
  for (const CommandEntry& entry : commands()) {
    CLI::App* command = app.add_subcommand(entry.name, entry.help);
    if (entry.hidden) command->group("");
    command->callback([&action, chosen = entry.declare(*command)] { action = chosen; });
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, streams.out, streams.err);  // --help, --version
    const CLI::App* at = &app;
    for (const CLI::App* chosen : app.get_subcommands()) at = chosen;
    const std::string help = called(host) + (at == &app ? "" : " " + at->get_name()) + " --help";
    const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    const std::string near = unknown ? meant(*at, arguments) : "";
    return complain(streams, host,
                    fmt::format("{}\n  hint: {}{} tells what there is", error.what(),
                                near.empty() ? "" : fmt::format("did you mean {}? ", near), help));
  }
  if (!action) {
    streams.out << app.help();
    return 0;
  }
  return action({host, streams, app, arguments});
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
