// A few planned looks at a test of fixed length: O'Brien and Fleming's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace benchkit::stats {

/// The end of the data before the last of the planned looks. That it came then must have had nothing to do with what the data say.
struct EarlyEnd {
  double fraction = 1;  ///< of the planned data that there are; more than at any look before, less than 1
  double p_value = 1;   ///< the one-sided level of all of them, taken alone
};

/// What so many blocks tell of what the planned ones do, as a fraction: the first few tell no more than how far blocks scatter.
[[nodiscard]] double information_at(std::size_t blocks, std::size_t planned);

/// A test that is looked at `count` times, at equal steps of the data that were planned.
class PlannedLooks {
 public:
  explicit PlannedLooks(std::size_t count);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// The error level that the looks so far have reached together; `p_values` are the one-sided levels of each, taken alone (at most `count()`
  /// of them). A p-value at every look, which never rises. 1 before the first. With `end` the one look that is left takes place there.
  /// `fractions`: what each look really had (information_at()), no more than its step; empty: just its step.
  [[nodiscard]] double level(std::span<const double> p_values, std::optional<EarlyEnd> end = {},
                             std::span<const double> fractions = {}) const;
  /// The one-sided level that look `look` (from 0) must reach, taken alone, for all looks so far to stand for `level` together (< 0.5).
  /// `fraction` (> 0): what it really had; empty: just its step.
  [[nodiscard]] double level_at(std::size_t look, double level, std::optional<double> fraction = {}) const;
  /// The same for an end at `fraction`, behind `looks` looks.
  [[nodiscard]] double level_at_end(std::size_t looks, double fraction, double level) const;

 private:
  /// Paths that stayed below a height at all looks so far.
  struct Below {
    double reached = 0;          ///< the chance of those that did not
    std::vector<double> masses;  ///< the chance to be near each point of the grid, up to the height
  };
  [[nodiscard]] double share_at(std::size_t look) const { return static_cast<double>(look + 1) / static_cast<double>(count_); }
  [[nodiscard]] double chance(double height) const;
  [[nodiscard]] double level_of_end(std::size_t looks, const EarlyEnd& end) const;

  std::size_t count_;
  std::vector<std::vector<Below>> below_;  ///< behind each look but the last, for the heights of a grid
  std::vector<double> log_chances_;        ///< that a path without drift reaches them at some look
};

}  // namespace benchkit::stats
