// What each way to stop can tell, and what it costs, by simulation through compare::judge: `power_curves [RUNS]` prints JSON.
//
// A case has a budget of one. Fixed runs divide it over 40 blocks, watched ones over 60, whose values spread more by the root of 3/2, for what
// spreads is mostly the single pairs (runner/plan.cpp). Blocks of 40 spread by 0.9 % (the median distance, scaled), as those of a second's run
// of eight kernels did on two virtual CPUs; one in ten is five times as far out, which is worse than they were. The machine drifts and
// remembers: stats/simulation_test.hpp. In a suite the blocks of all cases have a third of their variance in common, for one life of a worker
// may be lucky in all that it does (seen in 714 blocks of those kernels: in 13 % of them all eight lay on one side of the truth, where 1 %
// would by chance).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "compare/verdict.hpp"
#include "stats/allocation_test.hpp"
#include "stats/estimate.hpp"
#include "stats/simulation_test.hpp"
#include "stats/trimmed_mean.hpp"

namespace {

using benchkit::Json;
using benchkit::compare::Design;
using benchkit::compare::Evidence;
using benchkit::compare::Judgement;
using benchkit::compare::Verdict;
using benchkit::stats::Noise;
using benchkit::stats::Random;

constexpr std::size_t kFixedBlocks = 40;
constexpr std::size_t kWatchedBlocks = 60;
constexpr double kSpread = 0.009;
constexpr double kThreshold = 0.01;
constexpr std::array<Design, 3> kDesigns{Design::fixed, Design::sequential, Design::looks};

std::size_t blocks_of(Design design) { return design == Design::fixed ? kFixedBlocks : kWatchedBlocks; }
double spread_of(Design design) { return design == Design::fixed ? kSpread : kSpread * std::sqrt(1.5); }

Evidence evidence_of(Design design, const char* metric) {
  Evidence evidence{.metric = metric, .paired = true};
  evidence.design = design;
  evidence.planned_blocks = blocks_of(design);
  evidence.logarithmic = evidence.has_values = true;
  evidence.base_centre = evidence.head_centre = evidence.first_base_centre = evidence.first_head_centre = 1;
  return evidence;
}

/// Log-ratios of blocks of no change.
std::vector<double> noisy(Random& random, const Noise& noise, std::size_t blocks, double spread) {
  return benchkit::stats::paired_blocks(random, noise, blocks, 0, spread);
}

// ---- one case ----

Json power_of(Design design, double change, int runs) {
  Random random(20261125);
  int regressed = 0, same = 0, wrong = 0;
  double used = 0;
  for (int run = 0; run < runs; ++run) {
    const std::vector<double> values = noisy(random, benchkit::stats::kNoises[2], blocks_of(design), spread_of(design));
    Evidence evidence = evidence_of(design, "time");
    Judgement now;
    for (const double value : values) {
      evidence.effects.push_back(std::log1p(change) + value);
      if (design == Design::fixed && evidence.effects.size() < values.size()) continue;
      now = benchkit::compare::judge({&evidence, 1}, {.threshold = {kThreshold, true}, .intervals = false}).front();
      if (now.decided) break;
    }
    regressed += now.verdict == Verdict::regressed ? 1 : 0;
    same += now.verdict == Verdict::same ? 1 : 0;
    // On the threshold itself both claims are false.
    const bool is_wrong = (now.verdict == Verdict::regressed && change <= kThreshold) ||
                          (now.verdict == Verdict::same && change >= kThreshold) || now.verdict == Verdict::improved;
    wrong += is_wrong ? 1 : 0;
    used += static_cast<double>(evidence.effects.size()) / static_cast<double>(values.size());
  }
  return {{"design", to_string(design)},
          {"change", change},
          {"runs", runs},
          {"regressed", regressed},
          {"same", same},
          {"wrong", wrong},
          {"used", used / runs},
          {"blocks", blocks_of(design)}};
}

// ---- a suite of 200 cases x 3 metrics ----

struct Suite {
  std::vector<Evidence> evidence;
  std::vector<std::vector<double>> whole;  ///< the effects that it would have
  std::size_t changed = 0;                 ///< cases: the first ones
};

/// `unchanged`: what the cases that are not changed beyond the threshold differ by.
Suite suite_of(Random& random, Design design, std::size_t changed, double unchanged) {
  constexpr std::size_t kCases = 200;
  Suite suite{.changed = changed};
  constexpr double kInCommon = 0.33;
  const Noise& noise = benchkit::stats::kNoises[2];
  const std::vector<double> common = noisy(random, noise, blocks_of(design), spread_of(design) * std::sqrt(kInCommon));
  for (std::size_t i = 0; i < kCases; ++i) {
    for (const char* metric : {"time", "cpu_time", "rss"}) {
      suite.evidence.push_back(evidence_of(design, metric));
      suite.evidence.back().unfinished = design != Design::fixed;
      std::vector<double> values = noisy(random, noise, blocks_of(design), spread_of(design) * std::sqrt(1 - kInCommon));
      for (std::size_t block = 0; block < values.size(); ++block)
        values[block] += common[block] + std::log1p(i < changed ? 0.05 : unchanged);
      suite.whole.push_back(std::move(values));
    }
  }
  return suite;
}

/// Block by block; what is decided gets no more. Its share of the planned blocks.
double watch(Suite& suite, std::vector<Judgement>& now) {
  std::size_t used = 0;
  const std::size_t blocks = suite.whole.front().size();
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t i = 0; i < suite.evidence.size(); ++i) {
      if (block > 0 && !suite.evidence[i].unfinished && suite.evidence[i].design != Design::fixed) continue;
      suite.evidence[i].effects.push_back(suite.whole[i][block]);
      ++used;
    }
    if (suite.evidence.front().design == Design::fixed && block + 1 < blocks) continue;
    now = benchkit::compare::judge(suite.evidence, {.intervals = false});
    for (std::size_t i = 0; i < now.size(); ++i) suite.evidence[i].unfinished = suite.evidence[i].unfinished && !now[i].decided;
  }
  return static_cast<double>(used) / static_cast<double>(blocks * suite.evidence.size());
}

Json suite_rates(Design design, std::size_t changed, double unchanged, int runs) {
  Random random(20261126);
  std::vector<double> shares, same_shares;
  double found = 0, same = 0, used = 0;
  for (int run = 0; run < runs; ++run) {
    Suite suite = suite_of(random, design, changed, unchanged);
    std::vector<Judgement> now;
    used += watch(suite, now) / runs;
    double called = 0, right = 0, sames = 0, false_sames = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const bool is_changed = i / 3 < changed;
      if (now[i].verdict == Verdict::regressed || now[i].verdict == Verdict::improved) ++called;
      if (now[i].verdict == Verdict::regressed && is_changed) ++right;
      if (now[i].verdict != Verdict::same) continue;
      ++(is_changed || unchanged >= kThreshold ? false_sames : sames);
    }
    shares.push_back(called > 0 ? (called - right) / called : 0);
    same_shares.push_back(false_sames > 0 ? false_sames / (sames + false_sames) : 0);
    found += changed > 0 ? right / static_cast<double>(3 * changed) / runs : 0;
    same += sames / static_cast<double>(now.size() - 3 * changed) / runs;
  }
  const auto mean = benchkit::stats::mean_estimate(shares);
  const auto mean_same = benchkit::stats::mean_estimate(same_shares);
  return {{"design", to_string(design)},
          {"changed", changed},
          {"unchanged", unchanged},
          {"runs", runs},
          {"false_share", mean.value},
          {"standard_error", std::sqrt(mean.variance)},
          {"false_same_share", mean_same.value},
          {"false_same_standard_error", std::sqrt(mean_same.variance)},
          {"found", found},
          {"same", same},
          {"used", used}};
}

// ---- how a budget is divided over blocks (runner/plan.cpp) ----

/// Half the width of the interval, on the average. `blocks` of equal length; 0: Kalibera and Jones' number of pairs from the first ten of 40.
double half_width(double between, std::size_t blocks, int runs) {
  constexpr double kBudget = 1000, kStart = 5, kPair = 2.2;  // ms; as measured
  constexpr double kWithin = 0.03;
  constexpr std::size_t kPilot = 10;
  Random random(7);
  double sum = 0;
  for (int run = 0; run < runs; ++run) {
    const double length = kBudget / static_cast<double>(blocks > 0 ? blocks : kFixedBlocks);
    const auto planned = static_cast<std::size_t>(std::max(1.0, (length - kStart) / kPair));
    std::size_t pairs = planned;
    std::vector<double> values, all;
    std::vector<std::int64_t> of_block;
    for (double spent = 0; spent + kStart + static_cast<double>(pairs) * kPair <= kBudget;
         spent += kStart + static_cast<double>(pairs) * kPair) {
      const double luck = between * benchkit::stats::normal(random);
      std::vector<double> block;
      for (std::size_t i = 0; i < pairs; ++i) block.push_back(luck + kWithin / 1.8 * benchkit::stats::contaminated(random));
      all.insert(all.end(), block.begin(), block.end());
      of_block.insert(of_block.end(), block.size(), static_cast<std::int64_t>(values.size()));
      values.push_back(benchkit::stats::trimmed_mean(block).value);
      if (blocks == 0 && values.size() == kPilot)
        pairs = benchkit::stats::samples_per_block(kStart, kPair, benchkit::stats::variance_components({all, of_block}), planned);
    }
    sum += benchkit::stats::half_width(benchkit::stats::trimmed_mean(values), 0.05);
  }
  return sum / runs;
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 1000;
  Json power = Json::array();
  for (const double change : {0.0, 0.0025, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.0175, 0.02, 0.025, 0.03, 0.05, 0.1, 0.2}) {
    for (const Design design : kDesigns) power.push_back(power_of(design, change, runs));
  }
  Json suites = Json::array();
  for (const std::size_t changed : {0, 1, 20}) {
    // On the threshold it is easiest to be wrong.
    for (const double unchanged : {0.0, 0.01}) {
      for (const Design design : kDesigns) suites.push_back(suite_rates(design, changed, unchanged, std::max(1, runs / 10)));
    }
  }
  Json plans = Json::array();
  for (const double between : {0.0, 0.003, 0.01, 0.02, 0.035}) {
    Json widths = Json::object();
    for (const std::size_t blocks : {20, 40, 60, 0})
      widths[blocks > 0 ? std::to_string(blocks) : "Kalibera-Jones"] = half_width(between, blocks, runs);
    plans.push_back({{"between", between}, {"half_width", std::move(widths)}});
  }
  const Json all{{"power", power}, {"suites", suites}, {"plans", plans}};
  std::puts(all.dump(1).c_str());
}
