// Evidence that may be looked at after every block: the e-process and its confidence sequence.
#pragma once

#include <array>
#include <span>

#include "stats/interval.hpp"

namespace benchkit::stats {

/// Evidence about a bound as it comes in, for "the centre lies above it" and for "it lies below". While the truth does not lie beyond the
/// bound, the chance that the evidence ever reaches 1/a, however often one looks, is at most a. Assumes that a value is as likely to lie d
/// above the truth as d below it, given all that came before; see the .cpp.
class EProcess {
 public:
  explicit EProcess(double bound) noexcept : bound_(bound) {
    above_.fill(1);
    below_.fill(1);
  }
  void add(double value) noexcept;

  /// The e-values of this moment; 1 before the first value.
  [[nodiscard]] double above() const noexcept { return now_above_; }
  [[nodiscard]] double below() const noexcept { return now_below_; }
  /// The error levels that were reached so far: p-values at every moment, which never rise.
  [[nodiscard]] double p_above() const noexcept { return 1 / most_above_; }
  [[nodiscard]] double p_below() const noexcept { return 1 / most_below_; }

 private:
  static constexpr std::array<double, 5> kSlopes{10, 30, 100, 300, 1000};
  double bound_;
  std::array<double, kSlopes.size()> above_{};
  std::array<double, kSlopes.size()> below_{};
  double now_above_ = 1, now_below_ = 1;
  double most_above_ = 1, most_below_ = 1;
};

/// Of values that are all there, in the order in which they came, one a block.
[[nodiscard]] EProcess e_process(std::span<const double> values, double bound);

/// Holds the centre after every block at once with confidence 1 - alpha. An end is infinite while nothing is known of it.
[[nodiscard]] Interval confidence_sequence(std::span<const double> values, double alpha);

}  // namespace benchkit::stats
