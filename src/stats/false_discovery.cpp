// Among m comparisons of which none differs, one in twenty is "significant" at 5 %. What can be held is the expected share of false ones
// among those that are called: the false discovery rate.
//
// Benjamini and Hochberg (Journal of the Royal Statistical Society B 57, 1995): call the k smallest p-values, k being the largest number for
// which the k-th is <= alpha k / m. Valid where the comparisons are independent or positively dependent (Benjamini and Yekutieli, 2001), as
// those of one machine in one run are.
//
// In a run that looks at its results as they come, p is the inverse of the largest evidence so far (e_process.cpp), and the rule is that of
// e-BH (Wang and Ramdas, Journal of the Royal Statistical Society B 84, 2022) but for one thing: e-BH takes the evidence of the moment and
// then holds under any dependence. That may fall again, and what was called would be called no more; so it is the largest, and dependence
// must be positive here, too.
//
// The adjusted level of the k-th smallest is the least of p_(j) m / j over all j >= k.
#include "stats/false_discovery.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace benchkit::stats {

std::vector<double> adjusted_levels(std::span<const double> p_values) {
  std::vector<double> levels;
  levels.reserve(p_values.size());
  for (const double p : p_values) levels.push_back(std::isnan(p) ? 1 : p);
  std::vector<std::size_t> order(levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) { return levels[left] < levels[right]; });
  const auto count = static_cast<double>(levels.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    double& level = levels[order[rank - 1]];
    least = std::min(least, level * (count / static_cast<double>(rank)));
    level = least;
  }
  return levels;
}

}  // namespace benchkit::stats
