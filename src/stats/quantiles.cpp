#include "stats/quantiles.hpp"

#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>

namespace benchkit::stats {
namespace {

/// In double, and not in long double as by default, which costs five times as much for digits that no interval has.
using InDouble = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Normal = boost::math::normal_distribution<double, InDouble>;
using Binomial = boost::math::binomial_distribution<double, InDouble>;

}  // namespace

double normal_upper(double tail) { return boost::math::quantile(boost::math::complement(Normal(), tail)); }

double normal_tail(double value) { return 0.5 * std::erfc(value / std::sqrt(2.0)); }

namespace {

std::size_t find_median_rank(std::size_t n, double tail) {
  const Binomial heads(static_cast<double>(n), 0.5);
  std::size_t low = 0;
  std::size_t high = n / 2 + 1;
  // P(X < k) grows with k: the largest k within the tail by bisection.
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    if (boost::math::cdf(heads, static_cast<double>(middle) - 1) <= tail) low = middle;
    else high = middle;
  }
  return low;
}

}  // namespace

std::size_t median_rank(std::size_t n, double tail) {
  if (n == 0) return 0;
  // Asked for the same number of samples over and over.
  struct Answer {
    std::size_t n;
    double tail;
    std::size_t rank;
  };
  thread_local Answer last{0, 0, 0};
  if (last.n != n || last.tail != tail) last = {n, tail, find_median_rank(n, tail)};
  return last.rank;
}

}  // namespace benchkit::stats
