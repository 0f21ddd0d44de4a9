// What the simulations of this layer draw from: the noise of real machines, worse than it is.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace benchkit::stats {

using Random = std::mt19937_64;

inline double normal(Random& random) { return std::normal_distribution<double>()(random); }
/// Student's t with two degrees of freedom: no variance.
inline double heavy(Random& random) { return std::student_t_distribution<double>(2)(random); }
/// One block in ten five times as far out.
inline double contaminated(Random& random) { return normal(random) * (std::uniform_real_distribution<double>()(random) < 0.1 ? 5 : 1); }

/// A branch predictor that has learnt one side's data or the other's, for a block's whole life: two values and little between.
inline double two_states(Random& random) { return (random() % 2 == 0 ? 1 : -1) + 0.05 * normal(random); }

struct Noise {
  const char* name;
  double (*draw)(Random&);
};
inline constexpr std::array<Noise, 4> kNoises{
    {{"normal", normal}, {"heavy", heavy}, {"contaminated", contaminated}, {"two states", two_states}}};

/// Log-ratios of paired blocks on a machine that drifts away and comes back: within a block one side is measured first and the other a
/// moment later, so the ratio holds what the machine did in between; which one goes first is drawn. `noise` drives the machine, whose state
/// keeps 90 % of itself from moment to moment (autocorrelation).
inline std::vector<double> paired_blocks(Random& random, const Noise& noise, std::size_t blocks, double effect, double spread) {
  std::vector<double> ratios;
  double state = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    const double first = state;
    const double drift = 0.5 * std::sin(static_cast<double>(i) / 15);
    state = 0.9 * state + noise.draw(random) + drift;
    const double later = state - first + drift;
    ratios.push_back(effect + spread * (random() % 2 == 0 ? later : -later));
  }
  return ratios;
}

}  // namespace benchkit::stats
