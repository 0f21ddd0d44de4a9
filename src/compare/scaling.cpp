// Growth with a size, over comparisons.
//
// Each case gives one point: the centre that the table shows. More points of a case (its blocks) would make the intervals narrower and wrong, for
// what a point misses the law by is mostly a matter of the law and not of noise, and is the same in all blocks.
//
// A change of the exponent is estimated from the ratios that the table shows (of pairs, where the versions were measured in pairs), at the sizes at
// which the two may be compared at all: not between two machines, or two bodies of a case. Claims are made as for verdicts: beyond the threshold or
// within it, each corrected over all groups, metrics and versions by Benjamini and Hochberg.
#include "compare/scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "compare/align.hpp"
#include "stats/equivalence.hpp"
#include "stats/false_discovery.hpp"

namespace benchkit::compare {
namespace {

struct SteepnessName {
  Steepness steepness;
  std::string_view text;
};
constexpr std::array<SteepnessName, 4> kSteepnessNames{
    {{Steepness::steeper, "steeper"}, {Steepness::flatter, "flatter"}, {Steepness::same, "same"}, {Steepness::undecided, "undecided"}}};

/// Rows of a comparison that lie on one curve, and their sizes.
struct Line {
  std::vector<const Row*> rows;
  std::vector<double> sizes;
};

/// The numeric dims of all rows, for who named another one.
[[noreturn]] void complain_of_size(std::span<const Comparison> comparisons, const std::string& x) {
  std::set<std::string> numeric;
  bool known = false;
  for (const Comparison& comparison : comparisons) {
    for (const Group& group : comparison.groups) {
      for (const Row& row : group.rows) {
        known = known || row.dims.find(x) != nullptr;
        for (const auto& [name, value] : row.dims) {
          if (value.is_number()) numeric.insert(name);
        }
      }
    }
  }
  const std::string what =
      known ? fmt::format("the dim \"{}\" holds no numbers", x) : fmt::format("no selected case has the dim \"{}\"", x);
  throw Error(what, "--x",
              numeric.empty() ? "no dim of these cases holds numbers: there is no size"
                              : fmt::format("with numbers there are: {}", fmt::join(numeric, ", ")));
}

class Fitter {
 public:
  Fitter(const Comparison& comparison, const ScalingOptions& options) : comparison_(comparison), options_(options) {
    result_ = {.metric = comparison.metric,
               .statistic = comparison.statistic,
               .x = options.x,
               .threshold = options.threshold,
               .alpha = options.alpha,
               .columns = comparison.columns,
               .groups = {},
               .notes = comparison.notes};
  }

  Scaling fit() {
    for (const Group& group : comparison_.groups) add_group(group);
    if (without_size_ > 0)
      result_.notes.push_back(
          fmt::format("{} without a number in \"{}\" {} left out", counted(without_size_), options_.x, without_size_ == 1 ? "is" : "are"));
    return std::move(result_);
  }

 private:
  static std::string counted(std::size_t count) { return fmt::format("{} case{}", count, count == 1 ? "" : "s"); }

  void add_group(const Group& group) {
    std::vector<Line> lines;
    std::vector<Dims> dims;
    std::map<std::string, std::size_t> index;
    for (const Row& row : group.rows) {
      const DimValue* size = row.dims.find(options_.x);
      if (size == nullptr || !size->is_number()) {
        ++without_size_;
        continue;
      }
      Dims rest = without(row.dims, options_.x);
      const auto [found, is_new] = index.try_emplace(key_of(rest), lines.size());
      if (is_new) {
        lines.emplace_back();
        dims.push_back(std::move(rest));
      }
      lines[found->second].rows.push_back(&row);
      lines[found->second].sizes.push_back(size->number());
    }
    if (lines.empty()) return;
    ScalingGroup result{.title = group.title, .rows = {}};
    for (std::size_t i = 0; i < lines.size(); ++i) {
      ScalingRow row{.dims = std::move(dims[i]), .curves = {}};
      for (std::size_t column = 0; column < comparison_.columns.size(); ++column) row.curves.push_back(curve_of(lines[i], column));
      result.rows.push_back(std::move(row));
    }
    result_.groups.push_back(std::move(result));
  }

  [[nodiscard]] Curve curve_of(const Line& line, std::size_t column) const {
    Curve curve;
    std::vector<stats::SizedCost> ratios;
    for (std::size_t i = 0; i < line.rows.size(); ++i) {
      const Cell& cell = line.rows[i]->cells[column];
      const double size = line.sizes[i];
      const bool usable = cell.has_value && cell.status == Status::ok && cell.centre.value > 0 && std::isfinite(cell.centre.value);
      if (usable && size > 0 && std::isfinite(size)) curve.points.push_back({size, cell.centre.value});
      else if (cell.present) ++curve.left_out;
      if (cell.judgement && cell.judgement->standing == Standing::compared && cell.ratio) ratios.push_back({size, cell.ratio->value});
    }
    std::stable_sort(curve.points.begin(), curve.points.end(),
                     [](const stats::SizedCost& left, const stats::SizedCost& right) { return left.size < right.size; });
    curve.power = stats::power_law(curve.points, options_.alpha);
    curve.laws = stats::growth_laws(curve.points);
    if (const auto change = stats::power_law(ratios, options_.alpha))
      curve.change = ExponentChange{.difference = change->exponent, .interval = change->interval};
    return curve;
  }

  const Comparison& comparison_;
  const ScalingOptions& options_;
  Scaling result_;
  std::size_t without_size_ = 0;
};

/// All changes together.
void judge_changes(std::vector<Scaling>& all, const ScalingOptions& options) {
  std::vector<ExponentChange*> changes;
  for (Scaling& scaling : all) {
    for (ScalingGroup& group : scaling.groups) {
      for (ScalingRow& row : group.rows) {
        for (Curve& curve : row.curves) {
          if (curve.change) changes.push_back(&*curve.change);
        }
      }
    }
  }
  std::vector<double> levels_of_change;
  std::vector<double> levels_of_same;
  for (const ExponentChange* change : changes) {
    const stats::Estimate& estimate = change->difference;
    levels_of_change.push_back(
        std::min(1.0, 2 * std::min(stats::p_above(estimate, options.threshold), stats::p_below(estimate, -options.threshold))));
    levels_of_same.push_back(std::min(1.0, 2 * stats::p_within(estimate, -options.threshold, options.threshold)));
  }
  const std::vector<double> adjusted_changes = stats::adjusted_levels(levels_of_change);
  const std::vector<double> adjusted_sames = stats::adjusted_levels(levels_of_same);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ExponentChange& one = *changes[i];
    const bool changed = levels_of_change[i] < levels_of_same[i];
    one.level = changed ? levels_of_change[i] : levels_of_same[i];
    one.adjusted_level = changed ? adjusted_changes[i] : adjusted_sames[i];
    if (one.adjusted_level > options.alpha) continue;
    one.steepness = !changed ? Steepness::same : one.difference.value > 0 ? Steepness::steeper : Steepness::flatter;
  }
}

/// The most sizes that any curve has.
std::size_t most_sizes(const std::vector<Scaling>& all) {
  std::size_t most = 0;
  for (const Scaling& scaling : all) {
    for (const ScalingGroup& group : scaling.groups) {
      for (const ScalingRow& row : group.rows) {
        for (const Curve& curve : row.curves) {
          std::set<double> sizes;
          for (const stats::SizedCost& point : curve.points) sizes.insert(point.size);
          most = std::max(most, sizes.size());
        }
      }
    }
  }
  return most;
}

}  // namespace

std::string_view to_string(Steepness steepness) noexcept {
  for (const SteepnessName& name : kSteepnessNames) {
    if (name.steepness == steepness) return name.text;
  }
  return {};
}

std::vector<Scaling> scaling(std::span<const Comparison> comparisons, const ScalingOptions& options) {
  std::vector<Scaling> all;
  for (const Comparison& comparison : comparisons) {
    all.push_back(Fitter(comparison, options).fit());
    if (all.back().groups.empty()) all.pop_back();
  }
  if (all.empty()) complain_of_size(comparisons, options.x);
  if (const std::size_t most = most_sizes(all); most < stats::kFewestSizes)
    throw Error(fmt::format("the longest curve has {} size{} with a value above 0, and a fit takes {}", most, most == 1 ? "" : "s",
                            stats::kFewestSizes),
                "--x " + options.x,
                "measure more sizes, or choose another dim; what else differs between the cases makes curves of their own");
  judge_changes(all, options);
  return all;
}

}  // namespace benchkit::compare
