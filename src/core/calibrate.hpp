// Calibration: how many calls make one sample.
#pragma once

#include <cstdint>
#include <functional>

#include "protocol/messages.hpp"

namespace benchkit::core {

struct CalibrationGoal {
  double resolution_ns = 0;    ///< least difference that the meter can tell
  double clock_cost_ns = 0;    ///< of one reading
  std::int64_t target_ns = 0;  ///< wanted length of a sample; the clock's needs come first
};

/// A batch may not exceed this many calls: what is not resolved by then is optimised away, or free.
inline constexpr std::uint64_t kMostIterations = std::uint64_t{1} << 40;

/// `run(n)` calls the action n times and returns the wall nanoseconds of its window. See calibrate.cpp for the method.
[[nodiscard]] protocol::Calibrated calibrate(const CalibrationGoal& goal, const std::function<std::int64_t(std::uint64_t)>& run);

/// The shortest sample that the clock allows, in nanoseconds.
[[nodiscard]] double shortest_sample_ns(const CalibrationGoal& goal) noexcept;

}  // namespace benchkit::core
