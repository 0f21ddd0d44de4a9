#include "cli/options.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"
#include "core/command.hpp"

namespace benchkit::cli {
namespace {

/// A parameter of commands: `{name}` in a command stands for each of the values in turn.
struct ParameterList {
  std::string name;
  std::vector<std::string> values;
};

ParameterList parse_list(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error(fmt::format("\"{}\" is no parameter", text), "-L", "write NAME=VALUE,VALUE,...");
  }
  ParameterList list{text.substr(0, equals), {}};
  base::for_each_part(std::string_view(text).substr(equals + 1), [&](std::string_view value) { list.values.emplace_back(value); });
  const std::string& first = list.values.front();
  const std::size_t dots = first.find("..");
  const auto digit_at = [&](std::size_t at) { return at < first.size() && std::isdigit(static_cast<unsigned char>(first[at])) != 0; };
  if (list.values.size() == 1 && dots != std::string::npos && digit_at(dots - 1) && digit_at(dots + 2)) {
    throw Error(fmt::format("\"{}\" would be one value", first), "-L " + list.name, "write the values: NAME=1,2,3");
  }
  return list;
}

/// The text with everything that is quoted or escaped, and the quotes, made blank: what a shell would take as its own.
std::string unquoted(const std::string& text) {
  std::string result = text;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escaped = c == '\\' && quote != '\'' && i + 1 < text.size();
    const bool opens = quote == 0 && (c == '\'' || c == '"');
    if (quote != 0 || opens || escaped) result[i] = '_';
    if (escaped) result[++i] = '_';
    else if (opens) quote = c;
    else if (c == quote) quote = 0;
  }
  return result;
}

/// Throws where a command, given by `option`, holds what a shell would act on, and there is none.
void refuse_shell_words(const std::string& command, const std::string& option) {
  static const std::set<std::string> operators{"|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>&1", "&>"};
  std::istringstream words(unquoted(command));
  for (std::string word; words >> word;) {
    if (operators.contains(word) || word.ends_with(';'))
      throw Error(fmt::format("\"{}\" means something to a shell alone, and \"{}\" is run without one", word, command), option,
                  "add --shell, or quote it");
  }
}

/// Throws where a command holds {NAME} and no parameter is called so.
void refuse_unknown_parameters(const std::string& command, const std::string& option, const std::vector<ParameterList>& parameters) {
  const std::string text = unquoted(command);
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string::npos) return;
    const std::string name = text.substr(at + 1, end - at - 1);
    const bool is_name =
        !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    const bool known = std::any_of(parameters.begin(), parameters.end(), [&](const ParameterList& one) { return one.name == name; });
    if (is_name && !known && (at == 0 || text[at - 1] != '$'))
      throw Error(fmt::format("no -L gives a value for {{{}}}", name), option,
                  fmt::format("add -L {}=VALUE,VALUE, or quote the braces", name));
  }
}

DimValue typed(const std::string& text) {
  std::int64_t integer = 0;
  const char* last = text.data() + text.size();
  if (const auto [end, error] = std::from_chars(text.data(), last, integer); error == std::errc{} && end == last) return DimValue(integer);
  double real = 0;
  if (const auto [end, error] = std::from_chars(text.data(), last, real); error == std::errc{} && end == last && std::isfinite(real))
    return DimValue(real);
  return DimValue(text);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

/// `name=CMD`, or a bare command that is its own name.
std::pair<std::string, std::string> name_and_command(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t blank = text.find_first_of(" \t'\"/");
  if (equals == std::string::npos || equals == 0 || (blank != std::string::npos && blank < equals)) return {text, text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// The commands of one case; each is empty where there is none, or its words.
struct CommandWords {
  std::vector<std::string> command, setup, prepare, cleanup;

  void replace(const std::string& from, const std::string& to) {
    for (std::vector<std::string>* words : {&command, &setup, &prepare, &cleanup}) {
      for (std::string& word : *words) word = replaced(std::move(word), from, to);
    }
  }
};

/// A shell gets its line as one word; else the command is split before values are put in, so that a value with blanks stays one.
std::vector<std::string> words_to_run(const std::string& text, const std::string& option, bool shell,
                                      const std::vector<ParameterList>& parameters) {
  refuse_unknown_parameters(text, option, parameters);
  if (shell) return {"sh", "-c", text};
  refuse_shell_words(text, option);
  std::vector<std::string> words = split_words(text, option);
  if (words.empty()) throw Error(fmt::format("\"{}\" holds no program", text), option, option == "--command" ? "write NAME=CMD ARGS" : "");
  return words;
}

/// The commands with the choice-th combination of their parameters' values.
Case chosen(const std::string& name, CommandWords words, const std::vector<ParameterList>& parameters, std::size_t choice,
            bool ignore_failure) {
  std::string values;
  Dims dims{{"command", name}};
  for (const ParameterList& parameter : parameters) {
    const std::string& value = parameter.values[choice % parameter.values.size()];
    choice /= parameter.values.size();
    words.replace("{" + parameter.name + "}", value);
    values += (values.empty() ? "" : ", ") + parameter.name + "=" + value;
    dims.set(parameter.name, typed(value));
  }
  return {.id = values.empty() ? name : name + "[" + values + "]",
          .dims = dims,
          .run = core::command_run({.argv = std::move(words.command),
                                    .ignore_failure = ignore_failure,
                                    .setup = std::move(words.setup),
                                    .prepare = std::move(words.prepare),
                                    .cleanup = std::move(words.cleanup)})};
}

}  // namespace

void FilterOptions::declare_own(Arguments& command) {
  command.add_option("-k", expressions_, "only cases whose id matches: words with and, or, not, ( )")
      ->type_name("EXPR")
      ->expected(1)
      ->take_all();
  command.add_option("--where", conditions_, "only cases with DIM=VALUE, DIM!=VALUE, DIM=A,B, DIM>=10, DIM=10..100")
      ->type_name("CONDITION")
      ->expected(1)
      ->take_all();
}

void FilterOptions::declare_one(Arguments& command, const protocol::OptionInfo& option) {
  if (command.has(option.name))
    throw Error(fmt::format("the suite declares {}, which `{}` has itself", option.name, command.name()), {}, "rename the suite's option");
  OfSuite& one = of_suite_.emplace_back(OfSuite{.option = option});
  if (option.value.empty()) command.add_flag(option.name, one.flag, option.help);
  else command.add_option(option.name, one.values, option.help)->type_name(option.value)->expected(1)->take_all();
}

void FilterOptions::declare(Arguments& command, const SuiteOptions& of_suite) {
  declare_own(command);
  for (const protocol::OptionInfo& option : of_suite) declare_one(command, option);
}

void FilterOptions::declare_for_files(Arguments& command, const SuiteOptions& of_suite) {
  declare_own(command);
  for (const protocol::OptionInfo& option : of_suite) {
    if (!option.dim.empty()) declare_one(command, option);
  }
}

Filter FilterOptions::filter() const {
  Filter filter;
  for (const std::string& expression : expressions_) filter.add_expression(expression);
  for (const std::string& condition : conditions_) filter.add_where(condition);
  for (const OfSuite& one : of_suite_) {
    if (!one.option.dim.empty() && !one.values.empty()) filter.add_where(fmt::format("{}={}", one.option.dim, fmt::join(one.values, ",")));
  }
  return filter;
}

std::vector<std::string> FilterOptions::suite_words() const {
  std::vector<std::string> words;
  for (const OfSuite& one : of_suite_) {
    if (one.flag) words.push_back(one.option.name);
    for (const std::string& value : one.values) words.insert(words.end(), {one.option.name, value});
  }
  return words;
}

void CommandCaseOptions::declare(Arguments& command) {
  Argument* const measured = command.add_option("--command", commands, "measure a program: NAME=CMD ARGS; may be repeated");
  measured->type_name("NAME=CMD")->expected(1)->take_all();
  command.add_option("-L", lists, "a parameter of the commands: NAME=V1,V2 puts each value in place of {NAME}")
      ->type_name("NAME=VALUES")
      ->expected(1)
      ->take_all();
  command.add_flag("--shell", shell, "run commands by sh -c (its start is part of the time)");
  command.add_flag("--ignore-failure", ignore_failure, "a command may end with any exit code");
  command.add_option("--setup", setup, "run this before a command's calls, once in each worker that measures it [nothing]")
      ->type_name("CMD")
      ->needs(measured);
  command.add_option("--prepare", prepare, "run this before each call of a command, outside the clock [nothing]")
      ->type_name("CMD")
      ->needs(measured);
  command.add_option("--cleanup", cleanup, "run this after a command's calls, once in each worker that measured it [nothing]")
      ->type_name("CMD")
      ->needs(measured);
}

std::vector<std::string> CommandCaseOptions::words() const {
  std::vector<std::string> words;
  for (const std::string& command : commands) words.insert(words.end(), {"--command", command});
  for (const std::string& list : lists) words.insert(words.end(), {"-L", list});
  if (shell) words.emplace_back("--shell");
  if (ignore_failure) words.emplace_back("--ignore-failure");
  for (const auto& [option, beside] : {std::pair{"--setup", &setup}, {"--prepare", &prepare}, {"--cleanup", &cleanup}}) {
    if (!beside->empty()) words.insert(words.end(), {option, *beside});
  }
  return words;
}

std::vector<std::string> CommandCaseOptions::programs() const {
  std::vector<std::string> programs;
  for (const std::string& text : commands) {
    const std::vector<std::string> words = split_words(name_and_command(text).second, "--command");
    if (!words.empty()) programs.push_back(words.front());
  }
  return programs;
}

std::vector<core::HostCase> CommandCaseOptions::cases() const {
  std::vector<ParameterList> parameters;
  for (const std::string& list : lists) {
    ParameterList parameter = parse_list(list);
    for (const ParameterList& other : parameters) {
      if (other.name == parameter.name)
        throw Error("the parameter is given twice", "-L " + other.name, fmt::format("write all values at once: -L {}=1,2,3", other.name));
    }
    parameters.push_back(std::move(parameter));
  }
  CommandWords around;
  for (const auto& [option, text, words] :
       {std::tuple{"--setup", &setup, &around.setup}, {"--prepare", &prepare, &around.prepare}, {"--cleanup", &cleanup, &around.cleanup}}) {
    if (text->empty()) continue;
    *words = words_to_run(*text, option, shell, parameters);
  }
  std::vector<core::HostCase> cases;
  std::set<std::string> used;
  for (const std::string& text : commands) {
    const auto& [name, command] = name_and_command(text);
    CommandWords words = around;
    words.command = words_to_run(command, "--command", shell, parameters);
    std::vector<ParameterList> own;
    for (const ParameterList& parameter : parameters) {
      const std::string place = "{" + parameter.name + "}";
      const auto holds = [&](const std::string& one) { return one.find(place) != std::string::npos; };
      if (!holds(command) && !holds(setup) && !holds(prepare) && !holds(cleanup)) continue;
      own.push_back(parameter);
      used.insert(parameter.name);
    }
    std::size_t choices = 1;
    for (const ParameterList& parameter : own) choices *= parameter.values.size();
    for (std::size_t choice = 0; choice < choices; ++choice) {
      Case one = chosen(name, words, own, choice, ignore_failure);
      cases.push_back({std::move(one), "--command " + text, {}});
    }
  }
  for (const ParameterList& parameter : parameters) {
    if (!used.contains(parameter.name)) {
      throw Error(fmt::format("no command holds {{{}}}", parameter.name), "-L " + parameter.name, "write {NAME} where the value belongs");
    }
  }
  return cases;
}

Json to_json(const CommandCaseOptions& options) {
  return {
      {"commands", options.commands}, {"lists", options.lists},     {"shell", options.shell},    {"ignore_failure", options.ignore_failure},
      {"setup", options.setup},       {"prepare", options.prepare}, {"cleanup", options.cleanup}};
}

CommandCaseOptions command_cases_from_json(const Json& json) {
  CommandCaseOptions options;
  options.commands = json.at("commands").get<std::vector<std::string>>();
  options.lists = json.at("lists").get<std::vector<std::string>>();
  options.shell = json.at("shell").get<bool>();
  options.ignore_failure = json.at("ignore_failure").get<bool>();
  options.setup = json.value("setup", "");
  options.prepare = json.value("prepare", "");
  options.cleanup = json.value("cleanup", "");
  return options;
}

std::vector<std::string> split_words(const std::string& text, const std::string& option) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < text.size() && (quote == 0 || text[i + 1] == '"' || text[i + 1] == '\\');
    if (escapes) {
      word += text[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
      else word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) throw Error(fmt::format("a quotation mark is not closed in \"{}\"", text), option);
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace benchkit::cli
