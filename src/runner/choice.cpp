#include "runner/choice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::runner {
namespace {

struct Found {
  const protocol::MeterInfo* meter = nullptr;
  std::vector<bool> wanted;
};

Found find(const std::string& name, const std::vector<protocol::MeterInfo>& meters) {
  for (const protocol::MeterInfo& meter : meters) {
    std::vector<bool> wanted;
    wanted.reserve(meter.metrics.size());
    for (const Metric& metric : meter.metrics) wanted.push_back(metric.name == name || meter.name == name);
    if (std::find(wanted.begin(), wanted.end(), true) != wanted.end()) return {&meter, std::move(wanted)};
  }
  return {};
}

std::string known_names(const std::vector<protocol::MeterInfo>& meters) {
  std::string known;
  for (const protocol::MeterInfo& meter : meters) {
    for (const Metric& metric : meter.metrics) known += (known.empty() ? "" : ", ") + metric.name;
    if (meter.metrics.size() > 1) known += fmt::format(", {} (all of these {})", meter.name, meter.metrics.size());
  }
  return known;
}

}  // namespace

bool is_selected(const protocol::CaseDescription& description, const Filter& filter) {
  return description.unselected.empty() && filter.matches(description.info.id, description.info.dims);
}

std::size_t MeterChoice::headline() const noexcept {
  return static_cast<std::size_t>(std::find(wanted.begin(), wanted.end(), true) - wanted.begin());
}

std::vector<MeterChoice> choose_meters(const std::vector<std::string>& names, const std::vector<protocol::MeterInfo>& meters) {
  std::vector<MeterChoice> choices;
  for (const std::string& name : names) {
    const Found found = find(name, meters);
    if (found.meter == nullptr) {
      throw Error(fmt::format("this suite has no metric \"{}\"", name), "--metric", "known: " + known_names(meters));
    }
    if (!found.meter->unavailable.empty()) throw Error(found.meter->unavailable, "--metric " + name);
    const auto same = [&](const MeterChoice& choice) { return choice.meter.name == found.meter->name; };
    const auto chosen = std::find_if(choices.begin(), choices.end(), same);
    if (chosen == choices.end()) {
      choices.push_back({*found.meter, found.wanted});
      continue;
    }
    for (std::size_t i = 0; i < found.wanted.size(); ++i) chosen->wanted[i] = chosen->wanted[i] || found.wanted[i];
  }
  return choices;
}

Json turn_on(const std::vector<std::string>& modes, std::vector<MeterChoice>& choices) {
  Json conditions = Json::object();
  for (const std::string& name : modes) {
    for (MeterChoice& choice : choices) {
      protocol::MeterInfo& meter = choice.meter;
      const auto mode =
          std::find_if(meter.modes.begin(), meter.modes.end(), [&](const protocol::MeterMode& one) { return one.name == name; });
      if (mode == meter.modes.end()) continue;
      const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
      append(meter.launch.environment, mode->launch.environment);
      append(meter.launch.preload, mode->launch.preload);
      append(meter.launch.prefix, mode->launch.prefix);
      Json& condition = conditions[name];
      condition["note"] = mode->note;
      for (const std::vector<Metric>* metrics : {&meter.metrics, &meter.cold_metrics}) {
        for (const Metric& metric : *metrics) condition["metrics"].push_back(metric.name);
      }
    }
    if (!conditions.contains(name)) {
      throw Error("no metric of this run can be counted so", "--" + name, "this option is for the memory of a Python suite: --metric peak");
    }
  }
  return conditions;
}

void check_attribution(const std::vector<MeterChoice>& measured, const std::vector<protocol::MeterInfo>& known) {
  if (std::any_of(measured.begin(), measured.end(), [](const MeterChoice& choice) { return choice.meter.attributes; })) return;
  for (const protocol::MeterInfo& meter : known) {
    if (!meter.attributes || !meter.unavailable.empty()) continue;
    throw Error("none of the metrics that are measured can be attributed to call paths", "--attribute",
                fmt::format("measure one that can: --metric {} --attribute", meter.metrics.front().name));
  }
  throw Error("this suite has no metric that can be attributed to call paths", "--attribute",
              "the heap of C++ and Python suites can be: --metric peak; that of other programs cannot");
}

}  // namespace benchkit::runner
