// The clock that measures, handed in so that tests can tell the time.
#pragma once

#include <cstdint>

#include "protocol/messages.hpp"

namespace benchkit::core {

/// A clock that never goes back.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::int64_t now_ns() noexcept = 0;
  /// Resolution and cost of a reading, as measured at the first call.
  [[nodiscard]] virtual const protocol::ClockInfo& info() = 0;

 protected:
  Clock() = default;
  Clock(const Clock&) = default;
  Clock& operator=(const Clock&) = default;
};

/// CLOCK_MONOTONIC.
[[nodiscard]] Clock& system_clock();

}  // namespace benchkit::core
