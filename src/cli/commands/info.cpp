// info: the machine as a snapshot's fingerprint sees it, what would disturb a measurement, and how often verdicts were wrong here.
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/machine.hpp"
#include "base/table.hpp"
#include "base/units.hpp"
#include "cli/aa_result.hpp"
#include "cli/commands/command.hpp"
#include "cli/header.hpp"
#include "core/clock.hpp"

namespace benchkit::cli {
namespace {

Json disturbances_json(const std::vector<base::Disturbance>& found) {
  Json list = Json::array();
  for (const base::Disturbance& one : found) list.push_back({{"what", one.what}, {"why", one.why}, {"mend", one.mend}});
  return list;
}

/// "2026-05-04, ./sorting, exec, 1 s a case, 22 comparisons".
std::string told_of(const Json& summary) {
  return fmt::format("{}, {}, {}, {} a case, {} comparisons", summary.value("when", "").substr(0, 10),
                     base::printable(summary.value("host", "")), summary.value("mode", ""),
                     base::format_duration(summary.value("budget_ns", 0.0) * 1e-9), summary.value("comparisons", 0));
}

int info(const Context& context, const std::string& format) {
  const base::Machine machine = base::this_machine();
  const std::vector<base::Disturbance> found = base::disturbances(machine);
  const protocol::ClockInfo& clock = core::system_clock().info();
  Json facts = machine_json(machine);
  const std::optional<Json> aa = kept_summary(facts);
  facts["clock"] = {{"name", clock.name}, {"resolution_ns", clock.resolution_ns}, {"cost_ns", clock.cost_ns}};
  if (format == "json") {
    facts["disturbances"] = disturbances_json(found);
    facts["aa"] = aa ? *aa : Json(nullptr);
    context.streams.out << facts.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    return 0;
  }
  base::Table table;
  table.columns = {{.title = "machine"}, {.title = machine.host_name, .shrink = true}};
  const auto add = [&](std::string name, std::string value) {
    if (!value.empty()) table.rows.push_back({.cells = {{std::move(name), base::Tone::dim}, {std::move(value)}}});
  };
  add("CPU", machine.cpu);
  add("CPUs", fmt::format("{} logical, {} cores, {} usable here", machine.cpus, machine.cores, machine.usable_cpus));
  add("architecture", machine.architecture);
  add("memory", base::format_value(static_cast<double>(machine.memory_bytes), "B"));
  add("governor", machine.governor.empty() ? "not visible" : machine.governor);
  add("turbo", machine.turbo.empty() ? "not visible" : machine.turbo);
  add("ASLR", machine.aslr + (machine.aslr == "full" ? " (each block draws a new layout)" : ""));
  add("kernel", machine.kernel);
  add("system", machine.system);
  add("virtual machine", machine.virtualisation.empty() ? "no" : machine.virtualisation);
  add("container", machine.container.empty() ? "no" : machine.container);
  add("clock source", machine.clock_source);
  add("clock", fmt::format("{}, resolution {}, cost {}", clock.name, base::format_value(clock.resolution_ns, "ns"),
                           base::format_value(clock.cost_ns, "ns")));
  context.streams.out << base::render_text(table, {context.streams.width, context.streams.colour});
  if (found.empty()) context.streams.out << "\nNothing here is known to disturb a measurement.\n";
  else context.streams.out << "\nWhat would disturb a measurement here:\n";
  for (const base::Disturbance& one : found) context.streams.out << fmt::format("- {}: {}\n  mend: {}\n", one.what, one.why, one.mend);
  if (!aa) {
    context.streams.out << "\nHow often verdicts are wrong here is not known yet: `aa` measures it.\n";
    return 0;
  }
  context.streams.out << fmt::format("\nWhat `aa` found here last ({}):\n", told_of(*aa));
  for (const std::string& line : summary_lines(*aa)) context.streams.out << "- " << line << "\n";
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto format = std::make_shared<std::string>("table");
  command.add_option("--format", *format, "table or json")->one_of({"table", "json"})->capture_default_str();
  return [format](const Context& context) { return info(context, *format); };
}

}  // namespace

CommandEntry info_command() { return {"info", "this machine, and what would disturb a measurement on it", false, &declare}; }

}  // namespace benchkit::cli
