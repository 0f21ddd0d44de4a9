// The noise between two runs of one thing, which no run can see in itself.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace benchkit::compare {

/// One case's log-ratio between two runs.
struct RunRatio {
  double log_ratio = 0;
  const std::vector<std::string>* families = nullptr;  ///< what it shares with others; may be null
};

/// A standard deviation of log-ratios with the degrees of freedom of its estimate.
struct Floor {
  double deviation = 0;
  double degrees = 0;
};

/// The fewest cases from which noise can be told.
inline constexpr std::size_t kFewestForFloor = 8;

/// For each case the noise that a ratio of it must be expected to have; empty where the cases are too few.
[[nodiscard]] std::vector<Floor> noise_floors(std::span<const RunRatio> ratios);

}  // namespace benchkit::compare
