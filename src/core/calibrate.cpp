// The method.
//
// A sample must be so long that the clock disappears in it: at least 1,000 of the clock's resolutions (nanobench's rule, an error of
// 0.1 % at the most from where the ticks fall), and at least 1,000 times the cost of a reading (so that a sample is not mostly clock).
// The runner may want it longer still, so that a budget makes a sensible number of samples.
//
// The batch is found by growing: n = 1 first (that call is the cold one, reported apart), then the n that the last batch predicts
// for the goal, with a fifth on top, but never more than ten times the last (a short batch predicts badly: caches and branch
// predictors are still learning; Google Benchmark grows so too). It ends when a batch reaches the goal, and the n is then
// corrected once downwards if the batch came out longer than asked. An action that the compiler removed never gets there: it ends at
// kMostIterations, or when the clock stands still for so long that the rest would be no wiser, and carries a warning.
#include "core/calibrate.hpp"

#include <algorithm>
#include <cmath>

namespace benchkit::core {
namespace {

constexpr double kResolutions = 1000;
constexpr double kClockCosts = 1000;
constexpr double kMostGrowth = 10;
constexpr double kMargin = 1.2;
/// Below this a call takes less than any instruction could: there is no work in the loop.
constexpr double kNothingNs = 0.001;

}  // namespace

double shortest_sample_ns(const CalibrationGoal& goal) noexcept {
  return std::max({kResolutions * goal.resolution_ns, kClockCosts * goal.clock_cost_ns, 1.0});
}

protocol::Calibrated calibrate(const CalibrationGoal& goal, const std::function<std::int64_t(std::uint64_t)>& run) {
  const double shortest = shortest_sample_ns(goal);
  const double wanted = std::max(shortest, static_cast<double>(goal.target_ns));

  protocol::Calibrated result;
  std::uint64_t n = 1;
  auto elapsed = static_cast<double>(run(n));
  result.cold_ns = elapsed;
  while (elapsed < wanted && n < kMostIterations) {
    const double per_call = elapsed / static_cast<double>(n);
    if (n > (1u << 30) && per_call < kNothingNs) break;
    const double predicted = elapsed > 0 ? wanted / per_call * kMargin : static_cast<double>(n) * kMostGrowth;
    const double next = std::clamp(predicted, static_cast<double>(n) + 1, static_cast<double>(n) * kMostGrowth);
    n = std::min(static_cast<std::uint64_t>(next), kMostIterations);
    elapsed = static_cast<double>(run(n));
  }
  result.iterations = n;
  result.ns_per_iteration = elapsed / static_cast<double>(n);
  if (elapsed > wanted && n > 1) {
    const double enough = std::ceil(wanted / result.ns_per_iteration);
    result.iterations = std::clamp(static_cast<std::uint64_t>(enough), std::uint64_t{1}, n);
  }
  if (elapsed < shortest) {
    result.warnings.emplace_back(result.ns_per_iteration < kNothingNs ? "no measurable work: the action does nothing, or was optimised away"
                                                                      : "clock too coarse for this action");
  }
  return result;
}

}  // namespace benchkit::core
