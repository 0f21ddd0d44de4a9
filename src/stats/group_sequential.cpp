// O'Brien and Fleming (Biometrics 35, 1979): looks early on need overwhelming evidence, so the last one is nearly as sharp as a test without
// looks. Lan and DeMets (Biometrika 70, 1983): instead of a table for equal steps, a function says how much error may be spent by each
// moment, on each
// side 2 - 2 Phi(z(alpha / 4) / sqrt(t)), and the bound of a look is whatever spends the part that has become due.
//
// The sum of the data so far, scaled so that its variance is the fraction t of the information, moves like a Brownian motion. Its density
// among the paths that were not stopped is carried from look to look by numerical integration (Armitage, McPherson and Rowe, Journal of the
// Royal Statistical Society A 132, 1969), and each bound found by bisection.
#include "stats/group_sequential.hpp"

#include <cmath>
#include <cstddef>

#include "stats/quantiles.hpp"

namespace benchkit::stats {
namespace {

constexpr std::size_t kPoints = 401;  // odd, for Simpson's rule

/// A density on equally spaced points over [-reach, reach], with the weights of Simpson's rule in it.
struct Density {
  std::vector<double> point;
  std::vector<double> mass;
};

double normal_density(double value) { return std::exp(-0.5 * value * value) * 0.3989422804014327; }

/// The chance that a path which goes on from `before` lies beyond +-reach after a step of the given standard deviation.
double crossing(const Density& before, double reach, double step) {
  double chance = 0;
  for (std::size_t i = 0; i < before.point.size(); ++i)
    chance += before.mass[i] * (normal_tail((reach - before.point[i]) / step) + normal_tail((reach + before.point[i]) / step));
  return chance;
}

Density next(const Density& before, double reach, double step) {
  Density after;
  const double width = 2 * reach / static_cast<double>(kPoints - 1);
  for (std::size_t i = 0; i < kPoints; ++i) {
    const double point = -reach + width * static_cast<double>(i);
    double density = 0;
    for (std::size_t j = 0; j < before.point.size(); ++j)
      density += before.mass[j] * normal_density((point - before.point[j]) / step) / step;
    const double simpson = i == 0 || i + 1 == kPoints ? 1 : (i % 2 == 1 ? 4 : 2);
    after.point.push_back(point);
    after.mass.push_back(density * simpson * width / 3);
  }
  return after;
}

}  // namespace

double obrien_fleming_spent(double fraction, double alpha) {
  if (!(fraction > 0)) return 0;
  return 4 * normal_tail(normal_upper(alpha / 4) / std::sqrt(std::fmin(fraction, 1)));
}

std::vector<double> obrien_fleming_bounds(std::span<const double> fractions, double alpha) {
  std::vector<double> bounds;
  Density paths{{0}, {1}};
  double last = 0;
  double spent = 0;
  for (const double fraction : fractions) {
    const double due = obrien_fleming_spent(fraction, alpha);
    const double step = std::sqrt(fraction - last);
    constexpr double kFarthest = 12;  // standard deviations: no path gets there
    double low = 0;
    double high = kFarthest;
    constexpr int kHalvings = 50;
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = 0.5 * (low + high);
      (crossing(paths, middle * std::sqrt(fraction), step) > due - spent ? low : high) = middle;
    }
    bounds.push_back(high);
    paths = next(paths, high * std::sqrt(fraction), step);
    last = fraction;
    spent = due;
  }
  return bounds;
}

}  // namespace benchkit::stats
