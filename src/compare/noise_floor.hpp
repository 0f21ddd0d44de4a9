// The noise between two runs of one thing, which no run can see in itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace benchkit::compare {

/// One case's log-ratio between two runs.
struct RunRatio {
  double log_ratio = 0;
  std::span<const std::uint32_t> families{};  ///< numbers, from 0 on, of what it shares with others
};

/// How log-ratios of unchanged cases scatter about 0: as `scale` times Student's t with `degrees`, whose tail is as heavy as theirs was found.
struct Floor {
  double deviation = 0;  ///< the robust spread, in the units of a standard deviation
  double scale = 0;      ///< the same as the deviation where the tail is that of normal noise, less where it is heavier
  double degrees = 0;    ///< no more than the estimate of the spread has
};

/// The fewest cases from which noise can be told.
inline constexpr std::size_t kFewestForFloor = 8;

/// What a case without dims may share with others: its name, and what stands in brackets behind it, part by part. `test_build[basic-n=10]` is of
/// `test_build`, `basic` and `n=10`; `sort/1000` of `sort` and `1000`. They are views of `id`.
[[nodiscard]] std::vector<std::string_view> parts_of_id(std::string_view id);

/// For each case the noise that a ratio of it must be expected to have; empty where the cases are too few.
[[nodiscard]] std::vector<Floor> noise_floors(std::span<const RunRatio> ratios);

}  // namespace benchkit::compare
