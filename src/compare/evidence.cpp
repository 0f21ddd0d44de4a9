// From samples to one number a block.
//
// Blocks, not samples, are independent (stats/centre.cpp says why). Of a paired block the effect is the median of the log-ratios of its
// pairs: what the machine did meanwhile is in both of a pair and cancels. Where the mean is asked for, it is the log-ratio of the means.
#include "compare/evidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "stats/centre.hpp"
#include "stats/moments.hpp"
#include "stats/trimmed_mean.hpp"

namespace benchkit::compare {
namespace {

struct StandingName {
  Standing standing;
  std::string_view text;
};
constexpr std::array<StandingName, 16> kStandingNames{{{Standing::compared, "compared"},
                                                       {Standing::vanished, "vanished"},
                                                       {Standing::added, "new"},
                                                       {Standing::absent, "absent"},
                                                       {Standing::failed, "failed"},
                                                       {Standing::skipped, "skipped"},
                                                       {Standing::now_skipped, "now-skipped"},
                                                       {Standing::not_reached, "not-reached"},
                                                       {Standing::missing_base, "missing-base"},
                                                       {Standing::missing_head, "missing-head"},
                                                       {Standing::no_samples, "no-samples"},
                                                       {Standing::same_name, "same-name"},
                                                       {Standing::zero_base, "zero-base"},
                                                       {Standing::changed_body, "changed-body"},
                                                       {Standing::other_unit, "other-unit"},
                                                       {Standing::other_machine, "other-machine"}}};

struct DesignName {
  Design design;
  std::string_view text;
};
constexpr std::array<DesignName, 3> kDesigns{{{Design::fixed, "fixed"}, {Design::sequential, "sequential"}, {Design::looks, "looks"}}};

bool all_positive(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
}

bool all_equal(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

struct Samples {
  std::map<std::int64_t, std::vector<double>> by_pair;
  std::vector<double> all;
};

std::map<std::int64_t, Samples> by_block(const Side& side) {
  std::map<std::int64_t, Samples> blocks;
  for (std::size_t i = 0; i < side.values.size(); ++i) {
    Samples& block = blocks[side.blocks[i]];
    block.all.push_back(side.values[i]);
    if (i < side.pairs.size() && side.pairs[i] >= 0) block.by_pair[side.pairs[i]].push_back(side.values[i]);
  }
  return blocks;
}

double on_scale(double value, bool logarithmic) { return logarithmic ? std::log(value) : value; }

/// The effect of one block; of its pairs where it has any. Their median: of two samples of a quarter of a millisecond one in five or more was disturbed,
/// on a machine that is shared, and a mean that trims a fifth on either side is then half as sharp (eight kernels: bench/verdicts).
double effect_of(const Samples& base, const Samples& head, stats::Statistic statistic, bool logarithmic) {
  std::vector<double> effects;
  if (statistic == stats::Statistic::median) {
    for (const auto& [pair, values] : head.by_pair) {
      const auto other = base.by_pair.find(pair);
      if (other == base.by_pair.end()) continue;
      effects.push_back(on_scale(stats::mean(values), logarithmic) - on_scale(stats::mean(other->second), logarithmic));
    }
  }
  if (!effects.empty()) return stats::median(std::move(effects));
  return on_scale(stats::statistic_of(head.all, statistic), logarithmic) - on_scale(stats::statistic_of(base.all, statistic), logarithmic);
}

std::vector<double> paired_effects(const Side& base, const Side& head, stats::Statistic statistic, bool logarithmic) {
  const std::map<std::int64_t, Samples> before = by_block(base);
  std::vector<double> effects;
  for (const auto& [block, samples] : by_block(head)) {
    if (const auto found = before.find(block); found != before.end())
      effects.push_back(effect_of(found->second, samples, statistic, logarithmic));
  }
  return effects;
}

/// The centre of the first blocks alone.
double first_centre_of(const std::vector<double>& blocks, stats::Statistic statistic) {
  return stats::statistic_of(std::span(blocks).first(std::min(blocks.size(), kFewestBlocks)), statistic);
}

std::vector<double> unpaired_values(const Side& side, const std::vector<double>& blocks, bool logarithmic) {
  std::vector<double> values = blocks.size() > 1 ? blocks : side.values;
  for (double& value : values) value = on_scale(value, logarithmic);
  return values;
}

}  // namespace

std::string_view to_string(Standing standing) noexcept {
  for (const StandingName& name : kStandingNames) {
    if (name.standing == standing) return name.text;
  }
  return {};
}

std::optional<Standing> standing_from(std::string_view text) noexcept {
  for (const StandingName& name : kStandingNames) {
    if (name.text == text) return name.standing;
  }
  return std::nullopt;
}

std::vector<Standing> obstacles() {
  std::vector<Standing> all;
  for (const StandingName& name : kStandingNames) {
    if (name.standing != Standing::compared) all.push_back(name.standing);
  }
  return all;
}

std::string_view to_string(Design design) noexcept {
  for (const DesignName& name : kDesigns) {
    if (name.design == design) return name.text;
  }
  return {};
}

std::optional<Design> design_from(std::string_view text) noexcept {
  for (const DesignName& name : kDesigns) {
    if (name.text == text) return name.design;
  }
  return std::nullopt;
}

double level_of_exact_change(std::size_t blocks) noexcept { return std::min(1.0, 2 * std::pow(0.25, static_cast<double>(blocks))); }

void add_samples(Evidence& evidence, const Side& base, const Side& head, stats::Statistic statistic) {
  add_samples(evidence, base, stats::block_values({base.values, base.blocks}, statistic), head,
              stats::block_values({head.values, head.blocks}, statistic), statistic);
}

bool is_watched(const Evidence& evidence) noexcept { return evidence.paired && evidence.design != Design::fixed; }

void add_samples(Evidence& evidence, const Side& base, const std::vector<double>& base_blocks, const Side& head,
                 const std::vector<double>& head_blocks, stats::Statistic statistic) {
  evidence.has_values = !base.values.empty() && !head.values.empty();
  if (!evidence.has_values) return;
  evidence.logarithmic = all_positive(base.values) && all_positive(head.values);
  evidence.base_centre = stats::statistic_of(base_blocks, statistic);
  evidence.head_centre = stats::statistic_of(head_blocks, statistic);
  evidence.first_base_centre = first_centre_of(base_blocks, statistic);
  evidence.first_head_centre = first_centre_of(head_blocks, statistic);
  if (!stats::has_interval(statistic)) return;
  // Who looks after each block would stop at the first two that happen to agree.
  const std::size_t fewest = is_watched(evidence) ? kFewestBlocks : 2;
  evidence.fewer_blocks = std::min(base_blocks.size(), head_blocks.size());
  evidence.exact = evidence.fewer_blocks >= fewest && all_equal(base.values) && all_equal(head.values);
  if (evidence.paired) {
    evidence.effects = paired_effects(base, head, statistic, evidence.logarithmic);
  } else {
    evidence.base = unpaired_values(base, base_blocks, evidence.logarithmic);
    evidence.head = unpaired_values(head, head_blocks, evidence.logarithmic);
  }
}

}  // namespace benchkit::compare
