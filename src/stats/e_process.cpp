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
// what four good blocks brought. As m and s are not known, the capital is divided over l = 3, 10, ..., 10,000 (block spreads of a few
// tenths to a few hundredths of a percent) and left there; the sum is again fair.
//
// If the truth lies below the bound instead, the bets are worse than fair, so the process is one for all of "at most the bound". Capital
// falls as the bound rises; the bounds that it has not refuted are therefore an interval, found by bisection: the confidence sequence.
#include "stats/e_process.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace benchkit::stats {
namespace {

constexpr double kMostStaked = 0.9;

double evidence(std::span<const double> values, double bound, EProcess::Side side) {
  EProcess process(bound, side);
  for (const double value : values) process.add(value);
  return process.value();
}

/// Where the evidence that the centre lies beyond a bound falls to `wanted`. It is that of the last bound which is refuted, outwards.
double last_refuted(std::span<const double> values, EProcess::Side side, double wanted) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  // This far out every stake is as large as it gets.
  constexpr double kFar = 10;
  const bool above = side == EProcess::Side::above;
  double refuted = above ? *least - kFar : *most + kFar;
  double open = above ? *most + kFar : *least - kFar;
  if (evidence(values, refuted, side) < wanted) return (above ? -1 : 1) * std::numeric_limits<double>::infinity();
  constexpr int kHalvings = 48;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (refuted + open);
    (evidence(values, middle, side) < wanted ? open : refuted) = middle;
  }
  return refuted;
}

}  // namespace

void EProcess::add(double value) noexcept {
  const double distance = direction_ * (value - bound_);
  for (std::size_t i = 0; i < kSlopes.size(); ++i) log_capital_[i] += std::log1p(kMostStaked * std::tanh(kSlopes[i] * distance));
}

double EProcess::value() const noexcept {
  double sum = 0;
  for (const double capital : log_capital_) sum += std::exp(capital);
  return sum / static_cast<double>(log_capital_.size());
}

double e_above(std::span<const double> values, double bound) { return evidence(values, bound, EProcess::Side::above); }

double e_below(std::span<const double> values, double bound) { return evidence(values, bound, EProcess::Side::below); }

Interval confidence_sequence(std::span<const double> values, double alpha) {
  if (values.empty()) return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  return {last_refuted(values, EProcess::Side::above, 2 / alpha), last_refuted(values, EProcess::Side::below, 2 / alpha)};
}

}  // namespace benchkit::stats
