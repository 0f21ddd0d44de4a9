// O'Brien and Fleming (Biometrics 35, 1979): looks early on need overwhelming evidence, so the last one is nearly as sharp as a test without
// looks.
//
// The sum of the data so far, scaled so that the whole of it has variance 1, is a Brownian motion B(t) in the fraction t of the data, and z
// at a look is B(t) / sqrt(t). The test stops where B reaches a height, the same at each look. So all that matters of the looks so far is the
// greatest height, z sqrt(t), and the level that it stands for is the chance that a motion without drift reaches it at one of the planned
// looks: the repeated p-value of Jennison and Turnbull ("Group Sequential Methods", 2000, chapter 9). Levels of t statistics are turned into
// z of the same level first.
//
// The chance is found by carrying the density of the paths that stayed below from look to look, by numerical integration (Armitage,
// McPherson and Rowe, Journal of the Royal Statistical Society A 132, 1969), for heights of a grid; between them its logarithm is nearly
// straight.
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

/// The chance that a path reaches the height at grid point `top` at one of `count` looks. `transition`: the density of a step by each
/// difference of two grid points, from the lowest.
double chance_of(std::size_t top, std::size_t count, const std::vector<double>& transition) {
  const double step = std::sqrt(1 / static_cast<double>(count));
  const auto beyond = [&](double from) { return normal_tail((point(top) - from) / step); };
  double chance = beyond(0);
  std::vector<double> density(top + 1);
  for (std::size_t i = 0; i <= top; ++i) density[i] = normal_density(point(i) / step) / step;
  for (std::size_t look = 1; look < count; ++look) {
    // The trapezoidal rule, with Gregory's weights at the end where paths are cut off; at the other one there are none.
    density[top] *= 3.0 / 8;
    density[top - 1] *= 7.0 / 6;
    density[top - 2] *= 23.0 / 24;
    std::vector<double> next(top + 1, 0.0);
    for (std::size_t j = 0; j <= top; ++j) {
      const double mass = density[j] * kStep;
      chance += mass * beyond(point(j));
      const double* const from_j = &transition[kPoints - 1 - j];
      for (std::size_t i = 0; i <= top; ++i) next[i] += mass * from_j[i];
    }
    density = std::move(next);
  }
  return chance;
}

}  // namespace

PlannedLooks::PlannedLooks(std::size_t count) : count_(std::max<std::size_t>(count, 1)) {
  const double step = std::sqrt(1 / static_cast<double>(count_));
  std::vector<double> transition;
  for (std::size_t i = 0; i < 2 * kPoints - 1; ++i)
    transition.push_back(normal_density(kStep * (static_cast<double>(i) - static_cast<double>(kPoints - 1)) / step) / step);
  for (std::size_t top = kZero; top < kPoints; ++top) log_chances_.push_back(std::log(chance_of(top, count_, transition)));
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

double PlannedLooks::level(std::span<const double> p_values) const {
  constexpr double kLeast = 1e-300;
  double height = 0;
  for (std::size_t look = 0; look < std::min(p_values.size(), count_); ++look) {
    const double fraction = static_cast<double>(look + 1) / static_cast<double>(count_);
    height = std::max(height, normal_upper(std::clamp(p_values[look], kLeast, 0.5)) * std::sqrt(fraction));
  }
  return chance(height);
}

double PlannedLooks::level_at(std::size_t look, double level) const {
  double low = 0;
  double high = 40;
  constexpr int kHalvings = 50;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (chance(middle) > level ? low : high) = middle;
  }
  return normal_tail(high / std::sqrt(static_cast<double>(look + 1) / static_cast<double>(count_)));
}

}  // namespace benchkit::stats
