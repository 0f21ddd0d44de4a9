// When a match has enough: its budget is spent or its samples say so; where the run goes on until all is decided, when it is decided; where versions
// are screened, when its versions are proven to be the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "compare/terms.hpp"
#include "runner/decisions.hpp"
#include "runner/matches.hpp"
#include "runner/plan.hpp"
#include "runner/recorder.hpp"

namespace benchkit::runner {

/// What the run may still spend; the driver changes it as it goes.
struct Allowance {
  std::uint64_t blocks = 1;  ///< a job's
  Budget budget;             ///< what of the wanted one is left for measuring
  bool out_of_time = false;  ///< the run's own time is over
};

class Enough {
 public:
  Enough(const RunOptions& options, compare::JudgeOptions judging, Matches& matches, const Allowance& allowance, Recorder& recorder,
         Observer& observer)
      : options_(options),
        judging_(std::move(judging)),
        matches_(matches),
        allowance_(allowance),
        recorder_(recorder),
        observer_(observer) {}

  /// Matches have enough when they are decided.
  [[nodiscard]] bool is_watched() const noexcept { return options_.verdicts.design != compare::Design::fixed; }
  /// From here on every sample that is written is evidence, too, where the verdicts are wanted meanwhile.
  void watch();
  /// Takes up what an interrupted session has written.
  void restore(const Snapshot& snapshot, std::size_t session, const GroupTeller& is_own);

  void end_block(const std::vector<std::size_t>& cut_off);
  void drop_block();
  /// Looks at which matches have enough. All evidence is judged first, unless it was a moment ago; `now_ns` tells the time.
  void decide(const std::function<std::int64_t()>& now_ns, bool in_any_case = false);
  /// The run has no time left: those that would have gone on.
  void end_all_for_time();
  /// Decided, as far as it had a turn.
  [[nodiscard]] bool is_undecided(const Match& match) const { return is_watched() && !match.stopped && match.runs && match.went_well(); }
  /// How much time the screen has spared, once after it; else 0.
  [[nodiscard]] std::int64_t take_spared_ns() { return std::exchange(spared_ns_, 0); }

 private:
  [[nodiscard]] bool are_decided(const Match& match) const;
  [[nodiscard]] bool has_enough(const Match& match) const;
  void end_for_time(Match& match);
  /// At each metric that the head is compared by: an outcome `ok` with these details.
  void write_at_heads(Match& match, const Json& details);
  void screen();
  [[nodiscard]] std::uint64_t blocks_of_screen() const;

  const RunOptions& options_;
  compare::JudgeOptions judging_;
  Matches& matches_;
  const Allowance& allowance_;
  Recorder& recorder_;
  Observer& observer_;
  std::optional<Decisions> decisions_;  ///< where verdicts are wanted meanwhile
  std::int64_t next_judgement_ns_ = 0;
  bool screened_ = false;  ///< the screen is over
  std::int64_t spared_ns_ = 0;
};

}  // namespace benchkit::runner
