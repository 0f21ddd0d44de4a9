// A block holds some of the versions: all of them, a base and another one, or two neighbours. What the machine did meanwhile is common to
// its members, so only differences within a block say something, and any two versions are linked by the blocks that lie between.
//
// The series is a staircase: a level for all versions, and a step at each change. A step at version s is seen in every block that holds
// versions on both sides of s, as the mean of the one side less that of the other; blocks are independent draws of it. Their trimmed mean is its
// size; its level is that of Student's t of the plain mean, which outliers make too high and never too low. (Yuen's t of the trimmed
// mean errs nearly twice as often as it says at the levels of some thousandths that count here: by simulation, of ten normal blocks.) Of all splits the one with the lowest level is taken, which counts as many times as there
// are splits (Bonferroni). With what the steps so far make taken off, the next is sought (forward selection); after each all are fitted again
// together, one at a time with the others taken off until they stand still (backfitting: Buja, Hastie and Tibshirani, Annals of Statistics 17, 1989),
// each is sought again between its neighbours, and one that the others made superfluous goes.
//
// Permuting the blocks' members would ask for no distribution, but a level low enough for one case among hundreds takes more of them than
// there is time, and three blocks have too few to permute.
#include "stats/block_steps.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "stats/estimate.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::stats {
namespace {

struct Step {
  std::size_t first = 0;
  double shift = 0;
  double p = 1;
  double size = 0;  ///< in standard errors, which tell apart what is certain
};

class Staircase {
 public:
  Staircase(std::span<const std::vector<BlockMember>> blocks, std::size_t versions, const StepOptions& options)
      : blocks_(blocks), versions_(versions), options_(options) {}

  BlockSteps search() {
    BlockSteps result;
    for (std::size_t split = 1; split < versions_; ++split) {
      if (differences(split).size() >= kFewestForStep) {
        splits_.push_back(split);
      } else {
        ++result.open;
      }
    }
    while (steps_.size() < splits_.size()) {
      const std::optional<Step> next = best(1, versions_);
      if (!next) break;
      const std::vector<Step> before = steps_;
      add(*next);
      settle();
      if (steps_.size() <= before.size()) break;  // it took another one's place, or none
    }
    for (const Step& step : steps_) result.found.push_back({.first = step.first, .shift = step.shift, .p = step.p});
    return result;
  }

 private:
  /// What the steps make of a version.
  [[nodiscard]] std::vector<double> levels() const {
    std::vector<double> result(versions_, 0);
    for (const Step& step : steps_) {
      for (std::size_t version = step.first; version < versions_; ++version) result[version] += step.shift;
    }
    return result;
  }

  /// Of each block that has both sides of a split, how much higher the later one is, the steps taken off.
  [[nodiscard]] std::vector<double> differences(std::size_t split) const {
    const std::vector<double> level = levels();
    std::vector<double> result;
    for (const std::vector<BlockMember>& block : blocks_) {
      std::array<double, 2> sum{};
      std::array<double, 2> count{};
      for (const BlockMember& member : block) {
        const std::size_t later = member.version >= split ? 1 : 0;
        sum[later] += member.value - level[member.version];
        count[later] += 1;
      }
      if (count[0] > 0 && count[1] > 0) result.push_back(sum[1] / count[1] - sum[0] / count[0]);
    }
    return result;
  }

  /// A step at the split, beside those that there are.
  [[nodiscard]] Step step_at(std::size_t split) const {
    constexpr double kRounding = 1e-9;
    const std::vector<double> differing = differences(split);
    const double shift = trimmed_mean(differing).value;
    const Estimate estimate = mean_estimate(differing);
    const double error = std::sqrt(estimate.variance);
    // Where blocks agree but for rounding, t would be certain after three; coins fall alike as easily.
    const bool agree = error <= kRounding * std::fabs(estimate.value);
    const Beside beside = p_beside(estimate, 0);
    const double alone = 2 * (agree ? std::pow(0.5, static_cast<double>(differing.size())) : std::min(beside.above, beside.below));
    return {.first = split,
            .shift = shift,
            .p = estimate.value == 0 ? 1 : std::min(1.0, alone * static_cast<double>(splits_.size())),
            .size = std::fabs(estimate.value) / std::max(error, kRounding * std::fabs(estimate.value))};
  }

  /// The best new step at a version in [from, to).
  [[nodiscard]] std::optional<Step> best(std::size_t from, std::size_t to) const {
    std::optional<Step> result;
    for (const std::size_t split : splits_) {
      if (split < from || split >= to) continue;
      if (std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) { return step.first == split; })) continue;
      const Step step = step_at(split);
      if (step.p > options_.alpha || std::fabs(step.shift) < options_.least_shift) continue;
      if (!result || step.p < result->p || (step.p == result->p && step.size > result->size)) result = step;
    }
    return result;
  }

  void add(const Step& step) {
    steps_.push_back(step);
    std::sort(steps_.begin(), steps_.end(), [](const Step& left, const Step& right) { return left.first < right.first; });
  }

  /// All steps together, each with the others taken off.
  void fit() {
    constexpr int kRounds = 100;
    constexpr double kStill = 1e-6;  // of the largest step
    for (int round = 0; round < kRounds; ++round) {
      double moved = 0;
      double largest = 0;
      for (Step& step : steps_) {
        const double before = std::exchange(step.shift, 0);
        step = step_at(step.first);
        moved = std::max(moved, std::fabs(step.shift - before));
        largest = std::max(largest, std::fabs(step.shift));
      }
      if (moved <= kStill * largest) break;
    }
  }

  /// Each step in its best place, and none that is not needed.
  void settle() {
    fit();
    for (std::size_t i = 0; i < steps_.size() && steps_.size() > 1;) {
      const Step old = steps_[i];
      const std::size_t from = i == 0 ? 1 : steps_[i - 1].first + 1;
      const std::size_t to = i + 1 == steps_.size() ? versions_ : steps_[i + 1].first;
      steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(i));
      if (const std::optional<Step> again = best(from, to)) {
        steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(i), *again);
        ++i;
      }
      if (steps_.size() <= i || steps_[i].first != old.first) fit();
    }
  }

  std::span<const std::vector<BlockMember>> blocks_;
  std::size_t versions_;
  const StepOptions& options_;
  std::vector<std::size_t> splits_;  ///< that can be seen
  std::vector<Step> steps_;          ///< in the order of the versions
};

}  // namespace

BlockSteps block_steps(std::span<const std::vector<BlockMember>> blocks, std::size_t versions, const StepOptions& options) {
  return Staircase(blocks, versions, options).search();
}

}  // namespace benchkit::stats
