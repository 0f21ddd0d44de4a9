// O'Brien and Fleming (Biometrics 35, 1979): looks early on need overwhelming evidence, so the last one is nearly as sharp as a test without
// looks.
//
// The sum of the data so far, scaled so that the whole of it has variance 1, is a Brownian motion B(t) in the fraction t of the data, and z
// at a look is B(t) / sqrt(t). The test stops where B reaches a height, the same at each look. So all that matters of the looks so far is the
// greatest height, z sqrt(t), and the level that it stands for is the chance that a motion without drift reaches it at one of the planned
// looks: the repeated p-value of Jennison and Turnbull ("Group Sequential Methods", 2000, chapter 9). Levels of t statistics are turned into
// z of the same level first.
//
// Twelfths of 13 blocks are no equal steps, and t of few blocks is no Brownian motion: with steps taken for full, all looks together err in 7.5 %
// of 13 blocks where 5 % are meant, in 6.4 % of 20. So a look is as high as the blocks that it really has make it, without kForSpread of them,
// which go into the estimate of their own spread. 13, 20 and 36 planned blocks then err in 5.5, 5.4 and 5.4 %, and one test of all of them in 5.4 %
// (bench/error_rates.cpp, 20,000 simulated runs each; docs/benchmarks.md shows its rows).
//
// The chance is found by carrying the density of the paths that stayed below from look to look, by numerical integration (Armitage,
// McPherson and Rowe, Journal of the Royal Statistical Society A 132, 1969), for heights of a grid; between them its logarithm is nearly
// straight.
//
// Data may end before they are as many as was planned (blocks turned out dear, the time was over). The looks till then have spent little of
// the level; the look at the end may spend all the rest, at the fraction of the data that there really are (Lan and DeMets, Biometrika 70,
// 1983: a level is spent by information, not by looks). For a test at level a, whose height is h, it is called there if B lies above
// a c < h such that reaching h at a look before or c at the end has a chance of a. The least a for which what was seen is called is the
// p-value; it is found where the chance of reaching h before, or what was seen at the end, crosses that of reaching h in the whole plan.
#include "stats/group_sequential.hpp"

#include <algorithm>
#include <cmath>

#include "stats/quantiles.hpp"

namespace benchkit::stats {
namespace {

constexpr double kReach = 8;  // standard deviations: a path that is further down does not come back
constexpr double kStep = 0.1;
constexpr auto kPoints = static_cast<std::size_t>(2 * kReach / kStep) + 1;
static_assert(kPoints == 161);
constexpr std::size_t kZero = kPoints / 2;

double point(std::size_t i) { return kStep * (static_cast<double>(i) - static_cast<double>(kZero)); }

double normal_density(double value) { return std::exp(-0.5 * value * value) * 0.3989422804014327; }

/// Where the motion stands at `fraction`, by the level that the data have there alone.
double height_of(double p_value, double fraction) {
  constexpr double kLeast = 1e-300;
  return normal_upper(std::clamp(p_value, kLeast, 0.5)) * std::sqrt(fraction);
}

}  // namespace

double information_at(std::size_t blocks, std::size_t planned) {
  constexpr std::size_t kForSpread = 4;
  if (blocks >= planned) return 1;
  if (blocks <= kForSpread) return 0;
  return static_cast<double>(blocks - kForSpread) / static_cast<double>(planned - kForSpread);
}

PlannedLooks::PlannedLooks(std::size_t count) : count_(std::max<std::size_t>(count, 1)), below_(count_ - 1) {
  const double step = std::sqrt(1 / static_cast<double>(count_));
  std::vector<double> transition;  // the density of a step by each difference of two grid points, from the lowest
  for (std::size_t i = 0; i < 2 * kPoints - 1; ++i)
    transition.push_back(normal_density(kStep * (static_cast<double>(i) - static_cast<double>(kPoints - 1)) / step) / step);
  for (std::size_t top = kZero; top < kPoints; ++top) {
    double reached = normal_tail(point(top) / step);
    std::vector<double> density(top + 1);
    for (std::size_t i = 0; i <= top; ++i) density[i] = normal_density(point(i) / step) / step;
    for (std::vector<Below>& behind_look : below_) {
      // The trapezoidal rule, with Gregory's weights at the end where paths are cut off; at the other one there are none.
      density[top] *= 3.0 / 8;
      density[top - 1] *= 7.0 / 6;
      density[top - 2] *= 23.0 / 24;
      std::vector<double> next(top + 1, 0.0);
      Below below{reached, std::move(density)};
      for (std::size_t j = 0; j <= top; ++j) {
        const double mass = below.masses[j] *= kStep;
        reached += mass * normal_tail((point(top) - point(j)) / step);
        const double* const from_j = &transition[kPoints - 1 - j];
        for (std::size_t i = 0; i <= top; ++i) next[i] += mass * from_j[i];
      }
      behind_look.push_back(std::move(below));
      density = std::move(next);
    }
    log_chances_.push_back(std::log(reached));
  }
}

double PlannedLooks::chance(double height) const {
  if (height <= 0) return 1;
  const double place = height / kStep;
  const auto below = static_cast<std::size_t>(place);
  // Beyond the grid: what a motion that is watched all the time does, and no more than at its end.
  if (below + 1 >= log_chances_.size()) return std::min(std::exp(log_chances_.back()), 2 * normal_tail(height));
  const double part = place - static_cast<double>(below);
  return std::exp((1 - part) * log_chances_[below] + part * log_chances_[below + 1]);
}

double PlannedLooks::level(std::span<const double> p_values, std::optional<EarlyEnd> end, std::span<const double> fractions) const {
  double height = 0;
  const std::size_t looks = std::min(p_values.size(), count_);
  for (std::size_t look = 0; look < looks; ++look)
    height = std::max(height, height_of(p_values[look], look < fractions.size() ? fractions[look] : share_at(look)));
  const double so_far = chance(height);
  return end ? std::min(so_far, level_of_end(std::min(looks, count_ - 1), *end)) : so_far;
}

double PlannedLooks::level_of_end(std::size_t looks, const EarlyEnd& end) const {
  if (end.p_value >= 0.5) return 1;
  if (looks == 0) return end.p_value;
  const double step = std::sqrt(std::max(end.fraction - static_cast<double>(looks) / static_cast<double>(count_), 1e-9));
  const double seen = height_of(end.p_value, end.fraction);
  // By how much more often one of both is reached than the height is in the whole plan, as a logarithm.
  const auto excess = [&](std::size_t i) {
    const Below& below = below_[looks - 1][i];
    double either = below.reached;
    for (std::size_t j = 0; j < below.masses.size(); ++j) either += below.masses[j] * normal_tail((seen - point(j)) / step);
    return std::log(either) - log_chances_[i];
  };
  std::size_t low = 0;
  std::size_t high = log_chances_.size() - 1;
  double excess_low = excess(low);
  double excess_high = excess(high);
  if (excess_low >= 0) return 1;
  // Beyond the grid a look before the end has next to no chance of such a height.
  if (excess_high <= 0) return std::min(std::exp(log_chances_.back()), 2 * end.p_value);
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    const double excess_middle = excess(middle);
    if (excess_middle < 0) {
      low = middle;
      excess_low = excess_middle;
    } else {
      high = middle;
      excess_high = excess_middle;
    }
  }
  return chance(kStep * (static_cast<double>(low) + excess_low / (excess_low - excess_high)));
}

double PlannedLooks::level_at(std::size_t look, double level, std::optional<double> fraction) const {
  double low = 0;
  double high = 40;
  constexpr int kHalvings = 50;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (chance(middle) > level ? low : high) = middle;
  }
  return normal_tail(high / std::sqrt(fraction.value_or(share_at(look))));
}

double PlannedLooks::level_at_end(std::size_t looks, double fraction, double level) const {
  double low = 0;
  double high = 40;
  constexpr int kHalvings = 40;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (level_of_end(looks, {fraction, normal_tail(middle)}) > level ? low : high) = middle;
  }
  return normal_tail(high);
}

}  // namespace benchkit::stats
