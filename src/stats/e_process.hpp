// Evidence that may be looked at after every block: the e-process and its confidence sequence.
#pragma once

#include <array>
#include <span>

#include "stats/interval.hpp"

namespace benchkit::stats {

/// Evidence as it comes in, from 0: an e-value at every moment. While the truth does not lie beyond the bound, the chance that it ever
/// reaches 1/a, however often one looks, is at most a. Assumes that a value is as likely to lie d above the truth as d below it, given all
/// that came before; see the .cpp.
class EProcess {
 public:
  enum class Side { above, below };
  /// For evidence that the centre of the values lies above (below) the bound.
  EProcess(double bound, Side side) noexcept : bound_(bound), direction_(side == Side::above ? 1 : -1) {}
  void add(double value) noexcept;
  [[nodiscard]] double value() const noexcept;  ///< 1 before the first one

 private:
  static constexpr std::array<double, 8> kSlopes{3, 10, 30, 100, 300, 1000, 3000, 10000};
  double bound_;
  double direction_;
  std::array<double, kSlopes.size()> log_capital_{};
};

/// The same of values that are all there, in the order in which they came, one a block.
[[nodiscard]] double e_above(std::span<const double> values, double bound);
[[nodiscard]] double e_below(std::span<const double> values, double bound);

/// Holds the centre after every block at once with confidence 1 - alpha. An end is infinite while nothing is known of it.
[[nodiscard]] Interval confidence_sequence(std::span<const double> values, double alpha);

}  // namespace benchkit::stats
