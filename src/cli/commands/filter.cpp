// filter: the subjects that have something, by name.
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "cli/commands/command.hpp"
#include "cli/subjects_view.hpp"

namespace benchkit::cli {
namespace {

struct FilterCommandOptions {
  FilterOptions filter;
  std::vector<std::string> features, operations;
  std::string kind;
};

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

void check_known(const Names& asked, const Names& known, const char* option) {
  for (const std::string& name : asked) {
    if (!holds(known, name))
      throw Error(fmt::format("the suite has no \"{}\"", name), option, fmt::format("known are {}", fmt::join(known, ", ")));
  }
}

int filter(const Context& context, const FilterCommandOptions& options) {
  Inquiry inquiry(context.host);
  const SuiteDescription suite = describe_suite(inquiry.workers(), {options.filter.filter(), options.filter.suite_words(), false});
  const std::vector<CountedSubject> subjects = subjects_of(suite, options.kind);
  check_known(options.features, suite.info.features, "--feature");
  check_known(options.operations, suite.info.operations, "--operation");
  std::size_t shown = 0;
  for (const CountedSubject& one : subjects) {
    const auto has_all = [](const Names& asked, const Names& has) {
      return std::all_of(asked.begin(), asked.end(), [&](const std::string& name) { return holds(has, name); });
    };
    if (!has_all(options.features, one.subject->features) || !has_all(options.operations, one.subject->operations)) continue;
    context.streams.out << one.subject->name << "\n";
    ++shown;
  }
  context.streams.err << fmt::format("{} of {} subjects\n", shown, suite.info.subjects.size());
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<FilterCommandOptions>();
  SuiteOptions others = of_suite;
  std::erase_if(others, [](const auto& one) { return one.name == "--operation"; });  // the same, by its usual name
  options->filter.declare(command, others);
  command.add_option("--feature", options->features, "subjects that have all of these")
      ->type_name("NAME")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command.add_option("--operation", options->operations, "subjects that all of these apply to")
      ->type_name("NAME")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command.add_option("--kind", options->kind, "subjects of this kind")->type_name("KIND");
  return [options](const Context& context) { return filter(context, *options); };
}

}  // namespace

CommandEntry filter_command() { return {"filter", "the names of a suite's subjects that have what is asked for", false, &declare}; }

}  // namespace benchkit::cli
