// A few planned looks at a test of fixed length: O'Brien and Fleming's.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace benchkit::stats {

/// A test that is looked at `count` times, at equal steps of the data that were planned.
class PlannedLooks {
 public:
  explicit PlannedLooks(std::size_t count);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// The error level that the looks so far have reached together; `p_values` are the one-sided levels of each, taken alone (at most `count()`
  /// of them). A p-value at every look, which never rises. 1 before the first.
  [[nodiscard]] double level(std::span<const double> p_values) const;
  /// The one-sided level that look `look` (from 0) must reach, taken alone, for all looks so far to stand for `level` together (< 0.5).
  [[nodiscard]] double level_at(std::size_t look, double level) const;

 private:
  [[nodiscard]] double chance(double height) const;

  std::size_t count_;
  std::vector<double> log_chances_;  ///< that a path without drift reaches the heights of a grid at some look
};

}  // namespace benchkit::stats
