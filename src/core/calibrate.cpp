// The method.
//
// A sample must be so long that the clock disappears in it: at least 1,000 of the clock's resolutions (nanobench's rule, an error of
// 0.1 % at the most from where the ticks fall), and at least 1,000 times the cost of a reading (so that a sample is not mostly clock);
// where threads must be woken in the window, 100 times what that takes. The runner may want it longer still, so that a budget makes a sensible
// number of samples.
//
// The batch is found by growing: n = 1 first (that call is the cold one, reported apart), then the n that the last batch predicts
// for the goal, with a fifth on top, but never more than ten times the last (a short batch predicts badly: caches and branch
// predictors are still learning; Google Benchmark grows so too). It ends when a batch reaches the goal *twice*: the first call fills caches,
// imports, starts threads; any batch can be preempted. Once is no proof, and a batch settled on by mistake would measure the clock in every
// sample of the run; so the shorter of two counts, and if it falls short, growing goes on. Then the n is corrected once downwards if the batch came
// out longer than asked.
//
// A first call that takes the whole budget is the exception: it is followed by another only if that is no long wait. If the second takes as long,
// or is not tried, the cold call is all there is.
//
// Where each call has a setup of its own, the setups count as well: the whole batch must not take longer than the target, nor, without one, ten
// times what the clock needs. What is measured may then be shorter than the clock needs, which is a warning.
//
// An action that the compiler removed never gets there: it ends at kMostIterations, or when the clock stands still for so long that the
// rest would be no wiser, and carries a warning.
#include "core/calibrate.hpp"

#include <algorithm>
#include <cmath>

namespace benchkit::core {
namespace {

constexpr double kResolutions = 1000;
constexpr double kClockCosts = 1000;
constexpr double kFixedCosts = 100;
/// However slowly threads wake: longer samples would eat the budget on a machine that is busy.
constexpr double kMostForFixedNs = 10'000'000;
constexpr double kMostGrowth = 10;
constexpr double kMostSetup = 10;
constexpr double kMargin = 1.2;
/// Below this a call takes less than any instruction could: there is no work in the loop.
constexpr double kNothingNs = 0.001;
/// A second call is worth a wait of so long, however small the budget: most slow first calls import something.
constexpr std::int64_t kShortWaitNs = 1'000'000'000;

double clock_needs_ns(const CalibrationGoal& goal) noexcept {
  return std::max({kResolutions * goal.resolution_ns, kClockCosts * goal.clock_cost_ns, 1.0});
}

/// The wanted lengths, and how far a batch is from them.
class Aim {
 public:
  explicit Aim(const CalibrationGoal& goal)
      : shortest_(shortest_sample_ns(goal)),
        target_(static_cast<double>(goal.target_ns)),
        most_(std::max(target_, kMostSetup * shortest_)) {}

  [[nodiscard]] bool reached_by(const BatchTime& took) const {
    const auto window = static_cast<double>(took.window_ns);
    const auto whole = static_cast<double>(took.whole_ns);
    return whole >= most_ || (window >= shortest_ && whole >= target_);
  }
  /// Times the batch that would reach it; 0 if the batch took no time at all. `margin`: on top of what the clock needs.
  [[nodiscard]] double factor(const BatchTime& took, double margin) const {
    if (took.window_ns <= 0) return 0;
    const auto whole = static_cast<double>(took.whole_ns);
    const double wanted = std::max(margin * shortest_ / static_cast<double>(took.window_ns), target_ / whole);
    return std::min(wanted, std::max(most_ / whole, 0.0));
  }

 private:
  double shortest_, target_, most_;
};

BatchTime shorter(const BatchTime& left, const BatchTime& right) { return left.window_ns <= right.window_ns ? left : right; }

}  // namespace

double shortest_sample_ns(const CalibrationGoal& goal) noexcept {
  return std::max(clock_needs_ns(goal), std::min(kFixedCosts * goal.fixed_ns, kMostForFixedNs));
}

const char* doubt_about_window(double window_ns, const CalibrationGoal& goal) noexcept {
  if (window_ns < clock_needs_ns(goal) / 2) {
    return "clock too coarse: what is measured at one go is shorter than 500 readings of the clock, whose own cost is part of the value";
  }
  return window_ns < kFixedCosts / 2 * goal.fixed_ns ? "waking the threads takes more than 2 % of what is measured" : nullptr;
}

protocol::Calibrated calibrate(const CalibrationGoal& goal, const std::function<BatchTime(std::uint64_t)>& run_batch) {
  const Aim aim(goal);
  const auto run = [&](std::uint64_t n) {
    BatchTime took = run_batch(n);
    took.whole_ns = std::max(took.whole_ns, took.window_ns);
    return took;
  };

  protocol::Calibrated result;
  std::uint64_t n = 1;
  BatchTime took = run(n);
  result.cold_ns = static_cast<double>(took.window_ns);
  const bool no_second = goal.budget_ns > 0 && took.whole_ns >= std::max(goal.budget_ns, kShortWaitNs);
  while (!no_second) {
    if (aim.reached_by(took)) took = shorter(took, run(n));
    if (aim.reached_by(took) || n == kMostIterations) break;
    if (n > (1u << 30) && static_cast<double>(took.window_ns) < kNothingNs * static_cast<double>(n)) break;
    const double predicted = aim.factor(took, 1) * kMargin;
    const double growth = predicted > 0 ? std::min(predicted, kMostGrowth) : kMostGrowth;
    const double next = std::max(static_cast<double>(n) * growth, static_cast<double>(n) + 1);
    n = std::min(static_cast<std::uint64_t>(next), kMostIterations);
    took = run(n);
  }
  result.ns_per_iteration = static_cast<double>(took.window_ns) / static_cast<double>(n);
  result.iterations = n;
  if (const double factor = aim.factor(took, kMargin); n > 1 && factor > 0 && factor < 1) {
    result.iterations = std::clamp(static_cast<std::uint64_t>(std::ceil(static_cast<double>(n) * factor)), std::uint64_t{1}, n);
  }
  if (const char* doubt = doubt_about_window(static_cast<double>(took.window_ns), goal); doubt != nullptr) {
    const bool nothing = n > 1 && result.ns_per_iteration < kNothingNs;
    result.warnings.emplace_back(nothing ? "no measurable work: the action does nothing, or was optimised away" : doubt);
  }
  return result;
}

}  // namespace benchkit::core
