// Sampler: one case under one meter: calibrate, then take samples. The worker and run_case() share it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/batch.hpp"
#include "core/meters/meter.hpp"
#include "protocol/messages.hpp"

namespace benchkit::core {

/// Sets the case up on construction. Every member throws what the case throws.
class Sampler {
 public:
  /// `meter` may be null: the action is then only called, not measured.
  Sampler(const Case& definition, std::unique_ptr<Meter> meter, Clock& clock);

  [[nodiscard]] protocol::Calibrated calibrate(std::int64_t target_ns);
  [[nodiscard]] protocol::Sampled sample(std::uint64_t iterations);
  void once();
  void tear_down() { live_.tear_down(); }
  [[nodiscard]] std::int64_t setup_ns() const noexcept { return setup_ns_; }
  [[nodiscard]] const Meter& meter() const noexcept { return *meter_; }
  /// Whether further samples would tell nothing new, by the meter's word.
  [[nodiscard]] bool settled() const { return meter_->settled(headline_); }

 private:
  [[nodiscard]] protocol::Sampled sample_in(detail::Window& window, std::uint64_t iterations);

  Clock& clock_;
  std::unique_ptr<Meter> meter_;
  ProbeLog log_;
  std::vector<double> headline_;  ///< of each sample of this setup; kept for meters that do not batch
  std::int64_t setup_began_ns_;
  LiveCase live_;
  std::int64_t setup_ns_;
};

}  // namespace benchkit::core
