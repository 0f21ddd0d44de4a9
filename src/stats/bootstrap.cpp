// Efron's percentile bootstrap for data with a level above the sample.
//
// Blocks are drawn with replacement, and within each block drawn its samples are kept as they are. The blocks' means vary already by what
// varies within them, so drawing the samples anew as well would count that part twice (Ren et al., "Nonparametric bootstrapping for
// hierarchical data", Journal of Applied Statistics 37, 2010, show that this choice has the least bias; Davison and Hinkley, section 3.8).
//
// The percentile interval of few blocks is too narrow: a resample of n varies by (n - 1) / n of the true variance, and the quantiles are
// normal where Student's are due. Hesterberg (The American Statistician 69, 2015) widens the level that is looked up by both:
// alpha' / 2 = P(Z > sqrt(n / (n - 1)) t(n - 1, alpha / 2)).
#include "stats/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "stats/quantiles.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::stats {

Interval bootstrap_interval(BlockedValues data, double alpha, const BootstrapOptions& options) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> means = block_values(data, Statistic::mean);
  if (means.size() < 2 || options.resamples == 0) return {-kInfinity, kInfinity};
  std::mt19937_64 random(options.seed);
  std::vector<double> centres;
  centres.reserve(options.resamples);
  std::vector<double> drawn(means.size());
  for (std::size_t i = 0; i < options.resamples; ++i) {
    for (double& value : drawn) value = means[random() % means.size()];
    centres.push_back(trimmed_mean(drawn).value);
  }
  std::sort(centres.begin(), centres.end());
  const auto count = static_cast<double>(means.size());
  const double tail = normal_tail(std::sqrt(count / (count - 1)) * student_t_upper(count - 1, alpha / 2));
  const auto rank = static_cast<std::size_t>(tail * static_cast<double>(centres.size()));
  return {centres[rank], centres[centres.size() - 1 - rank]};
}

}  // namespace benchkit::stats
