// How many blocks there are was settled before, or somebody looked at them as they came and stopped when it suited: that says which test
// holds (Evidence::design).
//
//   fixed       Student's t of the trimmed mean (Yuen); the sign test where the blocks do not vary at all.
//   sequential  The e-process, whose level is good after any block.
//   looks       O'Brien and Fleming's test: Yuen's t after each twelfth of the planned blocks, all together erring as often as one. Where
//               the time was over before all of them were there, the last look is at those that there are.
#include "compare/levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "stats/e_process.hpp"
#include "stats/equivalence.hpp"
#include "stats/group_sequential.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::compare {
namespace {

/// One-sided levels of four claims: of lying above and below either end of a range.
enum Claim : std::size_t { above_high, below_high, above_low, below_low };
using OneSided = std::array<double, 4>;

/// The sign test: how likely it is that so many of the effects lie beyond the bound, were it their median.
double by_signs(std::span<const double> effects, double bound, double direction) {
  const auto count = static_cast<double>(effects.size());
  const auto beyond = std::count_if(effects.begin(), effects.end(), [&](double effect) { return direction * (effect - bound) > 0; });
  double level = 0;
  for (auto fallen = static_cast<std::size_t>(beyond); fallen <= effects.size(); ++fallen) {
    const auto k = static_cast<double>(fallen);
    level += std::exp(std::lgamma(count + 1) - std::lgamma(k + 1) - std::lgamma(count - k + 1) - count * std::log(2.0));
  }
  return std::min(level, 1.0);
}

/// The logarithms of equal ratios differ in their last digits.
bool varies_by_rounding_alone(const stats::Estimate& estimate) {
  constexpr double kRounding = 1e-9;
  return std::sqrt(estimate.variance) <= kRounding * std::fabs(estimate.value);
}

/// Where hardly anything varies (a count in steps, with noise beside it) t would be certain after three blocks; coins fall alike as easily.
OneSided by_estimate(const stats::Estimate& estimate, std::span<const double> effects, double bound) {
  if (effects.empty() || !varies_by_rounding_alone(estimate))
    return {stats::p_above(estimate, bound), stats::p_below(estimate, bound), stats::p_above(estimate, -bound),
            stats::p_below(estimate, -bound)};
  return {by_signs(effects, bound, 1), by_signs(effects, bound, -1), by_signs(effects, -bound, 1), by_signs(effects, -bound, -1)};
}

OneSided by_e_process(std::span<const double> effects, double bound) {
  const stats::EProcess at_high = stats::e_process(effects, bound);
  const stats::EProcess at_low = stats::e_process(effects, -bound);
  return {at_high.p_above(), at_high.p_below(), at_low.p_above(), at_low.p_below()};
}

const stats::PlannedLooks& planned_looks() {
  static const stats::PlannedLooks looks(kLooks);
  return looks;
}

struct Look {
  stats::Estimate estimate;
  std::span<const double> effects;
};

struct Looks {
  std::vector<Look> planned;  ///< those that have come so far
  std::optional<Look> end;    ///< behind them, at fewer blocks than were planned
  double fraction = 1;        ///< of the planned blocks that are there at the end
};

Look look_at(std::span<const double> effects) {
  if (effects.size() < kFewestBlocks) return {{0, std::numeric_limits<double>::infinity(), 1}, effects};
  return {stats::trimmed_mean({effects.begin(), effects.end()}), effects};
}

Looks looks_of(const Evidence& evidence) {
  const std::span<const double> effects(evidence.effects);
  Looks looks;
  const bool ends = evidence.time_over && effects.size() >= kFewestBlocks && effects.size() < evidence.planned_blocks;
  for (std::size_t look = 1; look <= kLooks; ++look) {
    const std::size_t blocks = evidence.planned_blocks * look / kLooks;
    if (blocks > effects.size() || (ends && blocks == effects.size())) break;
    looks.planned.push_back(look_at(effects.first(blocks)));
  }
  if (!ends) return looks;
  looks.end = look_at(effects);
  looks.fraction = static_cast<double>(effects.size()) / static_cast<double>(evidence.planned_blocks);
  return looks;
}

OneSided by_looks(const Looks& looks, double bound) {
  std::array<std::vector<double>, 4> alone;
  for (const Look& look : looks.planned) {
    const OneSided levels = by_estimate(look.estimate, look.effects, bound);
    for (std::size_t claim = 0; claim < levels.size(); ++claim) alone[claim].push_back(levels[claim]);
  }
  const OneSided at_end = looks.end ? by_estimate(looks.end->estimate, looks.end->effects, bound) : OneSided{};
  OneSided together{};
  for (std::size_t claim = 0; claim < together.size(); ++claim) {
    const std::optional<stats::EarlyEnd> end = looks.end ? std::optional(stats::EarlyEnd{looks.fraction, at_end[claim]}) : std::nullopt;
    together[claim] = planned_looks().level(alone[claim], end);
  }
  return together;
}

/// What all looks together have left open.
stats::Interval left_by_looks(const Looks& looks, double alpha) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  stats::Interval left{-kInfinity, kInfinity};
  const auto look_at_level = [&](const Look& look, double level) {
    const stats::Interval alone = stats::interval_of(look.estimate, 2 * level);
    left = {std::max(left.low, alone.low), std::min(left.high, alone.high)};
  };
  for (std::size_t look = 0; look < looks.planned.size(); ++look)
    look_at_level(looks.planned[look], planned_looks().level_at(look, alpha / 2));
  if (looks.end) look_at_level(*looks.end, planned_looks().level_at_end(looks.planned.size(), looks.fraction, alpha / 2));
  return {std::min(left.low, left.high), std::max(left.low, left.high)};
}

}  // namespace

Levels levels_of(const Evidence& evidence, const stats::Estimate& estimate, double bound) {
  const bool watched = is_watched(evidence);
  const OneSided levels = !watched                           ? by_estimate(estimate, evidence.effects, bound)
                          : evidence.design == Design::looks ? by_looks(looks_of(evidence), bound)
                                                             : by_e_process(evidence.effects, bound);
  // Certainty on the bound itself is within it, which neither of two strict tests would say.
  const double within = watched ? std::max(levels[below_high], levels[above_low]) : stats::p_within(estimate, -bound, bound);
  return {.change = std::min(1.0, 2 * std::min(levels[above_high], levels[below_low])),
          .same = std::min(1.0, 2 * within),
          .direction = levels[above_high] <= levels[below_low] ? 1.0 : -1.0};
}

stats::Interval interval_of(const Evidence& evidence, const stats::Estimate& estimate, double alpha) {
  if (!is_watched(evidence)) return stats::interval_of(estimate, alpha);
  return evidence.design == Design::looks ? left_by_looks(looks_of(evidence), alpha) : stats::confidence_sequence(evidence.effects, alpha);
}

}  // namespace benchkit::compare
