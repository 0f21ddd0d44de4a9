// Probabilistic bisection: M. Horstein, "Sequential transmission using noiseless feedback" (IEEE Trans. Inf. Theory 9, 1963); R. Waeber, P. Frazier and
// S. Henderson, "Bisecting search with noisy responses" (SIAM J. Control Optim. 51, 2013). Keep a posterior over where the step is, and measure at its
// median: the place whose measurement halves what is believed.
//
// They know how often an answer is wrong. Here a measurement is a number, and neither step nor noise is known. So the likelihood of "the step is behind
// place k" is that of two normal samples of one variance, those up to k and those behind it, with both means and the variance integrated out (flat
// priors on the means, 1/sigma for the scale): (n0 n1)^(-1/2) RSS(k)^(-(n-2)/2), with RSS the squares around the two means. All measurements take part
// in every hypothesis, so what was measured far away keeps teaching what the two levels are. The direction is known from the ends: a hypothesis
// weighs as much as it is probable that its step goes that way. (A normal tail stands for Student's: it differs where there are few measurements,
// and those are at the ends.)
//
// The ends are measured first, kAtEnds times each, and again now and then where a search becomes long: with fewer, the levels or the variance are
// guessed wrong now and then, and the search runs into a wrong corner from which it needs many measurements to come out. (1,000 places, a step of
// two standard deviations, 1,000 runs: 97 % right with 40.8 measurements on the average, 167 at the most; without the ends' being measured again
// 42.3, and 380.) Where the ends do not differ, they are measured again, up to kMostAtEnds times: of no step there is no place. Who looks
// after each measurement sees a difference now and then where there is none, so what was found must stand once more in the end, by all
// measurements on either side of it and at a stricter level (kProven); where it does not, more of the
// ends is measured. (2,000 searches for no step: 1.5 % name a place.)
//
// A block that was put off the CPU can be a hundred times the noise away. As it stands, one such number would be most of the squares: the ends would never
// differ, and in the search it would outweigh all the others at its place. So in every hypothesis what lies further from its level's median than kWild
// robust standard deviations counts as lying there (P. Huber, "Robust Estimation of a Location Parameter", Ann. Math. Statist. 35, 1964). What is exact
// has no spread; it is taken for kFinest of the ends' difference.
//
// A search has an end of its own, too: where there are two steps or a slope, no place becomes probable enough. A step as large as the noise takes 10
// measurements a halving, and one that has not been found after kMostAHalving of them is not one step. Where the step is no larger than the noise,
// the answer's probability is said some two points too high (bisection_test.cpp).
#include "stats/bisection.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <span>

#include "stats/moments.hpp"

namespace benchkit::stats {
namespace {

constexpr std::size_t kAtEnds = 5;
constexpr std::size_t kMostAtEnds = 40;
/// The search begins where the ends' levels are so many standard errors apart, ...
constexpr double kDifferent = 2.8;
/// ... and ends where the levels before and behind the step that was found are.
constexpr double kProven = 4;
constexpr double kMostAHalving = 30;
/// So many robust standard deviations from its level, a measurement says no more than that it is off; ...
constexpr double kWild = 5;
/// ... and they are no less than this share of the ends' difference.
constexpr double kFinest = 1.0 / 32;
/// Two medians were fitted to the values whose spread is told.
constexpr double kFitted = 2;
/// An end is measured again when the search is so many times longer than what there is of it.
constexpr std::size_t kAnEndEach = 12;

struct Levels {
  double squares = 0;  ///< around the two means
  double step = 0;
  double error = 0;  ///< of the step
};

/// Of two samples of one variance, neither empty: the first `count` of the values, and the others. `finest`: the least spread that is believed.
Levels levels_of(std::span<const double> values, std::size_t count, double finest) {
  const std::array<std::span<const double>, 2> groups{values.first(count), values.subspan(count)};
  std::vector<double> off(values.size());  // from the median of its own
  std::array<double, 2> medians{};
  for (std::size_t group = 0, i = 0; group < 2; ++group) {
    medians[group] = median({groups[group].begin(), groups[group].end()});
    for (const double value : groups[group]) off[i++] = value - medians[group];
  }
  const auto n = static_cast<double>(values.size());
  const double spread = robust_spread(off, 0) * n / std::max(n - kFitted, 1.0);
  const double furthest = kWild * std::max(spread, finest);
  for (double& one : off) one = std::clamp(one, -furthest, furthest);
  const std::array<std::span<const double>, 2> offs{std::span(off).first(count), std::span(off).subspan(count)};
  std::array<double, 2> means{};
  double squares = 0;
  for (std::size_t group = 0; group < 2; ++group) {
    means[group] = mean(offs[group]);
    for (const double one : offs[group]) squares += (one - means[group]) * (one - means[group]);
  }
  squares = std::max(squares, 1e-300);
  const double n0 = static_cast<double>(count);
  return {squares, medians[1] + means[1] - medians[0] - means[0], std::sqrt(squares / std::max(n - 2, 1.0) * (1 / n0 + 1 / (n - n0)))};
}

}  // namespace

Bisection::Bisection(std::size_t places, double confidence, double same) : places_(places), confidence_(confidence), same_(same) {
  assert(places >= 2);
}

void Bisection::add(std::size_t place, double value) {
  places_.at(place).values.push_back(value);
  ++samples_;
}

void Bisection::rule_out(std::size_t place) { places_.at(place).ruled_out = true; }

std::vector<Bisection::Stretch> Bisection::posterior() const {
  std::vector<Stretch> stretches;
  const auto ends = between_ends();
  if (!ends) return stretches;
  std::vector<double> values;  // in the order of their places
  values.reserve(samples_);
  for (const Place& place : places_) values.insert(values.end(), place.values.begin(), place.values.end());
  const auto all = static_cast<double>(values.size());
  std::size_t old = 0;
  for (std::size_t begin = 0; begin + 1 < places_.size();) {
    old += places_[begin].count();
    std::size_t end = begin + 1;
    while (places_[end].count() == 0) ++end;  // the last one has some
    const Levels levels = levels_of(values, old, std::fabs(ends->step) * kFinest);
    const auto n0 = static_cast<double>(old);
    const double likelihood = -0.5 * std::log(n0 * (all - n0)) - (all - 2) / 2 * std::log(levels.squares);
    const double towards = (ends->step < 0 ? -levels.step : levels.step) / std::max(levels.error, 1e-300);
    const double right_way = std::max(0.5 * std::erfc(-towards / std::sqrt(2.0)), 1e-12);
    stretches.push_back({begin, end, likelihood + std::log(right_way), levels.step, std::fabs(towards)});
    begin = end;
  }
  const auto most = std::max_element(stretches.begin(), stretches.end(),
                                     [](const Stretch& one, const Stretch& other) { return one.weight < other.weight; });
  const double highest = most->weight;
  double total = 0;
  for (Stretch& one : stretches) total += one.weight = std::exp(one.weight - highest) * static_cast<double>(one.end - one.begin);
  for (Stretch& one : stretches) one.weight /= total;
  return stretches;
}

std::vector<std::size_t> Bisection::open_between(std::size_t begin, std::size_t end) const {
  std::vector<std::size_t> open;
  for (std::size_t place = begin + 1; place < end; ++place) {
    if (!places_[place].ruled_out) open.push_back(place);
  }
  return open;
}

bool Bisection::is_decided(const Stretch& stretch) const {
  return stretch.weight >= confidence_ && open_between(stretch.begin, stretch.end).empty();
}

std::optional<Bisection::Difference> Bisection::between_ends() const {
  std::vector<double> values = places_.front().values;
  const std::vector<double>& last = places_.back().values;
  if (std::min(values.size(), last.size()) < 2) return std::nullopt;
  const double apart = std::fabs(median(last) - median(values));
  values.insert(values.end(), last.begin(), last.end());
  const Levels levels = levels_of(values, places_.front().count(), apart * kFinest);
  return Difference{levels.step, levels.error};
}

bool Bisection::ends_differ() const {
  const auto ends = between_ends();
  return ends && std::fabs(ends->step) > kDifferent * ends->error;
}

Bisection::State Bisection::state_of_ends() const {
  const auto ends = between_ends();
  return ends && std::fabs(ends->step) + kDifferent * ends->error < same_ ? State::alike : State::unclear;
}

std::size_t Bisection::most_samples() const {
  return 2 * kMostAtEnds + static_cast<std::size_t>(kMostAHalving * std::ceil(std::log2(static_cast<double>(places_.size()))));
}

std::optional<std::size_t> Bisection::more_of_an_end() const {
  const Place& first = places_.front();
  const Place& last = places_.back();
  if (first.ruled_out || last.ruled_out || std::min(first.count(), last.count()) >= kMostAtEnds) return std::nullopt;
  return first.count() <= last.count() ? 0 : places_.size() - 1;
}

std::optional<std::size_t> Bisection::halving(const std::vector<Stretch>& stretches) const {
  // Measured at a place, the hypotheses are told apart whose step is at it or before from those whose step is behind it. Of an unknown place the
  // weight up to it is its share of the stretch.
  std::optional<std::size_t> best;
  double nearest = 1;
  double before = 0;
  const auto consider = [&](std::size_t place, double up_to_it) {
    const double off = std::fabs(up_to_it - 0.5);
    if (places_[place].ruled_out || (best && off >= nearest)) return;
    best = place;
    nearest = off;
  };
  consider(0, 0);
  for (const Stretch& stretch : stretches) {
    const double width = static_cast<double>(stretch.end - stretch.begin);
    for (std::size_t place = stretch.begin + 1; place <= stretch.end; ++place)
      consider(place, before + stretch.weight * static_cast<double>(place - stretch.begin) / width);
    before += stretch.weight;
  }
  return best;
}

Bisection::Look Bisection::look() const {
  const std::size_t at_ends = std::min(places_.front().count(), places_.back().count());
  const auto no_change_in = [](const Place& place) {
    return std::all_of(place.values.begin(), place.values.end(), [](double value) { return value == 0; });
  };
  if (at_ends >= kAtEnds && no_change_in(places_.front()) && no_change_in(places_.back())) return {State::alike, {}};
  if (at_ends < kAtEnds || !ends_differ()) {
    const auto end = samples_ < most_samples() ? more_of_an_end() : std::nullopt;
    return {end ? State::open : state_of_ends(), end};
  }
  const std::vector<Stretch> stretches = posterior();
  const auto decided = std::find_if(stretches.begin(), stretches.end(), [&](const Stretch& one) { return is_decided(one); });
  if (decided != stretches.end() && decided->errors > kProven) return {State::found, {}};
  if (samples_ >= most_samples()) return {State::spent, {}};
  const bool is_long = samples_ > kAnEndEach * at_ends;
  auto place = decided != stretches.end() || is_long ? more_of_an_end() : std::nullopt;
  if (!place && decided == stretches.end()) place = halving(stretches);
  if (place) return {State::open, place};
  return {decided != stretches.end() ? state_of_ends() : State::spent, {}};
}

std::optional<Bisection::Answer> Bisection::best() const {
  if (!ends_differ()) return std::nullopt;
  const std::vector<Stretch> stretches = posterior();
  auto found = std::find_if(stretches.begin(), stretches.end(), [&](const Stretch& one) { return is_decided(one); });
  // By weight a place: a wide stretch holds much because it is wide.
  if (found == stretches.end()) {
    found = std::max_element(stretches.begin(), stretches.end(), [](const Stretch& one, const Stretch& other) {
      return one.weight * static_cast<double>(other.end - other.begin) < other.weight * static_cast<double>(one.end - one.begin);
    });
  }
  return Answer{found->begin, found->end, found->weight, found->step, found->errors > kProven};
}

}  // namespace benchkit::stats
