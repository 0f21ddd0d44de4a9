// How a verdict is reached.
//
// Each case × metric has an effect with an uncertainty (paired: of the blocks' log-ratios; unpaired: of the difference of two groups of
// blocks, with the noise between runs added) and a threshold: what counts as a change. Two claims may be made, and both need proof: that the
// effect lies beyond the threshold (regressed or improved), and that it lies within it (same; two one-sided tests). A level is two-sided:
// twice that of the one-sided test, so that a claim holds at alpha alone exactly where the interval that is shown lies beyond or within the
// threshold. What is neither is undecided: a missing proof of a change proves nothing.
//
// Which test gives the levels depends on how the blocks came to be so many (levels.cpp). Where somebody watched them come, levels never rise.
//
// Over a suite of 600 comparisons a level of 5 % would call thirty. So all claims of a change are corrected together, and all claims of
// sameness together, to a false discovery rate of alpha, by Benjamini and Hochberg's rule on the levels (stats/false_discovery.cpp). In a run
// that stops cases one by one this is still the rule: the set that it calls depends only on the levels of those outside it being too high,
// so a case whose measuring was stopped inside it is called by whatever comes later, as long as no level rises and no comparison is added.
// Levels don't rise; what is still to be measured is counted from the beginning (Evidence::unfinished); and a case that failed later keeps
// its place. So nothing that was decided is undecided again, and the called ones are those that would have been called had nobody stopped.
//
// An exact metric (a count, a peak: all samples of two or more blocks agree on each side; of three or more where somebody looks after each) has no noise.
// Its verdict is arithmetic, and it takes no part in the correction. But two processes agree by chance as well: a metric that is one of two numbers, drawn
// by each process, is exact on both sides and another one on each in 12 % of such comparisons. So a change wants so many blocks that this is rarer than
// alpha at its worst: 3 at 5 % (level_of_exact_change()).
#include "compare/verdict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "compare/levels.hpp"
#include "compare/noise_floor.hpp"
#include "stats/estimate.hpp"
#include "stats/false_discovery.hpp"
#include "stats/quantiles.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::compare {
namespace {

/// Of a suite that is smaller all is judged on one thread: a run that asks between its blocks starts no others.
constexpr std::size_t kAtATime = 1024;

struct VerdictName {
  Verdict verdict;
  std::string_view text;
};
constexpr std::array<VerdictName, 4> kVerdictNames{
    {{Verdict::regressed, "regressed"}, {Verdict::improved, "improved"}, {Verdict::same, "same"}, {Verdict::undecided, "undecided"}}};

/// What is known of one effect, and the levels of both claims about it.
struct Trial {
  bool open = false;    ///< takes part in the correction
  bool silent = false;  ///< and in nothing else: no verdict is asked for any more
  stats::Estimate estimate;
  double bound = 0;  ///< the threshold on the effect's scale
  Levels levels{};
};

/// The threshold as an effect. A rise is a share of the base, a fall one of the head: the smaller side either way, so that a comparison
/// turned round says the same.
double bound_of(const Evidence& evidence, const Threshold& threshold) {
  // A bound that moved with each block would make levels rise.
  const bool stays = is_watched(evidence) && !evidence.exact;
  const double smaller = stays ? std::min(std::fabs(evidence.first_base_centre), std::fabs(evidence.first_head_centre))
                               : std::min(std::fabs(evidence.base_centre), std::fabs(evidence.head_centre));
  if (evidence.logarithmic) return std::log1p(threshold.relative ? threshold.amount : threshold.amount / smaller);
  return threshold.relative ? threshold.amount * smaller : threshold.amount;
}

std::string counted(std::size_t count, const char* what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

/// Why nothing can be said of it at all; empty if something can.
std::string why_no_verdict(const Evidence& evidence) {
  if (evidence.exact) return {};
  if (evidence.paired) {
    if (evidence.effects.size() >= kFewestBlocks) return {};
    return fmt::format("{} in common: a verdict takes {}", counted(evidence.effects.size(), "block"), kFewestBlocks);
  }
  if (evidence.base.empty() || evidence.head.empty()) return "the statistic has no interval: --stat median or mean has one";
  const bool one_block = evidence.fewer_blocks == 1;
  if (one_block && evidence.by_benchkit) return "one process a side: nothing is known of what differs from process to process";
  const std::size_t fewest = std::min(evidence.base.size(), evidence.head.size());
  if (fewest < 2) return "one sample: nothing is known of its noise";
  if (!one_block && fewest < kFewestBlocks) return fmt::format("{}: a verdict takes {}", counted(fewest, "block"), kFewestBlocks);
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
    const Threshold threshold = evidence.threshold.value_or(threshold_of(evidence.metric, options_));
    if (!comparable || !evidence.has_values) {
      if (comparable) judgement.standing = Standing::missing_base;
      judgement.decided = !comparable;
      if (!comparable && is_watched(evidence) && evidence.has_values && !evidence.exact && evidence.effects.size() >= kFewestBlocks) {
        trials_[i] = {.open = true, .silent = true, .estimate = estimate_of(evidence), .bound = bound_of(evidence, threshold)};
      }
      return;
    }
    if (evidence.base_centre == 0 && evidence.head_centre != 0 && threshold.relative && threshold.amount > 0) {
      judgement.standing = Standing::zero_base;
      judgement.decided = true;
      return;
    }
    judgement.standing = Standing::compared;
    trials_[i].bound = bound_of(evidence, threshold);
    judgement.reason = why_no_verdict(evidence);
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
    // The logarithm of a ratio misses a bound that is met exactly in its last digit.
    const double bound = trials_[i].bound * (1 + 1e-12);
    const bool changed = std::fabs(effect) > bound;
    judgement.level = judgement.adjusted_level = changed ? level_of_exact_change(evidence.fewer_blocks) : 0;
    if (judgement.level <= options_.alpha) return call(judgement, evidence, changed ? effect : 0);
    std::size_t enough = evidence.fewer_blocks;
    while (level_of_exact_change(enough) > options_.alpha) ++enough;
    judgement.reason = fmt::format("{} a side agree, and the sides differ, which chance may do: {} are enough",
                                   counted(evidence.fewer_blocks, "block"), enough);
  }

  /// Unpaired ones: the noise between runs, from all cases of a metric together.
  void add_floors() {
    std::map<std::string, std::vector<std::size_t>> by_metric;
    for (std::size_t i = 0; i < evidence_.size(); ++i) {
      if (trials_[i].open && !evidence_[i].paired) by_metric[evidence_[i].metric].push_back(i);
    }
    for (const auto& [metric, members] : by_metric) {
      std::vector<RunRatio> ratios;
      ratios.reserve(members.size());
      for (const std::size_t i : members) {
        if (evidence_[i].logarithmic) ratios.push_back({trials_[i].estimate.value, evidence_[i].families});
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
    if (!floor || !evidence_[i].logarithmic) {
      trials_[i].open = false;
      judgements_[i].reason = evidence_[i].logarithmic
                                  ? fmt::format("unpaired, and {} {} too few to tell the noise between runs from ({} are enough)",
                                                counted(cases, "case"), cases == 1 ? "is" : "are", kFewestForFloor)
                                  : "unpaired, and values that are not above 0 have no ratio to tell the noise between runs by";
      show(judgements_[i], evidence_[i].logarithmic, trials_[i].estimate, std::nullopt);
      return;
    }
    trials_[i].estimate = stats::with_more_variance(trials_[i].estimate, floor->scale * floor->scale, floor->degrees);
    judgements_[i].floor = floor->deviation;
  }

  void weigh(std::size_t i) {
    const Evidence& evidence = evidence_[i];
    Trial& trial = trials_[i];
    trial.levels = levels_of(evidence, trial.estimate, trial.bound);
    if (trial.silent) return;
    std::optional<stats::Interval> interval;
    if (options_.intervals) {
      interval = interval_of(evidence, trial.estimate, options_.alpha);
      set_detectable(i, *interval);
    }
    show(judgements_[i], evidence.logarithmic, trial.estimate, interval);
  }

  void decide() {
    std::vector<std::size_t> open;
    std::vector<double> changes;
    std::vector<double> sames;
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      if (!trials_[i].open) continue;
      open.push_back(i);
      changes.push_back(trials_[i].levels.change);
      sames.push_back(trials_[i].levels.same);
    }
    // Those of which nothing is known yet: they can't be called, but they count.
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      if (trials_[i].open || !evidence_[i].unfinished) continue;
      changes.push_back(1);
      sames.push_back(1);
    }
    std::vector<double> adjusted_changes;
    std::vector<double> adjusted_sames;
    base::parallel_for(2, changes.size() < kAtATime ? 2 : 1, [&](std::size_t claim) {
      if (claim == 0) adjusted_changes = stats::adjusted_levels(changes);
      else adjusted_sames = stats::adjusted_levels(sames);
    });
    for (std::size_t k = 0; k < open.size(); ++k) {
      if (trials_[open[k]].silent) continue;
      const Evidence& evidence = evidence_[open[k]];
      Judgement& judgement = judgements_[open[k]];
      const bool change = changes[k] < sames[k];
      judgement.level = change ? changes[k] : sames[k];
      judgement.adjusted_level = change ? adjusted_changes[k] : adjusted_sames[k];
      if (judgement.adjusted_level <= options_.alpha) {
        call(judgement, evidence, change ? trials_[open[k]].levels.direction : 0);
      } else if (judgement.level <= options_.alpha) {
        judgement.reason = fmt::format("{} alone, but not among {} comparisons", change ? "a change" : "the same", changes.size());
      } else if (const std::size_t wanted = blocks_wanted(evidence, trials_[open[k]].estimate, options_.alpha);
                 wanted > evidence.effects.size()) {
        judgement.reason =
            fmt::format("{} that hardly vary: what chance may do is told from {} on", counted(evidence.effects.size(), "block"), wanted);
      } else {
        judgement.reason = "the interval reaches over the threshold";
      }
    }
  }

  /// `effect`: 0 for what is no change.
  static void call(Judgement& judgement, const Evidence& evidence, double effect) {
    judgement.decided = true;
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

  /// What it would take: the threshold, and as far beyond it as the interval reaches and as noise carries the estimate.
  void set_detectable(std::size_t i, const stats::Interval& interval) {
    const stats::Estimate& estimate = trials_[i].estimate;
    if (!std::isfinite(estimate.variance) || !(estimate.degrees > 0) || !std::isfinite(interval.high - interval.low)) return;
    const double noise = stats::student_t_upper(estimate.degrees, 1 - options_.power) * std::sqrt(estimate.variance);
    const double effect = trials_[i].bound + 0.5 * (interval.high - interval.low) + noise;
    judgements_[i].detectable = evidence_[i].logarithmic ? std::expm1(effect) : effect;
  }

  std::span<const Evidence> evidence_;
  const JudgeOptions& options_;
  std::vector<Trial> trials_;
  std::vector<Judgement> judgements_;
};

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  for (const VerdictName& name : kVerdictNames) {
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
