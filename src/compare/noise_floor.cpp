// Two snapshots of different days differ by more than their blocks show: another kernel, another neighbour, a fuller disk. No formula of one
// snapshot's own spread can see that. But most cases of a suite don't change between two versions, so what their ratios scatter about 1 is
// the noise between the runs: the robust spread (median distance, scaled) of the log-ratios about 0, which up to half of the cases may leave
// by true changes.
//
// About 0 and not about their own median: where all cases are a tenth slower, it may be the code or the machine, and nothing in two unpaired
// files can tell. The spread is then a tenth, and no verdict is passed; a paired run passes one.
//
// Noise is rarely one number. Cases that write files may scatter by 40 % where those that compute scatter by 6 % (linopy's two runs of one
// code). So each family of cases, those which have a dim's value in common, has a spread of its own where it has enough members, and a case
// takes the largest of its families' and the suite's. Foreign files often have no dims; there the parts of the names take their place, for this
// alone.
//
// The estimate's degrees of freedom are those of a sample standard deviation of the same precision: the median distance is 37 % as efficient
// (Rousseeuw and Croux, Journal of the American Statistical Association 88, 1993). Those of the whole suite are taken: the largest of
// several spreads errs upwards already.
//
// The middle of the ratios says nothing of their tail, and noise between runs is not normal: of the linopy pair one ratio in twelve lies beyond
// three robust spreads, the farthest beyond eleven. So the tail is estimated too. Ratios are measured in units of their own floors, and of the
// largest tenth of them the mean is taken (the expected shortfall, which is steadier than a quantile), raised by its own uncertainty; the
// degrees of freedom are those of the t distribution with that shortfall and the same middle half. A true change would hide in a tail that
// it makes heavy itself, if there were not two tails: two runs of one code are exchangeable, so their log-ratios are symmetric about 0, and
// what cases that became faster do by chance tells how far others become slower by chance. Each direction is therefore judged by the tail
// of the other one. The price: where a tenth of the cases truly changed in one direction, changes in the other need more evidence.
#include "compare/noise_floor.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>

#include "stats/log_gamma.hpp"
#include "stats/moments.hpp"
#include "stats/quantiles.hpp"

namespace benchkit::compare {
namespace {

/// The middle half of a normal distribution lies within so many standard deviations.
constexpr double kNormalQuartile = 0.6744897501960817;
/// From here on a tail is that of normal noise.
constexpr double kNormalDegrees = 200;
/// The share of one direction whose mean tells of the tail. A tenth of all, both directions together, is left to it.
constexpr double kTailShare = 0.2;

/// How far the farthest `kTailShare` of |t| lie on the average, in units of its median.
double shortfall_of_t(double degrees) {
  const double from = stats::student_t_upper(degrees, kTailShare / 2);
  const double density = std::exp(stats::log_gamma((degrees + 1) / 2) - stats::log_gamma(degrees / 2)) /
                         std::sqrt(degrees * 3.141592653589793) * std::pow(1 + from * from / degrees, -(degrees + 1) / 2);
  const double mean = density * (degrees + from * from) / (degrees - 1) / (kTailShare / 2);
  return mean / stats::student_t_upper(degrees, 0.25);
}

/// The degrees of freedom of the t distribution with that shortfall.
double degrees_of(double shortfall) {
  constexpr int kHalvings = 30;
  constexpr double kHeaviest = 1.1;  // at 1 there is no mean
  double low = std::log(kHeaviest);
  double high = std::log(kNormalDegrees);
  if (shortfall <= shortfall_of_t(kNormalDegrees)) return kNormalDegrees;
  if (shortfall >= shortfall_of_t(kHeaviest)) return kHeaviest;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (shortfall_of_t(std::exp(middle)) > shortfall ? low : high) = middle;
  }
  return std::exp(low);
}

/// The tail on one side (`side` 1: above 0, -1: below) of `scaled`, ratios in units of their floors: degrees of freedom.
double tail_degrees(std::span<const double> scaled, double side) {
  // By how much more the shortfall of k values is taken to be, in units of 1 / sqrt(k): so that few values err upwards. By simulation (the tests).
  constexpr double kMargin = 0.6;
  const auto count = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(kTailShare * 0.5 * static_cast<double>(scaled.size()))));
  std::vector<double> values;
  for (const double value : scaled) values.push_back(std::max(0.0, side * value));
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(values.begin(), end, values.end(), std::greater<>());
  const double shortfall = std::accumulate(values.begin(), end, 0.0) / static_cast<double>(count) / kNormalQuartile;
  return degrees_of(shortfall * (1 + kMargin / std::sqrt(static_cast<double>(count))));
}

/// Gives each floor the tail of the side on which its ratio does not lie.
void set_tails(std::vector<Floor>& floors, std::span<const RunRatio> ratios) {
  std::vector<double> scaled;
  for (std::size_t i = 0; i < ratios.size(); ++i) scaled.push_back(floors[i].deviation > 0 ? ratios[i].log_ratio / floors[i].deviation : 0);
  const double above = tail_degrees(scaled, 1);
  const double below = tail_degrees(scaled, -1);
  const double scale_above = kNormalQuartile / stats::student_t_upper(above, 0.25);
  const double scale_below = kNormalQuartile / stats::student_t_upper(below, 0.25);
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    const bool rose = ratios[i].log_ratio > 0;
    floors[i].scale = floors[i].deviation * (rose ? scale_below : scale_above);
    floors[i].degrees = std::min(floors[i].degrees, rose ? below : above);
  }
}

}  // namespace

std::vector<std::string_view> parts_of_id(std::string_view id) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view text, char separator) {
    while (true) {
      const std::size_t end = std::min(text.find(separator), text.size());
      const std::string_view part = text.substr(0, end);
      if (end > 0 && std::find(parts.begin(), parts.end(), part) == parts.end())
        parts.push_back(part);  // `f[8-8]` is in two families, not three
      if (end == text.size()) return;
      text.remove_prefix(end + 1);
    }
  };
  const std::size_t bracket = id.find('[');
  if (bracket == std::string_view::npos) {
    add(id, '/');
    return parts;
  }
  if (bracket > 0) parts.push_back(id.substr(0, bracket));
  const std::string_view inside = id.substr(bracket + 1);
  add(inside.substr(0, inside.rfind(']')), '-');
  return parts;
}

std::vector<Floor> noise_floors(std::span<const RunRatio> ratios) {
  constexpr double kEfficiency = 0.37;
  if (ratios.size() < kFewestForFloor) return {};
  std::vector<double> all;
  all.reserve(ratios.size());
  std::vector<std::vector<double>> by_family;
  for (const RunRatio& ratio : ratios) {
    all.push_back(ratio.log_ratio);
    for (const std::uint32_t family : ratio.families) {
      if (family >= by_family.size()) by_family.resize(family + 1);
      by_family[family].push_back(ratio.log_ratio);
    }
  }
  const Floor of_suite{.deviation = stats::robust_spread(all, 0), .degrees = kEfficiency * static_cast<double>(all.size())};
  std::vector<double> deviations(by_family.size());
  for (std::size_t i = 0; i < by_family.size(); ++i) {
    if (by_family[i].size() >= kFewestForFloor) deviations[i] = stats::robust_spread(by_family[i], 0);
  }
  std::vector<Floor> floors(ratios.size(), of_suite);
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    for (const std::uint32_t family : ratios[i].families) floors[i].deviation = std::max(floors[i].deviation, deviations[family]);
  }
  set_tails(floors, ratios);
  return floors;
}

}  // namespace benchkit::compare
