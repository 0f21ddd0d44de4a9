// What a run writes, as it comes: the journal, with the running numbers of blocks and samples.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runner/choice.hpp"
#include "runner/jobs.hpp"
#include "snapshot/journal.hpp"

namespace benchkit::runner {

class Recorder {
 public:
  /// `origin_ns`: what a sample's start counts from.
  Recorder(snapshot::Journal journal, std::int64_t origin_ns) : journal_(std::move(journal)), origin_ns_(origin_ns) {}

  /// Versions, metrics and cases; the jobs learn their handles. `head`: which of the versions the run is about.
  void write_head(const std::vector<Version>& versions, std::size_t head, const std::vector<MeterChoice>& meters, std::vector<Job>& jobs);
  /// Takes up the running numbers where an interrupted session left them; a block that was cut off is marked so.
  void go_on_after(const Snapshot& snapshot, std::size_t session);

  /// Called with every sample that is written.
  using Listener = std::function<void(const Job& job, std::size_t metric, const Metric& description, const Sample& sample)>;
  void listen(Listener listener) { listener_ = std::move(listener); }
  /// A metric of the jobs' meters, by its handle.
  [[nodiscard]] const Metric& metric(std::size_t handle) const { return metrics_.at(handle); }

  void begin_block() { block_ = next_block_++; }
  /// Ends the block that was begun last. `details` as in Block.
  void end_block(bool complete, Json details);
  [[nodiscard]] std::int64_t block() const noexcept { return block_; }
  /// The number of the block that begins next.
  [[nodiscard]] std::uint64_t next_block() const noexcept { return static_cast<std::uint64_t>(next_block_); }

  /// A sample's values under `metrics` (the job's warm or cold ones); `headlines`, if not null, gets the one that the job is judged by.
  /// False, and nothing is written, if there is not one value for each metric of the job's meter.
  [[nodiscard]] bool sample(Job& job, const protocol::Sampled& sampled, const std::vector<std::optional<std::size_t>>& metrics,
                            std::vector<double>* headlines);
  /// Who held the bytes at the peak of an attributed call: of the block's own, which counts if the block does, or of one made for a case that failed.
  void call_paths(const Job& job, const CallPaths& paths, bool of_block);
  /// What a case says of itself is known only now: it takes the place of what the file has under this handle.
  void restate(std::size_t case_handle, const CaseInfo& info) { journal_.restate_case(case_handle, info); }
  /// Doubts about a job's numbers, each once.
  void warn(Job& job, const std::vector<std::string>& warnings);
  /// How the job ended, at each of its metrics; or what it printed, at its headline.
  void outcome(Job& job, Outcome outcome);
  /// The same at one of its metrics.
  void outcome(Job& job, std::size_t metric, Outcome outcome);
  /// Handle of the version that the run is about.
  [[nodiscard]] std::size_t head_version() const noexcept { return head_version_; }
  /// The run has come to its end.
  void end() { journal_.end(); }

 private:
  void write_outcome(const Job& job, std::size_t metric, const Outcome& outcome);

  snapshot::Journal journal_;
  std::int64_t origin_ns_;
  Listener listener_;
  std::map<std::size_t, Metric> metrics_;
  std::size_t head_version_ = 0;
  std::int64_t block_ = -1;
  std::int64_t next_block_ = 0;
  std::int64_t next_order_ = 0;
};

}  // namespace benchkit::runner
