// Costs span decades and err by a share, not by an amount, so fits weigh relative errors.
//
// The exponent: least squares of log cost on log size, with Student's interval of the slope. Whether two versions differ in it: the same line
// through log(head / base) at the sizes that both have. What bends both curves alike (a cache that ends, a fixed cost) cancels there, and
// the slope is the difference of the exponents.
//
// The law: cost = a + b g(size), a, b >= 0, by least squares of the relative errors, for each law g. More flexible laws fit better by
// nature, so they are judged by what they were not shown: every size is left out once and foretold from the others (cross-validation; Stone,
// Journal of the Royal Statistical Society B 36, 1974). All points of a size are left out together, for one would betray the other.
#include "stats/scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "stats/estimate.hpp"
#include "stats/moments.hpp"

namespace benchkit::stats {
namespace {

struct Law {
  Growth growth;
  std::string_view name;
  double (*value)(double size);
};
constexpr std::array<Law, 6> kLaws{{{Growth::constant, "1", [](double) { return 0.0; }},  // the offset is all there is
                                    {Growth::logarithmic, "log n", [](double n) { return std::log(n); }},
                                    {Growth::linear, "n", [](double n) { return n; }},
                                    {Growth::linearithmic, "n log n", [](double n) { return n * std::log(n); }},
                                    {Growth::quadratic, "n^2", [](double n) { return n * n; }},
                                    {Growth::cubic, "n^3", [](double n) { return n * n * n; }}}};

std::vector<SizedCost> usable(std::span<const SizedCost> points) {
  std::vector<SizedCost> kept;
  for (const SizedCost& point : points) {
    if (point.size > 0 && point.cost > 0 && std::isfinite(point.size) && std::isfinite(point.cost)) kept.push_back(point);
  }
  return kept;
}

std::set<double> sizes_of(const std::vector<SizedCost>& points) {
  std::set<double> sizes;
  for (const SizedCost& point : points) sizes.insert(point.size);
  return sizes;
}

constexpr std::size_t kFewestForLine = 3;
constexpr std::size_t kFewestForLaws = 4;

/// Ordinary least squares of log cost on log size.
std::optional<PowerLaw> line(const std::vector<SizedCost>& points, double alpha) {
  if (sizes_of(points).size() < kFewestForLine) return std::nullopt;
  std::vector<double> x;
  std::vector<double> y;
  for (const SizedCost& point : points) {
    x.push_back(std::log(point.size));
    y.push_back(std::log(point.cost));
  }
  const double centre_x = mean(x);
  const double centre_y = mean(y);
  double squares = 0;
  double products = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += (x[i] - centre_x) * (x[i] - centre_x);
    products += (x[i] - centre_x) * (y[i] - centre_y);
  }
  const double slope = products / squares;
  double residuals = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double residual = y[i] - centre_y - slope * (x[i] - centre_x);
    residuals += residual * residual;
  }
  const double degrees = static_cast<double>(x.size()) - 2;
  return PowerLaw{slope, interval_of({slope, residuals / degrees / squares, degrees}, alpha), std::exp(centre_y - slope * centre_x)};
}

/// cost = offset + factor * law by least squares of relative errors, without the points of one size; none is negative.
GrowthFit fit(const Law& law, const std::vector<SizedCost>& points, double left_out) {
  double ones = 0;  // sums of the weighted design: w = 1 / cost^2
  double laws = 0;
  double laws_squared = 0;
  double costs = 0;
  double costs_laws = 0;
  for (const SizedCost& point : points) {
    if (point.size == left_out) continue;
    const double weight = 1 / (point.cost * point.cost);
    const double value = law.value(point.size);
    ones += weight;
    laws += weight * value;
    laws_squared += weight * value * value;
    costs += weight * point.cost;
    costs_laws += weight * point.cost * value;
  }
  GrowthFit result{.growth = law.growth, .offset = costs / ones};
  const double determinant = ones * laws_squared - laws * laws;
  if (law.growth == Growth::constant || !(determinant > 0)) return result;
  const double factor = (ones * costs_laws - laws * costs) / determinant;
  const double offset = (laws_squared * costs - laws * costs_laws) / determinant;
  if (factor < 0) return result;  // it falls: the best that is allowed is to stay
  result.factor = offset < 0 ? costs_laws / laws_squared : factor;
  result.offset = std::max(0.0, offset);
  return result;
}

double foretelling_error(const Law& law, const std::vector<SizedCost>& points, const std::set<double>& sizes) {
  double squares = 0;
  for (const double size : sizes) {
    const GrowthFit without = fit(law, points, size);
    const double foretold = without.offset + without.factor * law.value(size);
    if (!(foretold > 0)) return std::numeric_limits<double>::infinity();
    for (const SizedCost& point : points) {
      if (point.size == size) squares += std::log(foretold / point.cost) * std::log(foretold / point.cost);
    }
  }
  return std::sqrt(squares / static_cast<double>(points.size()));
}

}  // namespace

std::string_view to_string(Growth growth) noexcept {
  for (const Law& law : kLaws) {
    if (law.growth == growth) return law.name;
  }
  return {};
}

std::optional<PowerLaw> power_law(std::span<const SizedCost> points, double alpha) { return line(usable(points), alpha); }

std::vector<GrowthFit> growth_laws(std::span<const SizedCost> points) {
  const std::vector<SizedCost> kept = usable(points);
  const std::set<double> sizes = sizes_of(kept);
  std::vector<GrowthFit> fits;
  if (sizes.size() < kFewestForLaws) return fits;
  for (const Law& law : kLaws) {
    fits.push_back(fit(law, kept, std::numeric_limits<double>::quiet_NaN()));
    fits.back().error = foretelling_error(law, kept, sizes);
  }
  std::stable_sort(fits.begin(), fits.end(), [](const GrowthFit& left, const GrowthFit& right) { return left.error < right.error; });
  return fits;
}

std::optional<PowerLaw> exponent_change(std::span<const SizedCost> base, std::span<const SizedCost> head, double alpha) {
  const auto by_size = [](std::span<const SizedCost> points) {
    std::map<double, std::vector<double>> costs;
    for (const SizedCost& point : usable(points)) costs[point.size].push_back(std::log(point.cost));
    return costs;
  };
  const std::map<double, std::vector<double>> before = by_size(base);
  std::vector<SizedCost> ratios;
  for (const auto& [size, costs] : by_size(head)) {
    if (const auto found = before.find(size); found != before.end())
      ratios.push_back({size, std::exp(median(costs) - median(found->second))});
  }
  return line(ratios, alpha);
}

}  // namespace benchkit::stats
