// list: the subjects of the suite, or its cases.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/table.hpp"
#include "cli/commands/command.hpp"
#include "cli/dim_columns.hpp"
#include "cli/subjects_view.hpp"
#include "protocol/messages.hpp"

namespace benchkit::cli {
namespace {

struct ListOptions {
  FilterOptions filter;
  CommandCaseOptions commands;
  bool details = false;
  bool cases = false;
  bool resolved = false;
  std::string kind;
  std::string format = "table";
};

base::Table details_table(const std::vector<protocol::CaseDescription>& cases) {
  base::Table table;
  table.columns.push_back({.title = "case", .shrink = true});
  std::vector<std::string> dims;
  for (const auto& one : cases) add_dim_names(dims, one.info.dims);
  for (const std::string& dim : dims) table.columns.push_back({.title = dim, .align = base::Align::right});
  const bool groups = std::any_of(cases.begin(), cases.end(), [](const auto& one) { return !one.info.group.empty(); });
  if (groups) table.columns.push_back({.title = "group"});
  const bool remarks = std::any_of(cases.begin(), cases.end(),
                                   [](const auto& one) { return !one.skip.empty() || !one.absent.empty() || !one.broken.empty(); });
  if (remarks) table.columns.push_back({.title = "remark", .shrink = true});
  for (const auto& one : cases) {
    base::Table::Row row;
    row.cells.push_back({one.info.id});
    for (const std::string& dim : dims) row.cells.push_back({dim_text(one.info.dims, dim)});
    if (groups) row.cells.push_back({one.info.group});
    if (!one.broken.empty()) row.cells.push_back({"broken: " + one.broken, base::Tone::bad});
    else if (!one.absent.empty()) row.cells.push_back({"absent: " + one.absent, base::Tone::dim});
    else if (!one.skip.empty()) row.cells.push_back({"skip: " + one.skip, base::Tone::dim});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string cases_text(const Context& context, const ListOptions& options, const SuiteDescription& suite) {
  if (options.details) return base::render_text(details_table(suite.cases), {context.streams.width, context.streams.colour});
  std::string text;
  for (const auto& one : suite.cases) {
    if (one.absent.empty()) text += base::printable(one.info.id) + "\n";
  }
  return text;
}

/// `17 of 54 cases`, and how many of the selected ones the version lacks.
std::string count_text(const SuiteDescription& suite) {
  const std::size_t present = present_cases(suite);
  const std::size_t absent = suite.cases.size() - present;
  return fmt::format("{} of {} cases{}", present, suite.total, absent == 0 ? "" : fmt::format(", {} absent", absent));
}

template <class All>
std::string json_text(const All& all) {
  Json array = Json::array();
  for (const auto& one : all) array.push_back(protocol::to_json(one));
  return array.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int list_subjects(const Context& context, const ListOptions& options, const SuiteDescription& suite) {
  const std::vector<CountedSubject> subjects = subjects_of(suite, options.kind);
  if (options.format == "json") {
    std::vector<protocol::SubjectInfo> all;
    for (const CountedSubject& one : subjects) all.push_back(*one.subject);
    context.streams.out << json_text(all);
    return 0;
  }
  context.streams.out << (options.details ? subjects_text(subjects)
                                          : base::render_text(subjects_table(subjects), {context.streams.width, context.streams.colour}));
  context.streams.err << fmt::format("{}\n{} of {} subjects, {}; --cases lists those\n", kLadderLegend, subjects.size(),
                                     suite.info.subjects.size(), count_text(suite));
  return 0;
}

int list(const Context& context, const ListOptions& options) {
  Inquiry inquiry(context.host, options.commands);
  const SuiteDescription suite =
      describe_suite(inquiry.workers(), {options.filter.filter(), options.filter.suite_words(), options.resolved});
  if (!options.kind.empty() || (!suite.info.empty() && !options.cases)) return list_subjects(context, options, suite);
  context.streams.out << (options.format == "json" ? json_text(suite.cases) : cases_text(context, options, suite));
  for (const auto& one : suite.cases) {
    if (options.format != "json" && !options.details && !one.broken.empty())
      context.streams.err << fmt::format("broken {}: {}\n", base::printable(one.info.id), base::printable(one.broken));
  }
  if (present_cases(suite) < suite.total) context.streams.err << count_text(suite) << "\n";
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<ListOptions>();
  options->filter.declare(command, of_suite);
  options->commands.declare(command);
  command.add_flag("-d,--details", options->details,
                   "more of each: dims, groups and remarks of cases, features and descriptions of subjects");
  command.add_flag("--cases", options->cases, "the cases, where the suite has subjects");
  command.add_option("--kind", options->kind, "subjects of this kind")->type_name("KIND");
  command.add_flag("--resolved", options->resolved, "find out what this version has of them, whatever that imports");
  command.add_option("--format", options->format, "table or json")->one_of({"table", "json"})->capture_default_str();
  return [options](const Context& context) { return list(context, *options); };
}

}  // namespace

CommandEntry list_command() { return {"list", "the suite's subjects, or the ids of its cases", false, &declare}; }

}  // namespace benchkit::cli
