#include "core/sampler.hpp"

#include <algorithm>
#include <utility>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"

namespace benchkit::core {
namespace {

/// The meter's window with a wall clock around it: how long it was open matters whatever the meter measures.
class WallWindow final : public detail::Window {
 public:
  /// `planted`: the share of its time by which a window is drawn out before it ends.
  WallWindow(detail::Window* inner, Clock& clock, double planted = 0) : inner_(inner), clock_(clock), planted_(planted) {}
  void begin() override {
    begin_ns_ = clock_.now_ns();
    if (inner_ != nullptr) inner_->begin();
  }
  void end() override {
    if (planted_ > 0) {
      const std::int64_t now_ns = clock_.now_ns();
      const std::int64_t until_ns = now_ns + static_cast<std::int64_t>(planted_ * static_cast<double>(now_ns - begin_ns_));
      while (clock_.now_ns() < until_ns) {
      }
    }
    if (inner_ != nullptr) inner_->end();
    total_ns += clock_.now_ns() - begin_ns_;
    ++windows;
  }
  std::int64_t total_ns = 0;
  std::int64_t windows = 0;

 private:
  detail::Window* inner_;
  Clock& clock_;
  double planted_;
  std::int64_t begin_ns_ = 0;
};

/// Fewer calls cannot be made slower by whole calls.
constexpr std::uint64_t kCallsToPlantIn = 200;

}  // namespace

TakenNames metric_names(const std::vector<MeterEntry>& meters, Clock& clock) {
  TakenNames names;
  for (const MeterEntry& entry : meters) {
    const protocol::MeterInfo info = entry.make(clock)->info();
    for (const auto* metrics : {&info.metrics, &info.cold_metrics}) {
      for (const Metric& metric : *metrics) names.insert(metric.name);
    }
  }
  return names;
}

Sampler::Sampler(const Case& definition, std::unique_ptr<Meter> meter, Clock& clock, const TakenNames& taken)
    : clock_(clock),
      case_id_(definition.id),
      meter_(std::move(meter)),
      log_(&taken),
      setup_began_ns_(clock.now_ns()),
      live_(definition, clock),
      setup_ns_(clock.now_ns() - setup_began_ns_),
      rounding_(static_cast<std::minstd_rand::result_type>(setup_began_ns_)) {
  if (meter_ != nullptr) goal_ = {.resolution_ns = meter_->resolution_ns(), .clock_cost_ns = clock_.info().cost_ns};
}

protocol::Calibrated Sampler::calibrate(const protocol::Calibrate& request) {
  if (!meter_->batches()) return {.cold = sample(1)};
  goal_.fixed_ns = static_cast<double>(live_.fixed_ns());
  CalibrationGoal goal = goal_;
  goal.target_ns = request.target_ns;
  goal.budget_ns = request.budget_ns;
  double cpu_ratio = 0;
  std::optional<protocol::Sampled> first;
  auto result = core::calibrate(goal, [&](std::uint64_t n) {
    // Both of the whole sample, what is read around it included: that is CPU time too, and of a short batch it would be the part that tips the scales.
    const std::int64_t wall_before = clock_.now_ns();
    const std::int64_t cpu_before = base::process_cpu_ns();
    protocol::Sampled sampled = sample(n);
    const std::int64_t cpu_ns = base::process_cpu_ns() - cpu_before;
    cpu_ratio = static_cast<double>(cpu_ns) / static_cast<double>(std::max<std::int64_t>(clock_.now_ns() - wall_before, 1));
    if (!first) first = std::move(sampled);
    // Work that times itself is calibrated by what it says, or a device's nanosecond would be repeated for hours.
    const auto own_ns = static_cast<std::int64_t>(log_.own_time_ns().value_or(0));
    return BatchTime{std::max(took_.window_ns, own_ns), std::max(took_.whole_ns, own_ns)};
  });
  result.cpu_ratio = cpu_ratio;
  if (log_.own_time_ns()) result.warnings.clear();  // they are of the clock, which counts for nothing here
  const bool first_is_all = goal.budget_ns > 0 && result.ns_per_iteration >= static_cast<double>(goal.budget_ns);
  if (first_is_all) result.cold = std::move(first);
  return result;
}

/// A slowdown is planted honestly by doing some calls twice: whatever else a larger input would change stays as it is. A part of a call is a
/// whole one or none, at random, so that the share is right on the average of however few samples.
std::uint64_t Sampler::calls_to_plant(std::uint64_t iterations, double planted) {
  if (iterations < kCallsToPlantIn) return 0;
  const double owed = static_cast<double>(iterations) * planted;
  return static_cast<std::uint64_t>(owed + std::uniform_real_distribution<double>()(rounding_));
}

protocol::Sampled Sampler::sample(std::uint64_t iterations, double planted) {
  meter_->reset();
  log_.clear();
  WallWindow window(meter_.get(), clock_, iterations < kCallsToPlantIn ? planted : 0);
  protocol::Sampled result;
  Sample& facts = result.circumstances;
  const std::int64_t steal_before = base::steal_ns();
  const base::ThreadUsage before = base::thread_usage();
  facts.start_ns = clock_.now_ns();
  live_.run(iterations + calls_to_plant(iterations, planted), window, log_);
  took_ = {.window_ns = window.total_ns, .whole_ns = clock_.now_ns() - facts.start_ns};
  const base::ThreadUsage after = base::thread_usage();
  facts.steal_ns = base::steal_ns() - steal_before;
  facts.cpu_ns = static_cast<double>(after.cpu_ns - before.cpu_ns);
  facts.switches = after.involuntary_switches - before.involuntary_switches;
  facts.faults = after.minor_faults - before.minor_faults;
  facts.cpu = base::current_cpu();
  facts.iterations = iterations;
  refuse_mixed_times();
  result.values = meter_->read(iterations, log_);
  result.warnings = meter_->warnings();
  if (meter_->batches()) {
    const double window_ns = static_cast<double>(took_.window_ns) / static_cast<double>(std::max<std::int64_t>(window.windows, 1));
    const char* const doubt = log_.own_time_ns() ? nullptr : doubt_about_window(window_ns, goal_);
    if (doubt != nullptr) result.warnings.emplace_back(doubt);
  } else {
    headline_.push_back(result.values.front());
  }
  result.reports = log_.reports();
  for (protocol::Report& report : meter_->reports()) result.reports.push_back(std::move(report));
  return result;
}

/// A sample is of the clock or of what the action says; both in one series would be a series of neither.
void Sampler::refuse_mixed_times() {
  const bool times_itself = log_.own_time_ns().has_value();
  if (times_itself_.value_or(times_itself) != times_itself) {
    throw Error("Probe::time was called in some samples and not in others", {}, "call it in every call of the action, or in none");
  }
  times_itself_ = times_itself;
}

std::optional<CallPaths> Sampler::attribute(const CheckpointSink& checkpoint) {
  if (!meter_->info().attributes) return std::nullopt;
  meter_->reset();
  meter_->attribute_next(checkpoint);
  log_.clear();
  live_.run(1, *meter_, log_);
  return meter_->call_paths();
}

void Sampler::once() {
  WallWindow wall(nullptr, clock_);
  log_.clear();
  live_.run(1, wall, log_);
}

}  // namespace benchkit::core
