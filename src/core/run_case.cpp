#include <benchkit/core/run_case.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "core/sampler.hpp"
#include "stats/centre.hpp"

namespace benchkit {
namespace {

/// Samples that a budget is divided into, where the clock allows so many.
constexpr std::int64_t kWantedSamples = 50;

std::unique_ptr<core::Meter> meter_named(const std::string& name, core::Clock& clock) {
  std::string known;
  for (const core::MeterEntry& entry : core::built_in_meters()) {
    if (entry.name == name) {
      auto meter = entry.make(clock);
      if (const std::string reason = meter->info().unavailable; !reason.empty()) throw Error(reason, "meter " + name);
      return meter;
    }
    known += known.empty() ? entry.name : std::string(", ") + entry.name;
  }
  throw Error(fmt::format("there is no meter \"{}\"", name), {}, "known: " + known);
}

}  // namespace

CaseResult run_case(const Case& definition, const RunCaseOptions& options) {
  core::Clock& clock = core::system_clock();
  const std::int64_t began_ns = clock.now_ns();
  const auto budget_ns = static_cast<std::int64_t>(options.budget.count() * 1e9);

  core::Sampler sampler(definition, meter_named(options.meter, clock), clock);
  const protocol::MeterInfo info = sampler.meter().info();
  const std::int64_t target_ns = options.samples > 0 ? 0 : budget_ns / kWantedSamples;
  const protocol::Calibrated batch = sampler.calibrate(target_ns);

  CaseResult result{.id = definition.id,
                    .metric = info.metrics.front(),
                    .samples = {},
                    .iterations = batch.iterations,
                    .median = 0,
                    .low = {},
                    .high = {},
                    .warnings = batch.warnings};
  const auto wanted = [&] {
    if (options.samples > 0) return result.samples.size() < options.samples;
    return result.samples.empty() || clock.now_ns() - began_ns < budget_ns;
  };
  while (wanted()) result.samples.push_back(sampler.sample(batch.iterations).values.front());
  sampler.tear_down();

  const std::vector<std::int64_t> one_block(result.samples.size(), 0);
  const stats::Centre centre = stats::centre({result.samples, one_block}, stats::Statistic::median);
  result.median = centre.value;
  if (centre.interval) {
    result.low = centre.interval->low;
    result.high = centre.interval->high;
  }
  return result;
}

}  // namespace benchkit
