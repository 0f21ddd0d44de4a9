// Bisection among noisy measurements: at which place of a row did the level change?
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace benchkit::stats {

/// A row of `places`, of which the first has the old level and the last the new one. Where the level changes, how far, and how much measurements
/// scatter: all of that is unknown.
class Bisection {
 public:
  /// At least two places. `confidence`: of the answer. `same`: ends that are proven to be nearer to each other are alike.
  explicit Bisection(std::size_t places, double confidence = 0.95, double same = kOnePercent);
  static constexpr double kOnePercent = 0.00995;  ///< as a logarithm

  enum class State {
    open,     ///< next() says where to measure
    found,    ///< best() is the answer
    alike,    ///< the two ends do not differ, which is proven: of no step there is no place
    unclear,  ///< both ends have as many measurements as they may have, which prove neither that they differ nor that they don't
    spent,  ///< as many measurements as one step needs at the most, or no place is left, and none is found: there may be more steps than one
  };
  [[nodiscard]] State state() const { return look().state; }

  /// What was measured at a place.
  void add(std::size_t place, double value);
  /// Nothing can be measured there.
  void rule_out(std::size_t place);
  [[nodiscard]] bool is_ruled_out(std::size_t place) const { return places_.at(place).ruled_out; }

  /// Where to measure next; nullopt where the state is not open.
  [[nodiscard]] std::optional<std::size_t> next() const { return look().next; }

  /// An answer: the level changed behind `last_old`, at `first_new` or before it. They are neighbours, but for places that were ruled out.
  struct Answer {
    std::size_t last_old = 0;
    std::size_t first_new = 0;
    double probability = 0;  ///< of the step being there
    double step = 0;         ///< new level - old level
    bool is_proven = false;  ///< that there is a step at all; the probability takes for granted that there is one
  };
  /// The most probable one so far; nullopt while the two ends are not told apart: of no step there is no place.
  [[nodiscard]] std::optional<Answer> best() const;
  /// How far the last place's level is from the first one's, and the standard error of that; nullopt before each was measured twice.
  struct Difference {
    double step = 0;
    double error = 0;
  };
  [[nodiscard]] std::optional<Difference> between_ends() const;
  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }
  /// After so many the search is spent.
  [[nodiscard]] std::size_t most_samples() const;

 private:
  struct Place {
    std::vector<double> values;
    bool ruled_out = false;
    [[nodiscard]] std::size_t count() const noexcept { return values.size(); }
  };
  /// Hypotheses that no measurement tells apart so far: the step lies behind `begin`, at `end` or before it.
  struct Stretch {
    std::size_t begin = 0, end = 0;
    double weight = 0;  ///< of all its hypotheses together; all stretches come to 1
    double step = 0;
    double errors = 0;  ///< how many standard errors it is
  };
  [[nodiscard]] std::vector<Stretch> posterior() const;
  /// Places strictly between two others that were not ruled out.
  [[nodiscard]] std::vector<std::size_t> open_between(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool is_decided(const Stretch& stretch) const;
  /// By what was measured at the two ends alone, which is enough to begin by.
  [[nodiscard]] bool ends_differ() const;
  /// Of ends that have all the measurements that they may have, and were not told apart.
  [[nodiscard]] State state_of_ends() const;
  /// Of the places that can be measured, the one that halves what is believed; nullopt: there is none.
  [[nodiscard]] std::optional<std::size_t> halving(const std::vector<Stretch>& stretches) const;
  struct Look {
    State state = State::open;
    std::optional<std::size_t> next;
  };
  [[nodiscard]] Look look() const;
  /// More of the end that has less; nullopt: both have all that they may have.
  [[nodiscard]] std::optional<std::size_t> more_of_an_end() const;

  std::vector<Place> places_;
  double confidence_;
  double same_;
  std::size_t samples_ = 0;
};

}  // namespace benchkit::stats
