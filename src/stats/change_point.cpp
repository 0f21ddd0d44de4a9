// E-divisive: Matteson and James, "A nonparametric approach for multiple change point analysis of multivariate data", Journal of the
// American Statistical Association 109, 2014; for benchmarks Daly et al., ICPE 2020.
//
// Two sets of values differ by their energy distance: twice the mean distance between the sets less the mean distances within each, times
// n m / (n + m). It sees a shift, and a change of spread too, and asks for no distribution. Of a stretch of versions the split with the
// largest distance is a candidate; it is a change if the distance beats what the same blocks show in random order (permutation test). Then
// the stretches on both sides are searched in the same way until nothing more is found. Blocks, not versions, are permuted: they are
// independent draws where they are paired with the base's or taken in interleaved order, and a version of one block can never show its own
// luck. A split falls between versions only.
//
// Drawing ends with the kEnough-th order that shows as much (Besag and Clifford, Biometrika 78, 1991): the level is then kEnough over
// their number, as good as one of all, and hopeless splits take a few dozens. So a level low enough for one case among hundreds costs its many
// orders only where it is low.
#include "stats/change_point.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "stats/log_gamma.hpp"
#include "stats/moments.hpp"

namespace benchkit::stats {
namespace {

/// All values in the order of the versions; a stretch is a range of versions.
class Series {
 public:
  Series(std::span<const std::vector<double>> versions, const ChangePointOptions& options) : options_(options), random_(options.seed) {
    for (const std::vector<double>& version : versions) {
      begin_.push_back(values_.size());
      values_.insert(values_.end(), version.begin(), version.end());
    }
    begin_.push_back(values_.size());
  }

  std::vector<ChangePoint> search() {
    split(0, begin_.size() - 1);
    std::sort(found_.begin(), found_.end(), [](const ChangePoint& left, const ChangePoint& right) { return left.first < right.first; });
    set_shifts();
    return std::move(found_);
  }

 private:
  struct Candidate {
    std::size_t version = 0;
    double distance = 0;
  };

  /// The best split of the versions [from, to), their values standing in `order`.
  [[nodiscard]] Candidate best(std::size_t from, std::size_t to, const std::vector<double>& order) const {
    const std::size_t count = order.size();
    // Row sums of the distances to all values before one's own place make each split's three sums cheap.
    std::vector<double> to_earlier(count, 0);
    std::vector<double> to_all(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double distance = std::fabs(order[i] - order[j]);
        to_earlier[i] += distance;
        to_all[i] += distance;
        to_all[j] += distance;
      }
    }
    double total = 0;
    for (const double sum : to_earlier) total += sum;
    Candidate result;
    double within_left = 0;
    double left_to_all = 0;
    std::size_t place = 0;
    for (std::size_t version = from + 1; version < to; ++version) {
      for (; place < begin_[version] - begin_[from]; ++place) {
        within_left += to_earlier[place];
        left_to_all += to_all[place];
      }
      // A version that was not measured cannot be the one that changed.
      if (place == 0 || place == count || begin_[version] == begin_[version + 1]) continue;
      const double across = left_to_all - 2 * within_left;
      const double within_right = total - within_left - across;
      const auto left = static_cast<double>(place);
      const auto right = static_cast<double>(count - place);
      const double distance = left * right / (left + right) *
                              (2 * across / (left * right) - 2 * within_left / (left * left) - 2 * within_right / (right * right));
      if (distance > result.distance) result = {version, distance};
    }
    return result;
  }

  void split(std::size_t from, std::size_t to) {
    std::vector<double> order(values_.begin() + static_cast<std::ptrdiff_t>(begin_[from]),
                              values_.begin() + static_cast<std::ptrdiff_t>(begin_[to]));
    if (to - from < 2 || order.size() < 2) return;
    const Candidate candidate = best(from, to, order);
    if (candidate.version == 0) return;
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(begin_[candidate.version] - begin_[from]);
    if (std::fabs(median({middle, order.end()}) - median({order.begin(), middle})) < options_.least_shift) return;
    const double p = level_of(candidate, from, to, std::move(order));
    if (p > options_.alpha) return;
    found_.push_back({.first = candidate.version, .p = p});
    split(from, candidate.version);
    split(candidate.version, to);
  }

  /// How often random orders show as much.
  double level_of(const Candidate& candidate, std::size_t from, std::size_t to, std::vector<double> order) {
    constexpr std::size_t kEnough = 50;
    constexpr double kRounding = 1 - 1e-9;  // the same sets, summed in another order
    std::size_t as_large = 0;
    for (std::size_t drawn = 1; drawn <= options_.permutations; ++drawn) {
      std::shuffle(order.begin(), order.end(), random_);
      if (best(from, to, order).distance >= candidate.distance * kRounding && ++as_large == kEnough)
        return static_cast<double>(as_large) / static_cast<double>(drawn);
    }
    return static_cast<double>(as_large + 1) / static_cast<double>(options_.permutations + 1);
  }

  /// Of each stretch between two change points and the one before it.
  void set_shifts() {
    const auto median_of_versions = [&](std::size_t from, std::size_t to) {
      return median(
          {values_.begin() + static_cast<std::ptrdiff_t>(begin_[from]), values_.begin() + static_cast<std::ptrdiff_t>(begin_[to])});
    };
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const std::size_t from = i == 0 ? 0 : found_[i - 1].first;
      const std::size_t to = i + 1 == found_.size() ? begin_.size() - 1 : found_[i + 1].first;
      found_[i].shift = median_of_versions(found_[i].first, to) - median_of_versions(from, found_[i].first);
    }
  }

  const ChangePointOptions& options_;
  std::mt19937_64 random_;
  std::vector<double> values_;
  std::vector<std::size_t> begin_;  ///< of each version's values; behind the last one their end
  std::vector<ChangePoint> found_;
};

}  // namespace

double lowest_level(std::size_t versions) {
  const auto count = static_cast<double>(versions);
  const double half = std::floor(count / 2);
  return std::min(1.0, 2 * std::exp(log_gamma(half + 1) + log_gamma(count - half + 1) - log_gamma(count + 1)));
}

std::vector<ChangePoint> change_points(std::span<const std::vector<double>> versions, const ChangePointOptions& options) {
  return Series(versions, options).search();
}

}  // namespace benchkit::stats
