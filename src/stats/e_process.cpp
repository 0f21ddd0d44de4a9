// Testing by betting on signs, the stake growing with the distance.
//
// A test that is repeated as data come in errs nearly always in the end. A fair game does not: if capital is a product of bets none of
// which is favourable under the null hypothesis, it exceeds 1/a with a chance of at most a, at whatever moment one stops (Ville, 1939;
// Ramdas, Gruenwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38, 2023).
//
// The bet. Let x be a block's log-ratio less the bound. In a paired design every role is drawn at random (which side is spawned, warmed up
// and called first), so where the truth is the bound, the machine's drift or a slow neighbour, which makes x large, is as likely to make it
// large downwards: given the past and |x|, its sign is a fair coin. That needs no moments, no independence of the sizes and no steady
// machine: heavy tails, drift and autocorrelation move |x| alone. So capital may be multiplied by 1 + b sign(x), where b, -1 < b < 1, may
// be any function of |x| (symmetry by betting: Ramdas, Ruf, Larsson and Koolen, arXiv:2009.03167, section 4; the statistics go back to
// Efron, Journal of the American Statistical Association 64, 1969).
//
// The stake is b = 0.9 tanh(l |x|). For normal blocks of mean m and variance s^2 the likelihood ratio given |x| is exactly
// 1 + tanh(m x / s^2), so the right l loses next to nothing against the best test of normal data, where a plain sign test loses a third of
// the blocks; for large x it is a sign test, which no outlier can sway. 0.9 keeps a single outlier of the wrong sign from ruin: it costs
// what four good blocks brought. As m and s are not known, the capital is divided over l = 10, 30, ..., 1,000 (a centre that is 1 % beyond
// the bound in blocks that spread by 3 to 0.3 %) and left there; the sum is again fair. Stakes that learn the spread from the blocks before
// were tried: they find small effects somewhat sooner, and need a fifth more blocks for large ones, while they learn.
//
// If the truth lies below the bound instead, the bets are worse than fair, so the process is one for all of "at most the bound".
//
// What was reached stays reached: the inverse of the largest capital so far is a p-value at every moment ("always valid": Johari, Koomen,
// Pekelis and Walsh, Operations Research 70, 2022). It never rises, so whoever was convinced once is not unconvinced by blocks that come
// later. It falls with the bound; the bounds that are not refuted are therefore an interval, found by bisection: the confidence sequence.
//
// The price. A coin's sign tells one bit at most, so n blocks can't bring more than 1.9^n: 6 of them for a level of 5 % on two sides, 16 for
// a lone change among 600 comparisons. No test that assumes symmetry alone does better than 2^n. So a sequential run has many short
// blocks (runner/plan.cpp).
#include "stats/e_process.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace benchkit::stats {
namespace {

constexpr double kMostStaked = 0.9;
/// More than anybody asks for. What lies beyond is given away, which no one can object to, for the bets stay at most fair.
constexpr double kMostCapital = 1e250;

/// Where the level at which the centre lies beyond a bound rises to `wanted`: the last bound that is refuted, outwards.
double last_refuted(std::span<const double> values, bool above, double wanted) {
  const auto level = [&](double bound) {
    const EProcess process = e_process(values, bound);
    return above ? process.p_above() : process.p_below();
  };
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  // This far out every stake is as large as it gets.
  constexpr double kFar = 10;
  double refuted = above ? *least - kFar : *most + kFar;
  double open = above ? *most + kFar : *least - kFar;
  if (level(refuted) > wanted) return (above ? -1 : 1) * std::numeric_limits<double>::infinity();
  constexpr int kHalvings = 48;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (refuted + open);
    (level(middle) > wanted ? open : refuted) = middle;
  }
  return refuted;
}

}  // namespace

void EProcess::add(double value) noexcept {
  double above = 0;
  double below = 0;
  for (std::size_t i = 0; i < kSlopes.size(); ++i) {
    const double stake = kMostStaked * std::tanh(kSlopes[i] * (value - bound_));
    above += above_[i] = std::min(above_[i] * (1 + stake), kMostCapital);
    below += below_[i] = std::min(below_[i] * (1 - stake), kMostCapital);
  }
  constexpr auto kParts = static_cast<double>(kSlopes.size());
  now_above_ = above / kParts;
  now_below_ = below / kParts;
  most_above_ = std::max(most_above_, now_above_);
  most_below_ = std::max(most_below_, now_below_);
}

EProcess e_process(std::span<const double> values, double bound) {
  EProcess process(bound);
  for (const double value : values) process.add(value);
  return process;
}

Interval confidence_sequence(std::span<const double> values, double alpha) {
  if (values.empty()) return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  const Interval found{last_refuted(values, true, alpha / 2), last_refuted(values, false, alpha / 2)};
  // Blocks that say one thing and later ones that say another may refute every bound. The two ends are then each other's.
  return {std::min(found.low, found.high), std::max(found.low, found.high)};
}

}  // namespace benchkit::stats
