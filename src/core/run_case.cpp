#include <benchkit/core/run_case.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "core/host.hpp"
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
  Case told = definition;
  if (const std::string fault = core::take_out_faults(told); !fault.empty()) throw Error(fault, told.id);
  if (!told.skip.empty()) throw Error("the case is skipped: " + told.skip, told.id, "leave `skip` empty to measure it all the same");

  core::Clock& clock = core::system_clock();
  const std::int64_t began_ns = clock.now_ns();
  const auto budget_ns = static_cast<std::int64_t>(options.budget.count() * 1e9);
  const core::TakenNames taken = core::metric_names(core::built_in_meters(), clock);

  core::Sampler sampler(told, meter_named(options.meter, clock), clock, taken);
  const protocol::MeterInfo info = sampler.meter().info();
  const bool by_number = options.samples > 0;
  const protocol::Calibrated batch =
      sampler.calibrate({.target_ns = by_number ? 0 : budget_ns / kWantedSamples, .budget_ns = by_number ? 0 : budget_ns});

  CaseResult result{.id = told.id,
                    .metric = info.metrics.front(),
                    .samples = {},
                    .iterations = batch.iterations,
                    .median = 0,
                    .low = {},
                    .high = {},
                    .warnings = batch.warnings};
  const auto add = [&](const protocol::Sampled& sampled) {
    result.samples.push_back(sampled.values.front());
    for (const std::string& warning : sampled.warnings) {
      if (std::find(result.warnings.begin(), result.warnings.end(), warning) == result.warnings.end()) result.warnings.push_back(warning);
    }
  };
  const auto wanted = [&] {
    if (by_number) return result.samples.size() < options.samples;
    return result.samples.empty() || clock.now_ns() - began_ns < budget_ns;
  };
  if (info.batches && batch.cold && !by_number) {
    result.warnings.emplace_back(
        "cold: one call takes longer than what the budget leaves for calls, so the first one is all there is: give a larger budget");
    add(*batch.cold);
  }
  while (wanted()) add(sampler.sample(batch.iterations));
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
