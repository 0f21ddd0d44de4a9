// The noise between two runs of one thing, which no run can see in itself.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// What a case without dims may share with others: its name, and what stands in brackets behind it, part by part. `test_build[basic-n=10]` is of
/// `test_build`, `basic` and `n=10`; `sort/1000` of `sort` and `1000`. They are views of `id`.
[[nodiscard]] std::vector<std::string_view> parts_of_id(std::string_view id);

/// For each case the noise that a ratio of it must be expected to have; empty where the cases are too few.
[[nodiscard]] std::vector<Floor> noise_floors(std::span<const RunRatio> ratios);

}  // namespace benchkit::compare
