// What is decided so far in a run that goes on until it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

#include "compare/evidence.hpp"
#include "compare/terms.hpp"
#include "compare/verdict.hpp"
#include "model/snapshot.hpp"
#include "runner/jobs.hpp"

namespace benchkit::runner {

/// The evidence of every case and metric, as the file has it, judged by the very function that judges the file.
class Decisions {
 public:
  /// `planned_blocks` as in Evidence.
  Decisions(compare::JudgeOptions options, compare::Design design, std::size_t planned_blocks);

  /// A metric that the head's case will be measured by, beside its base's. It counts from the beginning.
  void expect(const Job& head, std::size_t metric, const Metric& description);
  /// A sample of the block that goes on. A metric that was not expected (one that the case reports) is judged along.
  void add(const Job& job, std::size_t metric, const Metric& description, const Sample& sample);
  /// Takes up what finished blocks of an interrupted session have given already. `is_own`: whether a block was one of the job's group.
  void restore(const Snapshot& snapshot, std::size_t session, const std::vector<Job>& jobs,
               const std::function<bool(const Job& job, std::int64_t block)>& is_own);
  /// The block's samples count, those of the cases in `cut_off` excepted.
  void end_block(const std::vector<std::size_t>& cut_off);
  /// The block was cut off.
  void drop_block();

  /// Judges anew, by what there is now and by which jobs have ended.
  void judge();
  /// Whether all metrics that were expected of the head's case under its meter are decided, as of the last judge().
  [[nodiscard]] bool are_decided(const Job& head) const;
  /// Whether they are all the same as the base's, as of the last judge(); what cannot be compared has nothing that could differ.
  [[nodiscard]] bool are_same(const Job& head) const;

 private:
  struct Sides {
    const Job* base = nullptr;
    const Job* head = nullptr;
    compare::Side base_samples, head_samples;
    bool expected = false;    ///< its jobs go on until it is decided
    bool not_finite = false;  ///< a sample is no number, so that nothing is compared
    bool changed = false;
  };
  /// What is judged together, as a column of the table is: all of one version against its base. Three lists side by side.
  struct Family {
    std::vector<Sides> sides;
    std::vector<compare::Evidence> evidence;
    std::vector<compare::Judgement> judgements;
  };
  struct Place {
    std::size_t version = 0;  ///< the head's
    std::size_t index = 0;
  };
  struct Pending {
    Place place;
    bool of_head;
    Sample sample;
  };
  [[nodiscard]] static std::tuple<std::size_t, std::size_t, std::size_t> key_of(const Job& head, std::size_t metric);
  /// Where a metric of the head's case stands in the lists.
  Place place_of(const Job& head, std::size_t metric, const Metric& description);
  [[nodiscard]] Sides& sides_at(Place place) { return families_.at(place.version).sides[place.index]; }
  void take(const Pending& one);
  void judge(Family& family) const;

  compare::JudgeOptions options_;
  compare::Design design_;
  std::size_t planned_blocks_;
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, Place> places_;  ///< by version of the head, case and metric
  std::map<std::size_t, Family> families_;                                     ///< by version of the head
  std::vector<Pending> pending_;
};

}  // namespace benchkit::runner
