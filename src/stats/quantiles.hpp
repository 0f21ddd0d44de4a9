// The distributions that intervals rest on. Boost.Math behind one door, for its headers are slow to compile.
#pragma once

#include <cstddef>

namespace benchkit::stats {

/// The value that a Student t variable with `degrees` degrees of freedom (> 0, need not be whole, may be infinite) exceeds with
/// probability `tail`.
[[nodiscard]] double student_t_upper(double degrees, double tail);
/// The probabilities that it exceeds `value`, and that it does not reach it.
struct Tails {
  double above, below;
};
[[nodiscard]] Tails student_t_tails(double degrees, double value);
/// The value that a standard normal variable exceeds with probability `tail`, and the probability that it exceeds `value`.
[[nodiscard]] double normal_upper(double tail);
[[nodiscard]] double normal_tail(double value);

/// The largest k for which P(X < k) <= tail, where X is binomial(n, 1/2): the k-th smallest and the k-th largest of n values enclose the
/// median with a confidence of at least 1 - 2 tail. 0 if n is too small for any.
[[nodiscard]] std::size_t median_rank(std::size_t n, double tail);

}  // namespace benchkit::stats
