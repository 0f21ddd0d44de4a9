// The line-up of a run: its versions, which of them can be measured, which one each is compared with, and which share blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/snapshot.hpp"
#include "runner/jobs.hpp"
#include "runner/runner.hpp"
#include "runner/side.hpp"

namespace benchkit::runner {

class Lineup {
 public:
  /// Throws benchkit::Error if none of the targets can be measured.
  Lineup(const RunOptions& options, const std::vector<Target>& targets);

  /// Asks each version what it holds, and forms the groups: of `live` versions at the most; 0: of as many as the options say, or else as is best. Of two, both must answer; of many, those that cannot are left out, which `observer` is told.
  /// Throws benchkit::Error, and Interrupted.
  void describe(Observer& observer, std::size_t live);

  /// By number, in the order of the targets.
  [[nodiscard]] const std::vector<std::unique_ptr<Side>>& all() const noexcept { return all_; }
  /// Those that are measured: the base first, the head last.
  [[nodiscard]] const std::vector<Side*>& measured() const noexcept { return measured_; }
  /// Those that share blocks: each version with its base.
  [[nodiscard]] const std::vector<std::vector<Side*>>& groups() const noexcept { return groups_; }
  /// How many a group has at the most.
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  /// How many there are in all groups together.
  [[nodiscard]] std::size_t seats() const noexcept { return seats_; }
  [[nodiscard]] Side& side_of(const Job& job) const { return *all_[job.side]; }
  /// The workers that described the suites, in the order in which they began, if they can be those of the first block, which this meter has; else they
  /// end. None from the second call on.
  [[nodiscard]] std::vector<Side*> take_met(std::size_t meter);
  /// The version that the run is about; the others are what it is compared with.
  [[nodiscard]] const Side& head() const { return *measured_.back(); }
  [[nodiscard]] bool is_paired() const noexcept { return measured_.size() > 1; }
  /// Not just two that are to be compared: what holds for two of many need not hold for all.
  [[nodiscard]] bool is_sweep() const noexcept { return all_.size() > 2 || !options_.bases.empty(); }
  /// The number of the version that this one is compared with; its own: none. In place of a version that was left out stands its base, and in
  /// the last resort the first one that is there.
  [[nodiscard]] std::size_t base_of(std::size_t number) const;
  /// What stands of each in the file.
  [[nodiscard]] std::vector<Version> versions() const;
  /// What starting a worker takes, on the average of the versions.
  [[nodiscard]] std::int64_t start_ns() const;
  /// The time of the run is that of one of them.
  [[nodiscard]] std::int64_t now_ns() const { return clock_->now_ns(); }
  [[nodiscard]] std::size_t left_out() const noexcept { return all_.size() - measured_.size(); }

 private:
  void describe_each(Observer& observer);
  /// Few versions begin together, in a drawn order, as the workers of a block do.
  void meet_all(const std::vector<Side*>& sides);
  void form_groups();

  const RunOptions& options_;
  std::vector<std::unique_ptr<Side>> all_;
  std::vector<Side*> measured_;
  std::vector<std::vector<Side*>> groups_;
  std::vector<Side*> met_;
  std::size_t live_ = 0;
  std::size_t seats_ = 0;
  const Side* clock_ = nullptr;
};

}  // namespace benchkit::runner
