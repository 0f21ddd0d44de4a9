#include "cli/formats/cell_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/units.hpp"

namespace benchkit::cli {
namespace {

using compare::Cell;
using compare::Row;

/// What stands in a table instead of an interval that says nothing.
constexpr const char* kUnknown = "unknown";
/// A centre whose interval is wider than itself.
constexpr double kWidestHalf = 1;

}  // namespace

std::string_view meaning_of(Mark mark) {
  switch (mark) {
    case Mark::within_process: return "~ within one process: knows nothing of what differs from process to process";
    case Mark::one_sample: return "~ alone: one sample, no interval";
    case Mark::few_samples: return "~ alone: too few samples of one process for an interval";
    case Mark::stated: return "~ alone: as the file states it, without the samples behind it: no interval";
    case Mark::unknown: break;
  }
  return "unknown: too few blocks, or too unlike each other, for an interval that says anything";
}

std::string half_width_text(const stats::Centre& centre, Marks& marks) {
  if (centre.samples == 0) {
    marks.insert(Mark::stated);
    return "~";
  }
  if (centre.within_process && !centre.interval) {
    marks.insert(centre.samples == 1 ? Mark::one_sample : Mark::few_samples);
    return "~";
  }
  if (!centre.interval || !(centre.value > 0)) return {};
  const double half = stats::relative_half_width(centre);
  if (!(half <= kWidestHalf)) marks.insert(Mark::unknown);
  if (centre.within_process) marks.insert(Mark::within_process);
  const std::string text = half <= kWidestHalf ? fmt::format("±{:.{}f}%", half * 100, half < 0.1 ? 1 : 0) : kUnknown;
  return (centre.within_process ? "~" : "") + text;
}

std::string change_text(const Cell& cell, std::string_view unit, Marks& marks) {
  if (const auto& judgement = cell.judgement; !cell.ratio && judgement && !judgement->relative && judgement->effect) {
    return judgement->interval ? base::format_difference(*judgement->effect, judgement->interval->low, judgement->interval->high, unit)
                               : base::format_difference(*judgement->effect, unit);
  }
  if (!cell.ratio || std::isnan(cell.ratio->value)) return {};
  const stats::Ratio& ratio = *cell.ratio;
  std::string text =
      ratio.interval ? base::format_change(ratio.value, ratio.interval->low, ratio.interval->high) : base::format_change(ratio.value);
  if (text.ends_with("[unknown]")) marks.insert(Mark::unknown);
  if (ratio.within_process) {
    marks.insert(Mark::within_process);
    text = "~" + text;
  }
  return text;
}

std::string turn_text(const compare::Comparison& comparison, const compare::Turn& turn) {
  return fmt::format("{} from {} on", base::format_change(turn.change), comparison.columns[turn.column].title);
}

std::vector<std::string> rate_names(const compare::Comparison& comparison) {
  std::vector<std::string> names;
  for (const compare::Group& group : comparison.groups) {
    for (const Row& row : group.rows) {
      for (const Cell& cell : row.cells) {
        for (const auto& [name, rate] : cell.rates) {
          if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
      }
    }
  }
  return names;
}

const double* rate_of(const Cell& cell, const std::string& name) {
  for (const auto& [known, rate] : cell.rates) {
    if (known == name) return &rate;
  }
  return nullptr;
}

}  // namespace benchkit::cli
