// Calibration: how many calls make one sample.
#pragma once

#include <cstdint>
#include <functional>

#include "protocol/messages.hpp"

namespace benchkit::core {

struct CalibrationGoal {
  double resolution_ns = 0;    ///< least difference that the meter can tell
  double clock_cost_ns = 0;    ///< of one reading
  double fixed_ns = 0;         ///< what a window takes before the first call, whatever is called: waking threads
  std::int64_t target_ns = 0;  ///< wanted length of a sample, setups included; the clock's needs come first
  std::int64_t budget_ns = 0;  ///< of the case: a first call as long as this is not followed by another; 0: no limit
};

/// What a batch took, in nanoseconds.
struct BatchTime {
  std::int64_t window_ns = 0;  ///< inside of its windows
  std::int64_t whole_ns = 0;   ///< with what stands around them: fresh setups and teardowns
};

/// A batch may not exceed this many calls: what is not resolved by then is optimised away, or free.
inline constexpr std::uint64_t kMostIterations = std::uint64_t{1} << 40;

/// `run(n)` calls the action n times. See calibrate.cpp for the method.
[[nodiscard]] protocol::Calibrated calibrate(const CalibrationGoal& goal, const std::function<BatchTime(std::uint64_t)>& run);

/// The shortest sample that the clock allows, in nanoseconds.
[[nodiscard]] double shortest_sample_ns(const CalibrationGoal& goal) noexcept;

/// The doubt about windows of this mean length: that they are mostly clock, or mostly waiting for threads. Null if there is none. Half of the shortest
/// sample is no doubt yet: a batch that was calibrated to be just long enough comes out a little shorter now and then.
[[nodiscard]] const char* doubt_about_window(double window_ns, const CalibrationGoal& goal) noexcept;

}  // namespace benchkit::core
