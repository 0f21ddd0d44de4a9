// Hodges and Lehmann, "Estimates of location based on rank tests", Annals of Mathematical Statistics 34, 1963.
//
// The Walsh averages of n values are the n (n + 1) / 2 means of two of them, a value paired with itself among them. Their median is an
// estimate of the centre of symmetry that withstands 29 % of outliers and is 95 % as efficient as the mean where there are none. The
// interval inverts Wilcoxon's signed-rank test: it ends at the k-th smallest and the k-th largest of the averages, where k is the largest
// number for which P(W < k) <= alpha / 2, W being the sum of a random subset of 1..n. That distribution is counted exactly.
#include "stats/hodges_lehmann.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "stats/moments.hpp"

namespace benchkit::stats {
namespace {

std::vector<double> walsh_averages(std::span<const double> values) {
  std::vector<double> averages;
  averages.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) averages.push_back(0.5 * (values[i] + values[j]));
  }
  return averages;
}

/// The largest k with P(W < k) <= tail.
std::size_t signed_rank_cut(std::size_t n, double tail) {
  const std::size_t most = n * (n + 1) / 2;
  std::vector<double> probability(most + 1, 0);  // of each sum, with the ranks taken up so far
  probability[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t sum = most + 1; sum-- > 0;) probability[sum] = 0.5 * (probability[sum] + (sum >= rank ? probability[sum - rank] : 0));
  }
  double below = 0;
  for (std::size_t k = 0; k <= most; ++k) {
    below += probability[k];  // P(W < k + 1)
    if (below > tail) return k;
  }
  return most;
}

}  // namespace

double hodges_lehmann(std::span<const double> values) {
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : median(walsh_averages(values));
}

double hodges_lehmann_shift(std::span<const double> base, std::span<const double> head) {
  if (base.empty() || head.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> differences;
  differences.reserve(base.size() * head.size());
  for (const double after : head) {
    for (const double before : base) differences.push_back(after - before);
  }
  return median(std::move(differences));
}

Interval hodges_lehmann_interval(std::span<const double> values, double alpha) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::size_t cut = values.empty() ? 0 : signed_rank_cut(values.size(), alpha / 2);
  if (cut == 0) return {-kInfinity, kInfinity};
  std::vector<double> averages = walsh_averages(values);
  std::sort(averages.begin(), averages.end());
  return {averages[cut - 1], averages[averages.size() - cut]};
}

}  // namespace benchkit::stats
