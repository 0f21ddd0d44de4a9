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
  /// At least two places. `confidence`: of the answer.
  explicit Bisection(std::size_t places, double confidence = 0.95);

  /// What was measured at a place.
  void add(std::size_t place, double value);
  /// Nothing can be measured there.
  void rule_out(std::size_t place);

  /// Where to measure next; nullopt: there is an answer, or the two ends do not differ after so many measurements as they may have.
  [[nodiscard]] std::optional<std::size_t> next() const;

  /// An answer: the level changed behind `last_old`, at `first_new` or before it. They are neighbours, but for places that were ruled out.
  struct Answer {
    std::size_t last_old = 0;
    std::size_t first_new = 0;
    double probability = 0;  ///< of the step being there
    double step = 0;         ///< new level - old level
    double step_error = 0;   ///< its standard error
  };
  /// The most probable one so far; nullopt before both ends were measured.
  [[nodiscard]] std::optional<Answer> best() const;
  /// By what was measured at the two ends alone.
  [[nodiscard]] bool ends_differ() const;
  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }

 private:
  struct Place {
    std::size_t count = 0;
    double sum = 0;
    double squares = 0;
    bool ruled_out = false;
  };
  /// Hypotheses that no measurement tells apart so far: the step lies behind `begin`, at `end` or before it.
  struct Stretch {
    std::size_t begin = 0, end = 0;
    double weight = 0;  ///< of all its hypotheses together; all stretches come to 1
    double step = 0, step_error = 0;
  };
  [[nodiscard]] std::vector<Stretch> posterior() const;
  /// Places strictly between two others that were not ruled out.
  [[nodiscard]] std::vector<std::size_t> open_between(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool is_decided(const Stretch& stretch) const;

  std::vector<Place> places_;
  double confidence_;
  std::size_t samples_ = 0;
  double squares_ = 0;  ///< sum of squared values
};

}  // namespace benchkit::stats
