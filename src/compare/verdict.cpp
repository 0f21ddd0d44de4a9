// How a verdict is reached.
//
// Each case × metric has an effect with an uncertainty (paired: of the blocks' log-ratios; unpaired: of the difference of two groups of
// blocks, with the noise between runs added) and a threshold: what counts as a change. Two claims may be made, and both need proof: that the
// effect lies beyond the threshold (regressed or improved), and that it lies within it (same; two one-sided tests). A level is two-sided:
// twice that of the one-sided test, so that a claim holds at alpha alone exactly where the interval that is shown lies beyond or within the
// threshold. What is neither is undecided: a missing proof of a change proves nothing.
//
// Over a suite of 600 comparisons a level of 5 % would call thirty. So all claims of a change are corrected together, and all claims of
// sameness together, to a false discovery rate of alpha (stats/false_discovery.cpp): Benjamini-Hochberg on p-values in the fixed design,
// e-BH on e-values in the sequential one. Evidence of a case that has been decided and stopped stays as it is, and what is called only ever
// lowers the bar for the others: a case that was stopped never becomes undecided.
//
// An exact metric (a count, a peak: all samples of two or more blocks agree on each side) has no noise. Its verdict is arithmetic, and it
// takes no part in the correction.
#include "compare/verdict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "compare/noise_floor.hpp"
#include "stats/e_process.hpp"
#include "stats/equivalence.hpp"
#include "stats/estimate.hpp"
#include "stats/false_discovery.hpp"
#include "stats/quantiles.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::compare {
namespace {

constexpr std::size_t kFewestBlocks = 3;
/// Of a suite that is smaller all is judged on one thread: a run that asks between its blocks starts no others.
constexpr std::size_t kAtATime = 1024;

struct Name {
  Verdict verdict;
  std::string_view text;
};
constexpr std::array<Name, 4> kNames{
    {{Verdict::regressed, "regressed"}, {Verdict::improved, "improved"}, {Verdict::same, "same"}, {Verdict::undecided, "undecided"}}};

/// What is known of one effect, and the levels of both claims about it.
struct Trial {
  bool open = false;  ///< takes part in the correction
  stats::Estimate estimate;
  double bound = 0;  ///< the threshold on the effect's scale
  double level_of_change = 1;
  double level_of_same = 1;
  double direction = 0;  ///< of the change, were it one
};

/// The threshold as an effect. A rise is a share of the base, a fall one of the head: the smaller side either way, so that a comparison
/// turned round says the same.
double bound_of(const Evidence& evidence, const Threshold& threshold) {
  const double smaller = std::min(std::fabs(evidence.base_centre), std::fabs(evidence.head_centre));
  if (evidence.logarithmic) return std::log1p(threshold.relative ? threshold.amount : threshold.amount / smaller);
  return threshold.relative ? threshold.amount * smaller : threshold.amount;
}

std::string counted(std::size_t count, const char* what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

/// Why nothing can be said of it at all; empty if something can.
std::string obstacle(const Evidence& evidence) {
  if (evidence.exact) return {};
  if (evidence.paired) {
    if (evidence.effects.size() >= kFewestBlocks) return {};
    return fmt::format("{} in common: a verdict takes {}", counted(evidence.effects.size(), "block"), kFewestBlocks);
  }
  if (evidence.base.empty() || evidence.head.empty()) return "the statistic has no interval: --stat median or mean has one";
  if (evidence.one_block && evidence.solo) return "one process a side: nothing is known of what differs from process to process";
  const std::size_t fewest = std::min(evidence.base.size(), evidence.head.size());
  if (fewest < 2) return "one sample: nothing is known of its noise";
  if (!evidence.one_block && fewest < kFewestBlocks) return fmt::format("{}: a verdict takes {}", counted(fewest, "block"), kFewestBlocks);
  return {};
}

stats::Estimate estimate_of(const Evidence& evidence) {
  if (evidence.paired) return stats::trimmed_mean(evidence.effects);
  return stats::difference(stats::trimmed_mean(evidence.head), stats::trimmed_mean(evidence.base));
}

class Judge {
 public:
  Judge(std::span<const Evidence> evidence, const JudgeOptions& options)
      : evidence_(evidence), options_(options), trials_(evidence.size()), judgements_(evidence.size()) {}

  std::vector<Judgement> judge() {
    base::parallel_for(evidence_.size(), kAtATime, [&](std::size_t i) { examine(i); });
    add_floors();
    // From here on nothing new is learnt of a case: only levels are reckoned.
    base::parallel_for(evidence_.size(), kAtATime, [&](std::size_t i) {
      if (trials_[i].open) weigh(i);
    });
    decide();
    return std::move(judgements_);
  }

 private:
  void examine(std::size_t i) {
    const Evidence& evidence = evidence_[i];
    Judgement& judgement = judgements_[i];
    judgement.standing = evidence.standing;
    judgement.exact = evidence.exact;
    judgement.unpaired = !evidence.paired;
    judgement.relative = evidence.logarithmic;
    const bool comparable = evidence.standing == Standing::compared || (evidence.standing == Standing::other_machine && evidence.exact);
    if (!comparable || !evidence.has_values) {
      if (comparable) judgement.standing = Standing::missing_base;
      return;
    }
    const Threshold threshold = evidence.threshold.value_or(threshold_of(evidence.metric, options_));
    if (evidence.base_centre == 0 && evidence.head_centre != 0 && threshold.relative && threshold.amount > 0) {
      judgement.standing = Standing::zero_base;
      return;
    }
    judgement.standing = Standing::compared;
    trials_[i].bound = bound_of(evidence, threshold);
    judgement.reason = obstacle(evidence);
    if (!judgement.reason.empty()) return;
    if (evidence.exact) {
      settle(i);
    } else {
      trials_[i].estimate = estimate_of(evidence);
      trials_[i].open = true;
    }
  }

  /// Without noise: equal is equal, and a difference is what it is.
  void settle(std::size_t i) {
    const Evidence& evidence = evidence_[i];
    Judgement& judgement = judgements_[i];
    const double effect =
        evidence.logarithmic ? std::log(evidence.head_centre / evidence.base_centre) : evidence.head_centre - evidence.base_centre;
    show(judgement, evidence.logarithmic, {effect, 0, std::numeric_limits<double>::infinity()}, stats::Interval{effect, effect});
    judgement.level = judgement.adjusted_level = 0;
    // The logarithm of a ratio misses a bound that is met exactly in its last digit.
    const double bound = trials_[i].bound * (1 + 1e-12);
    call(judgement, evidence, std::fabs(effect) <= bound ? 0 : effect);
  }

  /// Unpaired ones: the noise between runs, from all cases of a metric together.
  void add_floors() {
    std::map<std::string, std::vector<std::size_t>> by_metric;
    for (std::size_t i = 0; i < evidence_.size(); ++i) {
      if (trials_[i].open && !evidence_[i].paired) by_metric[evidence_[i].metric].push_back(i);
    }
    for (const auto& [metric, members] : by_metric) {
      std::vector<RunRatio> ratios;
      for (const std::size_t i : members) {
        if (evidence_[i].logarithmic) ratios.push_back({trials_[i].estimate.value, &evidence_[i].families});
      }
      const std::vector<Floor> floors = noise_floors(ratios);
      std::size_t place = 0;
      for (const std::size_t i : members) {
        const std::size_t own = evidence_[i].logarithmic ? place++ : ratios.size();
        add_floor(i, own < floors.size() ? std::optional(floors[own]) : std::nullopt, ratios.size());
      }
    }
  }

  void add_floor(std::size_t i, std::optional<Floor> floor, std::size_t cases) {
    if (evidence_[i].known_floor) floor = Floor{*evidence_[i].known_floor, std::numeric_limits<double>::infinity()};
    if (!floor || !evidence_[i].logarithmic) {
      trials_[i].open = false;
      judgements_[i].reason = evidence_[i].logarithmic
                                  ? fmt::format("unpaired, and {} {} too few to tell the noise between runs from ({} are enough)",
                                                counted(cases, "case"), cases == 1 ? "is" : "are", kFewestForFloor)
                                  : "unpaired, and values that are not above 0 have no ratio to tell the noise between runs by";
      show(judgements_[i], evidence_[i].logarithmic, trials_[i].estimate, std::nullopt);
      return;
    }
    trials_[i].estimate = stats::with_more_variance(trials_[i].estimate, floor->deviation * floor->deviation, floor->degrees);
    judgements_[i].floor = floor->deviation;
  }

  void weigh(std::size_t i) {
    const Evidence& evidence = evidence_[i];
    Trial& trial = trials_[i];
    std::optional<stats::Interval> interval;
    if (options_.design == Design::sequential && evidence.paired) {
      const double above = stats::e_above(evidence.effects, trial.bound);
      const double below = stats::e_below(evidence.effects, -trial.bound);
      trial.level_of_change = std::min(1.0, 2 / (above + below));
      trial.level_of_same =
          std::min(1.0, 1 / std::min(stats::e_below(evidence.effects, trial.bound), stats::e_above(evidence.effects, -trial.bound)));
      trial.direction = above >= below ? 1 : -1;
      if (options_.intervals) interval = stats::confidence_sequence(evidence.effects, options_.alpha);
    } else {
      trial.level_of_change =
          std::min(1.0, 2 * std::min(stats::p_above(trial.estimate, trial.bound), stats::p_below(trial.estimate, -trial.bound)));
      trial.level_of_same = std::min(1.0, 2 * stats::p_within(trial.estimate, -trial.bound, trial.bound));
      trial.direction = trial.estimate.value;
      if (options_.intervals) interval = stats::interval_of(trial.estimate, options_.alpha);
    }
    show(judgements_[i], evidence.logarithmic, trial.estimate, interval);
    if (options_.intervals) set_detectable(i);
  }

  void decide() {
    std::vector<std::size_t> open;
    std::vector<double> changes;
    std::vector<double> sames;
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      if (!trials_[i].open) continue;
      open.push_back(i);
      changes.push_back(trials_[i].level_of_change);
      sames.push_back(trials_[i].level_of_same);
    }
    const std::vector<double> adjusted_changes = stats::adjusted_levels(changes);
    const std::vector<double> adjusted_sames = stats::adjusted_levels(sames);
    for (std::size_t k = 0; k < open.size(); ++k) {
      const Evidence& evidence = evidence_[open[k]];
      Judgement& judgement = judgements_[open[k]];
      const bool change = changes[k] < sames[k];
      judgement.level = change ? changes[k] : sames[k];
      judgement.adjusted_level = change ? adjusted_changes[k] : adjusted_sames[k];
      if (judgement.adjusted_level <= options_.alpha) {
        call(judgement, evidence, change ? trials_[open[k]].direction : 0);
      } else if (judgement.level <= options_.alpha) {
        judgement.reason = fmt::format("{} alone, but not among {} comparisons", change ? "a change" : "the same", open.size());
      } else {
        judgement.reason = "the interval reaches over the threshold";
      }
    }
  }

  /// `effect`: 0 for what is no change.
  static void call(Judgement& judgement, const Evidence& evidence, double effect) {
    if (effect == 0) {
      judgement.verdict = Verdict::same;
    } else if (evidence.better == Better::unknown) {
      judgement.reason = "it changed, and nothing says which direction is better";
    } else {
      judgement.verdict = (effect > 0) == (evidence.better == Better::less) ? Verdict::regressed : Verdict::improved;
    }
  }

  static void show(Judgement& judgement, bool logarithmic, const stats::Estimate& estimate,
                   const std::optional<stats::Interval>& interval) {
    judgement.effect = logarithmic ? std::exp(estimate.value) : estimate.value;
    judgement.interval = interval;
    if (interval && logarithmic) judgement.interval = stats::Interval{std::exp(interval->low), std::exp(interval->high)};
  }

  /// What it would take: the threshold, and as far beyond it as noise carries the estimate and the interval.
  void set_detectable(std::size_t i) {
    const stats::Estimate& estimate = trials_[i].estimate;
    if (!std::isfinite(estimate.variance) || !(estimate.degrees > 0)) return;
    const double quantiles =
        stats::student_t_upper(estimate.degrees, options_.alpha / 2) + stats::student_t_upper(estimate.degrees, 1 - options_.power);
    const double effect = trials_[i].bound + quantiles * std::sqrt(estimate.variance);
    judgements_[i].detectable = evidence_[i].logarithmic ? std::expm1(effect) : effect;
  }

  std::span<const Evidence> evidence_;
  const JudgeOptions& options_;
  std::vector<Trial> trials_;
  std::vector<Judgement> judgements_;
};

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  for (const Name& name : kNames) {
    if (name.verdict == verdict) return name.text;
  }
  return {};
}

Threshold threshold_of(const std::string& metric, const JudgeOptions& options) {
  for (auto own = options.of_metric.rbegin(); own != options.of_metric.rend(); ++own) {
    if (own->first == metric) return own->second;
  }
  return options.threshold;
}

std::vector<Judgement> judge(std::span<const Evidence> evidence, const JudgeOptions& options) { return Judge(evidence, options).judge(); }

}  // namespace benchkit::compare
