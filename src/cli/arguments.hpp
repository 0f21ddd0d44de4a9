// Arguments: what a command takes on its command line. The parser behind it is CLI11, whose header costs each file that sees it more time
// to compile than the file's own text; so arguments.cpp, session.cpp and completion.cpp see it, and the commands see this.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): that is its name
class App;
class Option;
}  // namespace CLI

namespace benchkit::cli {

/// One option, flag or positional argument. Each call returns the argument again.
class Argument {
 public:
  explicit Argument(CLI::Option& option) : option_(&option) {}

  /// What stands for its value in the help.
  Argument* type_name(const std::string& name);
  /// How many values it takes each time it is given; at most without end where `most` is -1.
  Argument* expected(int count);
  Argument* expected(int least, int most);
  /// May be given several times, and all count.
  Argument* take_all();
  /// Values that stand in one word, divided by it.
  Argument* delimiter(char divider);
  Argument* required();
  /// The help shows the target's value as the default.
  Argument* capture_default_str();
  Argument* one_of(const std::vector<std::string>& values);
  /// From `least` to `most`, both included.
  Argument* within(int least, int most);
  /// `complaint` returns what is wrong with a value, or nothing.
  Argument* check(const std::function<std::string(const std::string&)>& complaint);
  /// Wrong usage without the other one, or beside it.
  Argument* needs(Argument* other);
  Argument* excludes(Argument* other);
  Argument* excludes(const std::string& name);

  /// How often it was given.
  [[nodiscard]] std::size_t count() const;

 private:
  CLI::Option* option_;
};

/// The arguments of one command. What it returns lives as long as it does.
class Arguments {
 public:
  explicit Arguments(CLI::App& command) : command_(&command) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  /// An option (`-k`, `-o,--output`) or a positional argument (`id`); what is given is put into `target`, which must live until then.
  /// Of these types: arguments.cpp has the list.
  template <class T>
  Argument* add_option(const std::string& names, T& target, const std::string& help = {});
  Argument* add_flag(const std::string& names, bool& target, const std::string& help);

  /// One that was added before.
  Argument* get_option(const std::string& name);
  [[nodiscard]] bool has(const std::string& name) const;
  /// The command's.
  [[nodiscard]] std::string name() const;

 private:
  Argument* kept(CLI::Option* option);

  CLI::App* command_;
  std::deque<Argument> all_;
};

}  // namespace benchkit::cli
