// show: all that the suite says of one case, or one subject.
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/table.hpp"
#include "cli/commands/command.hpp"
#include "cli/facts_view.hpp"
#include "cli/subjects_view.hpp"
#include "runner/conversation.hpp"

namespace benchkit::cli {
namespace {

struct ShowOptions {
  std::string id;
  CommandCaseOptions commands;
  bool resolved = false;
  std::string format = "table";
};

base::Table facts_of(const protocol::CaseDescription& one, const protocol::Hello& hello) {
  base::Table table;
  table.columns = {{.title = "case"}, {.title = one.info.id}};
  const auto add = [&](std::string name, std::string value, base::Tone tone = base::Tone::plain) {
    table.rows.push_back({.cells = {{std::move(name), base::Tone::dim}, {std::move(value), tone}}});
  };
  for (const auto& [name, value] : one.info.dims) add("dim " + name, fmt::format("{} ({})", value.text(), value.type_name()));
  for (const auto& [name, value] : one.info.labels) add("label " + name, fmt::format("{}", value));
  for (const auto& [name, value] : one.info.work) add(name + " a call", fmt::format("{}", value));
  if (!one.info.group.empty()) add("group", one.info.group);
  add("state", one.reuse ? "reused" : "fresh for every call");
  if (one.threads > 1) add("threads", std::to_string(one.threads));
  if (one.timeout_s > 0) add("timeout", fmt::format("{} s", one.timeout_s));
  for (const std::string& limit : one.limits) add("limit", limit);
  if (!one.absent.empty()) add("absent", one.absent, base::Tone::warning);
  if (!one.skip.empty()) add("skip", one.skip, base::Tone::warning);
  if (!one.broken.empty()) add("broken", one.broken, base::Tone::bad);
  for (const protocol::MeterInfo& meter : hello.meters) {
    add("meter " + meter.name, meter.unavailable.empty() ? meter.help : "not here: " + meter.unavailable);
  }
  return table;
}

void show_facts(const Context& context, const ShowOptions& options, const Json& json, const base::Table& facts) {
  context.streams.out << (options.format == "json" ? json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                                                   : render_facts(facts, {context.streams.width, context.streams.colour}));
}

int show(const Context& context, const ShowOptions& options) {
  Inquiry inquiry(context.host, options.commands);
  runner::Conversation conversation(inquiry.workers(), {});
  const protocol::Cases suite = conversation.describe({.options = {}, .resolve = options.resolved}, 0);
  std::vector<std::string> near;
  const auto consider = [&](const std::string& name) {
    if (name.find(options.id) != std::string::npos && near.size() < 5) near.push_back(name);
    return name == options.id;
  };
  for (const protocol::SubjectInfo& one : suite.suite.subjects) {
    if (!consider(one.name)) continue;
    show_facts(context, options, protocol::to_json(one), subject_facts(one));
    return 0;
  }
  for (const protocol::CaseDescription& one : suite.cases) {
    if (!consider(one.info.id)) continue;
    show_facts(context, options, protocol::to_json(one), facts_of(one, conversation.hello()));
    return 0;
  }
  throw Error(fmt::format("there is no case and no subject \"{}\"", options.id), "show",
              near.empty() ? "`list` shows what there is" : fmt::format("did you mean: {}", fmt::join(near, ", ")));
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto options = std::make_shared<ShowOptions>();
  command.add_option("id", options->id, "the case's id, or the subject's name")->required()->type_name("ID");
  options->commands.declare(command);
  command.add_flag("--resolved", options->resolved, "find out what this version has of it, whatever that imports");
  command.add_option("--format", options->format, "table or json")->one_of({"table", "json"})->capture_default_str();
  return [options](const Context& context) { return show(context, *options); };
}

}  // namespace

CommandEntry show_command() { return {"show", "all that the suite says of one case, or of one subject", false, &declare}; }

}  // namespace benchkit::cli
