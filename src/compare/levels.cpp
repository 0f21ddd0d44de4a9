// How many blocks there are was settled before, or somebody looked at them as they came and stopped when it suited: that says which test
// holds (Evidence::design).
//
//   fixed       Student's t of the trimmed mean (Yuen); the sign test where the blocks between the trimmed ends do not vary.
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
#include "stats/log_gamma.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::compare {
namespace {

/// One-sided levels of four claims: of lying above and below either end of a range.
enum Claim : std::size_t { above_high, below_high, above_low, below_low };
using OneSided = std::array<double, 4>;

/// That so many coins of `count`, or more, fall alike.
double level_of_signs(std::size_t alike, std::size_t count) {
  const auto n = static_cast<double>(count);
  double level = 0;
  for (std::size_t fallen = alike; fallen <= count; ++fallen) {
    const auto k = static_cast<double>(fallen);
    level += std::exp(stats::log_gamma(n + 1) - stats::log_gamma(k + 1) - stats::log_gamma(n - k + 1) - n * std::log(2.0));
  }
  return std::min(level, 1.0);
}

/// The sign test: how likely it is that so many of the effects lie beyond the bound, were it their median.
double by_signs(std::span<const double> effects, double bound, double direction) {
  const auto beyond = std::count_if(effects.begin(), effects.end(), [&](double effect) { return direction * (effect - bound) > 0; });
  return level_of_signs(static_cast<std::size_t>(beyond), effects.size());
}

/// The interval of the median that excludes what the sign test does (Conover, Practical Nonparametric Statistics, section 3.2): between the effects
/// so far from either end as leave the rest improbable. Without ends where they are too few.
stats::Interval interval_by_signs(std::span<const double> effects, double alpha) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> sorted(effects.begin(), effects.end());
  std::sort(sorted.begin(), sorted.end());
  std::size_t left_out = 0;
  while (2 * (left_out + 1) <= sorted.size() && level_of_signs(sorted.size() - left_out, sorted.size()) <= alpha / 2) ++left_out;
  if (left_out == 0) return {-kInfinity, kInfinity};
  return {sorted[left_out - 1], sorted[sorted.size() - left_out]};
}

/// What is seen of the effects at one time.
struct Look {
  stats::Estimate estimate;
  std::span<const double> effects;
  bool signs = false;  ///< the effects hardly vary
};

/// Where hardly anything varies (a count in steps, with noise beside it) t would be certain after three blocks; coins fall alike as easily. Logarithms of
/// equal ratios differ in their last digits. The variance of a trimmed mean does not see what lies in the ends; then that of the plain mean says it,
/// and a claim must hold by both.
Look look_of(const Evidence& evidence, const stats::Estimate& estimate, std::span<const double> effects) {
  constexpr double kRounding = 1e-9;
  const double scale = evidence.logarithmic ? 1 : std::max(std::fabs(evidence.first_base_centre), std::fabs(evidence.first_head_centre));
  if (effects.empty() || std::sqrt(estimate.variance) > kRounding * scale) return {estimate, effects};
  return {stats::mean_estimate({effects.begin(), effects.end()}), effects, true};
}

OneSided levels_at(const Look& look, double bound) {
  const stats::Beside high = stats::p_beside(look.estimate, bound);
  const stats::Beside low = stats::p_beside(look.estimate, -bound);
  OneSided levels{high.above, high.below, low.above, low.below};
  if (look.signs) {
    const OneSided signs{by_signs(look.effects, bound, 1), by_signs(look.effects, bound, -1), by_signs(look.effects, -bound, 1),
                         by_signs(look.effects, -bound, -1)};
    for (std::size_t claim = 0; claim < levels.size(); ++claim) levels[claim] = std::max(levels[claim], signs[claim]);
  }
  return levels;
}

/// Of lying within the bounds, which themselves are within: what only certainty, and coins, can tell from levels_at().
double within_at(const Look& look, const OneSided& levels, double bound) {
  if (!look.signs) {
    return look.estimate.variance == 0 ? stats::p_within(look.estimate, -bound, bound) : std::max(levels[above_low], levels[below_high]);
  }
  const double beyond = std::nextafter(bound * (1 + 1e-12), std::numeric_limits<double>::infinity());
  return std::max(
      {by_signs(look.effects, beyond, -1), by_signs(look.effects, -beyond, 1), stats::p_within(look.estimate, -beyond, beyond)});
}

stats::Interval interval_at(const Look& look, double alpha) {
  const stats::Interval alone = stats::interval_of(look.estimate, alpha);
  if (!look.signs) return alone;
  const stats::Interval signs = interval_by_signs(look.effects, alpha);
  return {std::min(alone.low, signs.low), std::max(alone.high, signs.high)};
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

struct Looks {
  std::vector<Look> planned;      ///< those that have come so far
  std::vector<double> fractions;  ///< what each of them tells of all (stats::information_at())
  std::optional<Look> end;        ///< behind them, at fewer blocks than were planned
  double fraction = 1;            ///< of the planned blocks that are there at the end
};

Look look_at(const Evidence& evidence, std::span<const double> effects) {
  if (effects.size() < kFewestBlocks) return {{0, std::numeric_limits<double>::infinity(), 1}, effects};
  return look_of(evidence, stats::trimmed_mean({effects.begin(), effects.end()}), effects);
}

Looks looks_of(const Evidence& evidence) {
  const std::span<const double> effects(evidence.effects);
  Looks looks;
  const bool ends = evidence.time_over && effects.size() >= kFewestBlocks && effects.size() < evidence.planned_blocks;
  for (std::size_t look = 1; look <= kLooks; ++look) {
    const std::size_t blocks = evidence.planned_blocks * look / kLooks;
    if (blocks > effects.size() || (ends && blocks == effects.size())) break;
    looks.planned.push_back(look_at(evidence, effects.first(blocks)));
    looks.fractions.push_back(stats::information_at(blocks, evidence.planned_blocks));
  }
  if (!ends) return looks;
  looks.end = look_at(evidence, effects);
  looks.fraction = static_cast<double>(effects.size()) / static_cast<double>(evidence.planned_blocks);
  return looks;
}

OneSided by_looks(const Looks& looks, double bound) {
  std::array<std::vector<double>, 4> alone;
  for (const Look& look : looks.planned) {
    const OneSided levels = levels_at(look, bound);
    for (std::size_t claim = 0; claim < levels.size(); ++claim) alone[claim].push_back(levels[claim]);
  }
  const OneSided at_end = looks.end ? levels_at(*looks.end, bound) : OneSided{};
  OneSided together{};
  for (std::size_t claim = 0; claim < together.size(); ++claim) {
    const std::optional<stats::EarlyEnd> end = looks.end ? std::optional(stats::EarlyEnd{looks.fraction, at_end[claim]}) : std::nullopt;
    together[claim] = planned_looks().level(alone[claim], end, looks.fractions);
  }
  return together;
}

/// What all looks together have left open.
stats::Interval left_by_looks(const Looks& looks, double alpha) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  stats::Interval left{-kInfinity, kInfinity};
  const auto look_at_level = [&](const Look& look, double level) {
    const stats::Interval alone = interval_at(look, 2 * level);
    left = {std::max(left.low, alone.low), std::min(left.high, alone.high)};
  };
  for (std::size_t look = 0; look < looks.planned.size(); ++look) {
    if (looks.fractions[look] > 0) look_at_level(looks.planned[look], planned_looks().level_at(look, alpha / 2, looks.fractions[look]));
  }
  if (looks.end) look_at_level(*looks.end, planned_looks().level_at_end(looks.planned.size(), looks.fraction, alpha / 2));
  return {std::min(left.low, left.high), std::max(left.low, left.high)};
}

}  // namespace

std::size_t blocks_wanted(const Evidence& evidence, const stats::Estimate& estimate, double alpha) {
  if (is_watched(evidence) || !look_of(evidence, estimate, evidence.effects).signs) return 0;
  std::size_t blocks = 1;
  while (2 * level_of_signs(blocks, blocks) > alpha) ++blocks;
  return blocks;
}

Levels levels_of(const Evidence& evidence, const stats::Estimate& estimate, double bound) {
  OneSided levels{};
  double within = 1;
  if (is_watched(evidence)) {
    levels = evidence.design == Design::looks ? by_looks(looks_of(evidence), bound) : by_e_process(evidence.effects, bound);
    within = std::max(levels[below_high], levels[above_low]);
  } else {
    const Look look = look_of(evidence, estimate, evidence.effects);
    levels = levels_at(look, bound);
    within = within_at(look, levels, bound);
  }
  return {.change = std::min(1.0, 2 * std::min(levels[above_high], levels[below_low])),
          .same = std::min(1.0, 2 * within),
          .direction = levels[above_high] <= levels[below_low] ? 1.0 : -1.0};
}

stats::Interval interval_of(const Evidence& evidence, const stats::Estimate& estimate, double alpha) {
  if (!is_watched(evidence)) return interval_at(look_of(evidence, estimate, evidence.effects), alpha);
  return evidence.design == Design::looks ? left_by_looks(looks_of(evidence), alpha) : stats::confidence_sequence(evidence.effects, alpha);
}

}  // namespace benchkit::compare
