// Probe: what an action may say while it runs.
#pragma once

#include <string_view>

#include <benchkit/model/metric.hpp>

namespace benchkit {

/// Handed to an action that takes a `benchkit::Probe&`.
class Probe {
 public:
  virtual ~Probe() = default;

  /// Reports a number of the action's own. Reports of one name within one sample are averaged over its calls (of all threads).
  /// Throws benchkit::Error if `value` is not finite, if `name` is empty or a meter's metric ("time", "peak", ...), or if it came with another `unit`
  /// before.
  virtual void report(std::string_view name, double value, std::string_view unit = {}, Better better = Better::unknown) = 0;

  /// For work that times itself (a remote call, a device): `nanoseconds` of this call. The sample's time is then the sum of what
  /// was reported, not what the clock saw; with several threads, which run at once, the largest of their sums. Every call must say its time, or
  /// none: else the case ends with an error. Throws benchkit::Error if negative or not finite.
  virtual void time(double nanoseconds) = 0;

 protected:
  Probe() = default;
  Probe(const Probe&) = default;
  Probe& operator=(const Probe&) = default;
};

}  // namespace benchkit
