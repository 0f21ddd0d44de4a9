#include "cli/verdict_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/units.hpp"
#include "cli/formats/json.hpp"
#include "compare/thresholds.hpp"

namespace benchkit::cli {
namespace {

using compare::Comparison;
using compare::Judgement;
using compare::Standing;
using compare::Verdict;

std::string name_of(const Judgement& judgement) {
  return std::string(judgement.standing == Standing::compared ? to_string(judgement.verdict) : to_string(judgement.standing));
}

base::Tone tone_of(const Judgement& judgement) {
  const Standing standing = judgement.standing;
  if (standing == Standing::added || standing == Standing::absent || standing == Standing::skipped) return base::Tone::dim;
  if (standing != Standing::compared) return base::Tone::warning;
  switch (judgement.verdict) {
    case Verdict::regressed: return base::Tone::bad;
    case Verdict::improved: return base::Tone::good;
    case Verdict::undecided: return base::Tone::dim;
    case Verdict::same: break;
  }
  return base::Tone::plain;
}

/// What is told of one column.
struct Tally {
  std::array<std::size_t, 4> verdicts{};
  std::map<Standing, std::size_t> standings;  ///< of what was not compared
  std::map<std::string, std::size_t> reasons;
  double least_floor = HUGE_VAL;
  double most_floor = 0;

  void add(const Judgement& judgement) {
    if (judgement.standing == Standing::compared) ++verdicts[static_cast<std::size_t>(judgement.verdict)];
    else ++standings[judgement.standing];
    if (!judgement.reason.empty()) ++reasons[judgement.reason];
    if (!judgement.floor) return;
    least_floor = std::min(least_floor, *judgement.floor);
    most_floor = std::max(most_floor, *judgement.floor);
  }
};

Tally tally_of(const Comparison& comparison, std::size_t column) {
  Tally tally;
  for (const compare::Group& group : comparison.groups) {
    for (const compare::Row& row : group.rows) {
      if (row.cells[column].judgement) tally.add(*row.cells[column].judgement);
    }
  }
  return tally;
}

std::string counts_text(const Tally& tally) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view name) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, name));
  };
  for (const Verdict verdict : {Verdict::regressed, Verdict::improved, Verdict::same, Verdict::undecided})
    add(tally.verdicts[static_cast<std::size_t>(verdict)], to_string(verdict));
  for (const auto& [standing, count] : tally.standings) add(count, to_string(standing));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

base::Cell verdict_cell(const compare::Cell& cell) {
  if (!cell.judgement) return {};
  return {name_of(*cell.judgement), tone_of(*cell.judgement)};
}

std::vector<std::string> verdict_notes(const Comparison& comparison) {
  std::vector<std::string> notes;
  const std::string threshold = to_text(comparison.threshold, comparison.metric.unit);
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const compare::ColumnHead& head = comparison.columns[i];
    if (head.base == i && !head.lacks_base) continue;
    const Tally tally = tally_of(comparison, i);
    notes.push_back(
        fmt::format("{}: {} (beyond {}, alpha {})", head.title, counts_text(tally), threshold, base::format_percent(comparison.alpha)));
    for (const auto& [reason, count] : tally.reasons) notes.push_back(fmt::format("undecided, {}: {}", count, reason));
    if (tally.most_floor > 0) {
      const std::string least = base::format_percent(tally.least_floor);
      const std::string most = base::format_percent(tally.most_floor);
      notes.push_back(
          fmt::format("unpaired: noise between the runs of {} is in the intervals", least == most ? least : least + " to " + most));
    }
  }
  return notes;
}

std::vector<std::string> detectable_lines(const std::vector<Comparison>& comparisons, double power) {
  std::vector<std::string> lines;
  for (const Comparison& comparison : comparisons) {
    std::vector<std::pair<double, std::string>> shares;  // with the cases
    for (const compare::Group& group : comparison.groups) {
      for (const compare::Row& row : group.rows) {
        const auto& judgement = row.cells.back().judgement;
        if (judgement && judgement->relative && judgement->detectable) shares.emplace_back(*judgement->detectable, row.id);
      }
    }
    if (shares.empty()) continue;
    std::sort(shares.begin(), shares.end());
    const auto& [least, finest] = shares.front();
    const auto& [most, coarsest] = shares.back();
    std::string which = fmt::format("{} ({})", base::format_percent(least), finest);
    if (shares.size() > 1) which += fmt::format(" to {} ({})", base::format_percent(most), coarsest);
    if (shares.size() > 2) which += fmt::format(", {} in the middle", base::format_percent(shares[shares.size() / 2].first));
    lines.push_back(fmt::format("{}: changes that would be called with a power of {}: {}", comparison.metric.name,
                                base::format_percent(power), base::printable(which)));
  }
  return lines;
}

Json judgement_json(const Judgement& judgement) {
  Json json{{"verdict", to_string(judgement.verdict)},
            {"outcome", to_string(judgement.standing)},
            {"unpaired", judgement.unpaired},
            {"level", base::number_to_json(judgement.level)},
            {"adjusted_level", base::number_to_json(judgement.adjusted_level)}};
  if (judgement.exact) json["exact"] = true;
  if (judgement.effect) json[judgement.relative ? "ratio" : "difference"] = base::number_to_json(*judgement.effect);
  if (judgement.interval) json["interval"] = interval_json(judgement.interval);
  if (judgement.floor) json["noise_floor"] = base::number_to_json(*judgement.floor);
  if (judgement.detectable) json["detectable"] = base::number_to_json(*judgement.detectable);
  if (!judgement.reason.empty()) json["reason"] = judgement.reason;
  return json;
}

}  // namespace benchkit::cli
