#include "core/sampler.hpp"

#include <algorithm>
#include <utility>

#include "base/os.hpp"
#include "core/calibrate.hpp"

namespace benchkit::core {
namespace {

/// The meter's window with a wall clock around it, which calibration needs whatever the meter measures.
class WallWindow final : public detail::Window {
 public:
  WallWindow(detail::Window* inner, Clock& clock) : inner_(inner), clock_(clock) {}
  void begin() override {
    begin_ns_ = clock_.now_ns();
    if (inner_ != nullptr) inner_->begin();
  }
  void end() override {
    if (inner_ != nullptr) inner_->end();
    total_ns += clock_.now_ns() - begin_ns_;
  }
  std::int64_t total_ns = 0;

 private:
  detail::Window* inner_;
  Clock& clock_;
  std::int64_t begin_ns_ = 0;
};

}  // namespace

Sampler::Sampler(const Case& definition, std::unique_ptr<Meter> meter, Clock& clock)
    : clock_(clock),
      meter_(std::move(meter)),
      setup_began_ns_(clock.now_ns()),
      live_(definition, clock),
      setup_ns_(clock.now_ns() - setup_began_ns_) {}

protocol::Calibrated Sampler::calibrate(std::int64_t target_ns) {
  if (!meter_->batches()) return {.cold = sample(1)};
  const CalibrationGoal goal{meter_->resolution_ns(), clock_.info().cost_ns, target_ns};
  std::int64_t cpu_ns = 0;
  std::int64_t wall_ns = 1;
  std::size_t batches = 0;
  protocol::Sampled last;
  auto result = core::calibrate(goal, [&](std::uint64_t n) {
    WallWindow wall(meter_.get(), clock_);
    const std::int64_t cpu_before = base::process_cpu_ns();
    last = sample_in(wall, n);
    cpu_ns = base::process_cpu_ns() - cpu_before;
    wall_ns = wall.total_ns > 0 ? wall.total_ns : 1;
    ++batches;
    // Work that times itself is calibrated by what it says, or a device's nanosecond would be repeated for hours.
    return std::max(wall.total_ns, static_cast<std::int64_t>(log_.own_time_ns().value_or(0)));
  });
  result.cpu_ratio = static_cast<double>(cpu_ns) / static_cast<double>(wall_ns);
  if (batches == 1) result.cold = std::move(last);
  return result;
}

protocol::Sampled Sampler::sample(std::uint64_t iterations) { return sample_in(*meter_, iterations); }

protocol::Sampled Sampler::sample_in(detail::Window& window, std::uint64_t iterations) {
  meter_->reset();
  log_.clear();
  protocol::Sampled result;
  Sample& facts = result.circumstances;
  const std::int64_t steal_before = base::steal_ns();
  const base::ThreadUsage before = base::thread_usage();
  facts.start_ns = clock_.now_ns();
  live_.run(iterations, window, log_);
  const base::ThreadUsage after = base::thread_usage();
  facts.steal_ns = base::steal_ns() - steal_before;
  facts.cpu_ns = static_cast<double>(after.cpu_ns - before.cpu_ns);
  facts.switches = after.involuntary_switches - before.involuntary_switches;
  facts.faults = after.minor_faults - before.minor_faults;
  facts.cpu = base::current_cpu();
  facts.iterations = iterations;
  result.values = meter_->read(iterations, log_);
  result.warnings = meter_->warnings();
  if (!meter_->batches()) headline_.push_back(result.values.front());
  result.reports = log_.reports();
  for (protocol::Report& report : meter_->reports()) result.reports.push_back(std::move(report));
  return result;
}

void Sampler::once() {
  WallWindow wall(nullptr, clock_);
  log_.clear();
  live_.run(1, wall, log_);
}

}  // namespace benchkit::core
