// completion: a script for the shell, made from the command line itself.
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands/command.hpp"
#include "cli/suite.hpp"

namespace benchkit::cli {
namespace {

struct Word {
  std::string text;
  std::string help;
};

std::vector<Word> options_of(const CLI::App& app) {
  std::vector<Word> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back({"--" + name, option->get_description()});
    for (const std::string& name : option->get_snames()) words.push_back({"-" + name, option->get_description()});
  }
  return words;
}

std::vector<const CLI::App*> visible_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::string texts(const std::vector<Word>& words) {
  std::string result;
  for (const Word& word : words) result += (result.empty() ? "" : " ") + word.text;
  return result;
}

std::string quoted(std::string text) {
  for (std::size_t at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 4)) text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

std::string bash_script(const CLI::App& app, const std::string& program) {
  std::string commands;
  std::string branches;
  for (const CLI::App* command : visible_commands(app)) {
    commands += (commands.empty() ? "" : " ") + command->get_name();
    branches += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), texts(options_of(*command)));
  }
  return fmt::format(R"(_benchkit_complete() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words
  case "${{COMP_WORDS[1]}}" in
{}    *) words="{} {}" ;;
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then words="{} {}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $COMP_CWORD -gt 1 && "$current" != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _benchkit_complete {}
)",
                     branches, commands, texts(options_of(app)), commands, texts(options_of(app)), quoted(program));
}

std::string zsh_script(const CLI::App& app, const std::string& program) {
  std::string branches;
  std::string commands;
  for (const CLI::App* command : visible_commands(app)) {
    commands += fmt::format("    {}\n", quoted(command->get_name() + ":" + command->get_description()));
    branches += fmt::format("    {}) compadd -- {}; _files ;;\n", command->get_name(), texts(options_of(*command)));
  }
  return fmt::format(R"(#compdef {}
_benchkit() {{
  local -a commands=(
{}  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case "$words[2]" in
{}  esac
}}
compdef _benchkit {}
)",
                     program, commands, branches, quoted(program));
}

std::string fish_script(const CLI::App& app, const std::string& program) {
  std::string script;
  for (const CLI::App* command : visible_commands(app)) {
    script += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d {}\n", quoted(program), command->get_name(),
                          quoted(command->get_description()));
    for (const Word& word : options_of(*command)) {
      const bool is_long = word.text.starts_with("--");
      script += fmt::format("complete -c {} -n '__fish_seen_subcommand_from {}' -{} {} -d {}\n", quoted(program), command->get_name(),
                            is_long ? 'l' : 's', word.text.substr(is_long ? 2 : 1), quoted(word.help));
    }
  }
  return script;
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto shell = std::make_shared<std::string>();
  command.add_option("shell", *shell, "bash, zsh or fish")->required()->one_of({"bash", "zsh", "fish"});
  return [shell](const Context& context) {
    const std::string name = called(context.host);
    const std::string program = name.substr(name.rfind('/') + 1);
    context.streams.out << (*shell == "bash"  ? bash_script(context.app, program)
                            : *shell == "zsh" ? zsh_script(context.app, program)
                                              : fish_script(context.app, program));
    return 0;
  };
}

}  // namespace

CommandEntry completion_command() { return {"completion", "a completion script: eval \"$(benchkit completion bash)\"", false, &declare}; }

}  // namespace benchkit::cli
