// list: the cases of the suite.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/table.hpp"
#include "cli/commands/command.hpp"
#include "cli/dim_columns.hpp"
#include "cli/suite.hpp"
#include "protocol/messages.hpp"

namespace benchkit::cli {
namespace {

struct ListOptions {
  FilterOptions filter;
  CommandCaseOptions commands;
  bool details = false;
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
  const bool remarks = std::any_of(cases.begin(), cases.end(), [](const auto& one) { return !one.skip.empty() || !one.broken.empty(); });
  if (remarks) table.columns.push_back({.title = "remark", .shrink = true});
  for (const auto& one : cases) {
    base::Table::Row row;
    row.cells.push_back({one.info.id});
    for (const std::string& dim : dims) row.cells.push_back({dim_text(one.info.dims, dim)});
    if (groups) row.cells.push_back({one.info.group});
    if (!one.broken.empty()) row.cells.push_back({"broken: " + one.broken, base::Tone::bad});
    else if (!one.skip.empty()) row.cells.push_back({"skip: " + one.skip, base::Tone::dim});
    table.rows.push_back(std::move(row));
  }
  return table;
}

int list(const Context& context, const ListOptions& options) {
  const base::InterruptGuard interrupts;
  const auto workers = workers_of(context.host, options.commands, {}, &interrupts);
  const SuiteDescription suite = describe_suite(*workers, options.filter.filter());
  std::string text;
  std::string complaints;
  if (options.format == "json") {
    Json all = Json::array();
    for (const auto& one : suite.cases) all.push_back(protocol::to_json(one));
    text = all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  } else if (options.details) {
    text = base::render_text(details_table(suite.cases), {context.streams.width, context.streams.colour});
  } else {
    for (const auto& one : suite.cases) {
      text += base::printable(one.info.id) + "\n";
      if (!one.broken.empty()) complaints += fmt::format("broken {}: {}\n", base::printable(one.info.id), base::printable(one.broken));
    }
  }
  context.streams.out << text;
  context.streams.err << complaints;
  if (suite.cases.size() < suite.total) context.streams.err << fmt::format("{} of {} cases\n", suite.cases.size(), suite.total);
  return 0;
}

Action declare(CLI::App& command) {
  const auto options = std::make_shared<ListOptions>();
  options->filter.declare(command);
  options->commands.declare(command);
  command.add_flag("-d,--details", options->details, "a table with dims, groups and remarks");
  command.add_option("--format", options->format, "table or json")->check(CLI::IsMember({"table", "json"}))->capture_default_str();
  return [options](const Context& context) { return list(context, *options); };
}

}  // namespace

CommandEntry list_command() { return {"list", "the ids of the suite's cases", false, &declare}; }

}  // namespace benchkit::cli
