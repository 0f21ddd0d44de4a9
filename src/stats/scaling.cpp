// Costs span decades and err by a share, not by an amount, so fits weigh relative errors.
//
// The exponent: least squares of log cost on log size. Its interval is the wider of two. One is Student's of the slope, from the scatter about the
// line, which holds where the points follow n^k and their errors are noise. Where they do not, what they miss the line by is a matter of the
// size: it is the same for all points of a size, and larger where the curve bends. So the other one leaves each size out, all its points together,
// and takes the scatter of the slopes that are left, with two degrees of freedom fewer than there are sizes (the jackknife of clusters; Bell and
// McCaffrey, Survey Methodology 28, 2002). Of sizes drawn at random from a range, over curves with a fixed cost or a bend, the interval of 95 %
// then holds the slope of the whole range in some nine of ten cases with seven sizes, where Student's alone does in eight; with five points at each
// size, which miss the law together, Student's alone does in about half, and this one in 95 %. Where the law holds it covers a little more than 95 %
// (scaling_test.cpp simulates all three).
//
// Whether two versions differ in it: the same line through log(head / base) at the sizes that both have, where the costs are ratios. What bends both
// curves alike (a cache that ends, a fixed cost) cancels there, and the slope is the difference of the exponents.
//
// The law: cost = a + b g(size), a, b >= 0, by least squares of the relative errors, for each law g. More flexible laws fit better by
// nature, so they are judged by what they were not shown: every size is left out once and foretold from the others (cross-validation; Stone,
// Journal of the Royal Statistical Society B 36, 1974). All points of a size are left out together, for one would betray the other. Errors of
// few sizes are noisy themselves, and a cost that does not grow would be called logarithmic as often as not: of the laws whose error is within one
// standard error of the least, the slowest is taken (Breiman et al., "Classification and Regression Trees", 1984).
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

/// The variance of the slope by leaving each size out. Of a size that weighs `w` of `n` points the slope without it is known from its mean residual and its
/// leverage, without another fit.
double slope_variance_by_size(const std::vector<double>& x, const std::vector<double>& residuals, double centre, double squares) {
  struct Size {
    double points = 0;
    double residuals = 0;
  };
  std::map<double, Size> sizes;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Size& size = sizes[x[i]];
    ++size.points;
    size.residuals += residuals[i];
  }
  double sum = 0;
  for (const auto& [place, size] : sizes) {
    const double distance = place - centre;
    const double leverage = size.points * (1 / static_cast<double>(x.size()) + distance * distance / squares);
    const double moved = distance * size.residuals / (squares * (1 - leverage));
    sum += moved * moved;
  }
  const auto count = static_cast<double>(sizes.size());
  return sum * (count - 1) / count;
}

/// Ordinary least squares of log cost on log size.
std::optional<PowerLaw> line(const std::vector<SizedCost>& points, double alpha) {
  const std::size_t sizes = sizes_of(points).size();
  if (sizes < kFewestSizes) return std::nullopt;
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
  std::vector<double> residuals;
  double scatter = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    residuals.push_back(y[i] - centre_y - slope * (x[i] - centre_x));
    scatter += residuals[i] * residuals[i];
  }
  const double degrees = static_cast<double>(x.size()) - 2;
  const Estimate of_noise{slope, scatter / degrees / squares, degrees};
  const Estimate of_misfit{slope, slope_variance_by_size(x, residuals, centre_x, squares), static_cast<double>(sizes) - 2};
  const Estimate exponent = half_width(of_misfit, alpha) > half_width(of_noise, alpha) ? of_misfit : of_noise;
  return PowerLaw{exponent, interval_of(exponent, alpha), std::exp(centre_y - slope * centre_x)};
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

/// How badly each size is foretold from the others: the mean square of the logarithms of foretold / measured.
std::vector<double> foretelling_errors(const Law& law, const std::vector<SizedCost>& points, const std::set<double>& sizes) {
  std::vector<double> errors;
  for (const double size : sizes) {
    const GrowthFit without = fit(law, points, size);
    const double foretold = without.offset + without.factor * law.value(size);
    double squares = 0;
    double count = 0;
    for (const SizedCost& point : points) {
      if (point.size != size) continue;
      const double error = foretold > 0 ? std::log(foretold / point.cost) : std::numeric_limits<double>::infinity();
      squares += error * error;
      ++count;
    }
    errors.push_back(squares / count);
  }
  return errors;
}

}  // namespace

std::string_view to_string(Growth growth) noexcept {
  for (const Law& law : kLaws) {
    if (law.growth == growth) return law.name;
  }
  return {};
}

double cost_at(const GrowthFit& fit, double size) {
  for (const Law& law : kLaws) {
    if (law.growth == fit.growth) return fit.offset + fit.factor * law.value(size);
  }
  return fit.offset;
}

std::optional<PowerLaw> power_law(std::span<const SizedCost> points, double alpha) { return line(usable(points), alpha); }

std::vector<GrowthFit> growth_laws(std::span<const SizedCost> points) {
  const std::vector<SizedCost> kept = usable(points);
  const std::set<double> sizes = sizes_of(kept);
  std::vector<GrowthFit> fits;
  if (sizes.size() < kFewestSizesForLaws) return fits;
  double least = std::numeric_limits<double>::infinity();
  double within = least;  // one standard error of the least
  for (const Law& law : kLaws) {
    const std::vector<double> errors = foretelling_errors(law, kept, sizes);
    const double error = mean(errors);
    fits.push_back(fit(law, kept, std::numeric_limits<double>::quiet_NaN()));
    fits.back().error = std::sqrt(error);
    if (!(error < least)) continue;
    least = error;
    within = error + std::sqrt(variance(errors) / static_cast<double>(errors.size()));
  }
  const auto chosen = std::find_if(fits.begin(), fits.end(), [&](const GrowthFit& one) { return one.error * one.error <= within; });
  if (chosen != fits.end()) std::rotate(fits.begin(), chosen, chosen + 1);
  const auto others = chosen == fits.end() ? fits.begin() : fits.begin() + 1;
  std::stable_sort(others, fits.end(), [](const GrowthFit& left, const GrowthFit& right) { return left.error < right.error; });
  return fits;
}

}  // namespace benchkit::stats
