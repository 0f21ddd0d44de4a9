// What is decided so far in a run that goes on until it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
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

  /// A metric that the case of these jobs (the base's first, the head's last) will be measured by. It counts from the beginning.
  void expect(const std::vector<Job*>& jobs, std::size_t metric, const Metric& description);
  /// A sample of the block that goes on. A metric that was not expected (one that the case reports) is judged along.
  void add(const Job& job, std::size_t metric, const Metric& description, const Sample& sample);
  /// Takes up what finished blocks of an interrupted session have given already.
  void restore(const Snapshot& snapshot, std::size_t session, const std::vector<Job>& jobs);
  /// The block's samples count, those of the cases in `cut_off` excepted.
  void end_block(const std::vector<std::size_t>& cut_off);
  /// The block was cut off.
  void drop_block();

  /// Judges anew, by what there is now and by which jobs have ended.
  void judge();
  /// Whether all metrics that were expected of the case under this meter are decided, as of the last judge().
  [[nodiscard]] bool are_decided(const Job& job) const;

 private:
  struct Sides {
    const Job* base = nullptr;  ///< the same job as the head where only one version reports the metric
    const Job* head = nullptr;
    compare::Side base_samples, head_samples;
    bool expected = false;    ///< its jobs go on until it is decided
    bool not_finite = false;  ///< a sample is no number, so that nothing is compared
    bool changed = false;
  };
  struct Pending {
    std::size_t place;
    bool of_head;
    Sample sample;
  };
  /// Where a case's metric stands in the lists.
  std::size_t place_of(std::size_t case_handle, std::size_t metric, const Metric& description);
  void take(std::size_t place, bool of_head, const Sample& sample);

  compare::JudgeOptions options_;
  compare::Design design_;
  std::size_t planned_blocks_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places_;  ///< by case and metric
  std::vector<Sides> sides_;                                           ///< these three side by side
  std::vector<compare::Evidence> evidence_;
  std::vector<compare::Judgement> judgements_;
  std::vector<Pending> pending_;
};

}  // namespace benchkit::runner
