// Jobs: a case of a version under a meter, with what it has got so far. The unit in which a run is planned, stopped and resumed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/snapshot.hpp"
#include "protocol/messages.hpp"
#include "runner/plan.hpp"

namespace benchkit::runner {

/// Cases that a message names at the most.
inline constexpr std::size_t kMostNamed = 5;

struct Job {
  protocol::CaseDescription description;
  std::string meter;
  std::size_t side = 0;     ///< which of the run's versions
  std::size_t group = 0;    ///< which of the groups of versions that share blocks; a version in two groups has a job in each
  Job* base = nullptr;      ///< the job that it is compared with, in the same group
  std::vector<Job*> heads;  ///< those that are compared with it
  std::size_t version_handle = 0;
  double planted = 0;   ///< a slowdown that its samples are given, as a share
  bool absent = false;  ///< this version has no such case
  std::size_t case_handle = 0;
  std::vector<std::optional<std::size_t>> metrics;       ///< handles, in the order of the meter's metrics; none: not wanted
  std::vector<std::optional<std::size_t>> cold_metrics;  ///< likewise, of the first call in a worker's life
  std::size_t headline = 0;                              ///< which of the meter's metrics the job is judged by
  std::size_t headline_metric = 0;                       ///< its handle
  bool batches = true;                                   ///< false: a sample is a single call
  JobProgress progress;
  std::uint64_t iterations = 0;       ///< what calibration found; 0: not calibrated yet
  bool fits_one_cpu = false;          ///< calibration saw one thread that took no more CPU time than wall time
  bool ended = false;                 ///< failed, skipped, or has enough
  bool time_over = false;             ///< it has enough because it has had its time, whatever its samples say
  bool screened = false;              ///< it has enough because a screen has proven it to be the same as its base
  Outcome outcome;                    ///< why it ended, if not by having enough
  std::vector<double> values;         ///< of the headline, finished blocks only
  std::vector<std::int64_t> blocks;   ///< of the same samples
  std::vector<std::string> warnings;  ///< already written
  bool attribute = false;             ///< its call paths are wanted and not there yet
  std::size_t attributed_metric = 0;  ///< the handle of what they are of
  std::string lost_before;            ///< how its worker was lost after others had run in it; it has another turn in a fresh one

  /// Whether its meter gives the metric with this handle.
  [[nodiscard]] bool measures(std::size_t metric) const noexcept;
  /// Whether all its samples are the same so far.
  [[nodiscard]] bool agrees() const noexcept;
  /// Whether so many blocks agree that it needs no more, those of its base among them.
  [[nodiscard]] bool is_exact() const noexcept;
  /// Takes a finished block into account: its samples of the headline, and the time that it took.
  void finish_block(const std::vector<double>& samples, std::int64_t block, std::int64_t spent_ns);
};

/// Takes up what finished blocks of an interrupted session have given already. `is_own`: whether a block was one of the job's group.
void restore(Job& job, const Snapshot& snapshot, std::size_t session, const std::function<bool(std::int64_t block)>& is_own);

}  // namespace benchkit::runner
