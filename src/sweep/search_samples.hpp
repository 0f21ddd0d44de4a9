// What a search by bisection has measured so far: numbers of places, made of the samples of all its steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compare/evidence.hpp"
#include "model/snapshot.hpp"
#include "stats/bisection.hpp"

namespace benchkit::sweep {

class SearchSamples {
 public:
  SearchSamples(std::string case_id, std::string metric);

  /// Takes over the blocks of a step in which both versions (0, and 1: that of the place) have numbers. Returns how many there are.
  std::size_t add(std::size_t place, const Snapshot& step);
  /// Tells the search all changes from the first version, in the order of their measurement.
  void tell(stats::Bisection& bisection);
  /// The median of the last step's changes, as they were told.
  [[nodiscard]] double last_change() const;
  [[nodiscard]] bool logarithmic() const noexcept { return evidence_.logarithmic; }
  /// Of the metric; empty before the first step.
  [[nodiscard]] const std::string& unit() const noexcept { return unit_; }

 private:
  std::string case_id_, unit_;
  compare::Side base_, head_;        ///< all samples, numbered by measurement
  std::vector<std::size_t> places_;  ///< of each measurement
  std::size_t last_step_ = 0;        ///< so many of them are of the last step
  compare::Evidence evidence_;       ///< of all of them
};

}  // namespace benchkit::sweep
