// Workers that are started ahead: where a meter only counts, and so is not disturbed by others, the workers of the next blocks start and set their
// first case up while this one's still measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "runner/enough.hpp"
#include "runner/lineup.hpp"
#include "runner/matches.hpp"
#include "runner/turn.hpp"

namespace benchkit::runner {

class Ahead {
 public:
  Ahead(const Lineup& lineup, const Matches& matches, const Allowance& allowance)
      : lineup_(lineup), matches_(matches), allowance_(allowance) {}

  /// Lets the workers of later blocks begin, where that disturbs nobody: all that this job will need, with the job's case open. Where blocks of other
  /// meters come in between, one for the next block of each meter, which holds no setup until then. `turn`: the job's part of `block`, which goes on;
  /// null: it has not come to it.
  void start(std::size_t meter, const Job& job, const Turn* turn, std::int64_t block) const;
  /// The match whose case a worker has set up already comes first. What failed meanwhile may keep one from ever answering.
  void put_first_what_is_set_up(std::size_t meter, std::deque<Match*>& queue) const;

 private:
  [[nodiscard]] bool any_open(std::size_t meter) const;
  /// How many blocks the job will have behind this one, as far as can be foreseen.
  [[nodiscard]] std::uint64_t blocks_behind(const Job& job, const Turn* turn, std::int64_t block) const;

  const Lineup& lineup_;
  const Matches& matches_;
  const Allowance& allowance_;
};

}  // namespace benchkit::runner
