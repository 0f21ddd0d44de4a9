// Sampler: one case under one meter: calibrate, then take samples. The worker and run_case() share it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/batch.hpp"
#include "core/calibrate.hpp"
#include "core/meters/meter.hpp"
#include "protocol/messages.hpp"

namespace benchkit::core {

/// Names that an action may not report under: the meters' own.
using TakenNames = std::set<std::string, std::less<>>;
[[nodiscard]] TakenNames metric_names(const std::vector<MeterEntry>& meters, Clock& clock);

/// Sets the case up on construction. Every member throws what the case throws.
class Sampler {
 public:
  /// `meter` may be null: the action is then only called, not measured. `taken` outlives the sampler.
  Sampler(const Case& definition, std::unique_ptr<Meter> meter, Clock& clock, const TakenNames& taken);

  [[nodiscard]] protocol::Calibrated calibrate(const protocol::Calibrate& request);
  /// `planted`: a share of its time by which the sample is made slower than the action is, to test what compares it.
  [[nodiscard]] protocol::Sampled sample(std::uint64_t iterations, double planted = 0);
  void once();
  /// One more call, which is no sample, of which the meter keeps the call paths. Empty where it cannot. `checkpoint` is told what is known of them
  /// while the call runs, from another thread.
  [[nodiscard]] std::optional<CallPaths> attribute(const CheckpointSink& checkpoint);
  void tear_down() { live_.tear_down(); }
  [[nodiscard]] std::int64_t setup_ns() const noexcept { return setup_ns_; }
  [[nodiscard]] const Meter& meter() const noexcept { return *meter_; }
  [[nodiscard]] const std::string& case_id() const noexcept { return case_id_; }
  /// Whether further samples would tell nothing new, by the meter's word.
  [[nodiscard]] bool settled() const { return meter_->settled(headline_); }

 private:
  void refuse_mixed_times();
  [[nodiscard]] std::uint64_t calls_to_plant(std::uint64_t iterations, double planted);

  Clock& clock_;
  std::string case_id_;
  std::unique_ptr<Meter> meter_;
  CalibrationGoal goal_;  ///< what the clock and the meter need
  ProbeLog log_;
  std::optional<bool> times_itself_;  ///< by Probe::time; known after the first sample
  BatchTime took_;                    ///< the last sample
  std::vector<double> headline_;      ///< of each sample of this setup; kept for meters that do not batch
  std::int64_t setup_began_ns_;
  LiveCase live_;
  std::int64_t setup_ns_;
  std::minstd_rand rounding_;  ///< of planted calls
};

}  // namespace benchkit::core
