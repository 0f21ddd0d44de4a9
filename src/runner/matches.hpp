// What there is to be measured: versions × cases × meters, as jobs, and as matches of those that are measured together. Values only.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/snapshot.hpp"
#include "runner/jobs.hpp"
#include "runner/lineup.hpp"
#include "runner/runner.hpp"

namespace benchkit::runner {

/// The jobs of one case under one meter: one for each version of a group, each behind its base.
struct Match {
  std::size_t group = 0;
  std::vector<Job*> jobs;
  bool runs = true;      ///< not known beforehand to be skipped or broken
  bool stopped = false;  ///< it has enough, for it is decided
  [[nodiscard]] const Job& any() const { return *jobs.front(); }
  [[nodiscard]] bool went_well() const;
  [[nodiscard]] bool open() const;
};

/// Whether a block of the interrupted session was one of a job's group.
using GroupTeller = std::function<bool(const Job& job, std::int64_t block)>;

/// Whether a job is to be measured, as far as is known beforehand.
[[nodiscard]] bool runs(const Job& job);
[[nodiscard]] bool runs(const Match& match);

class Matches {
 public:
  /// All selected cases of the described versions, under all meters. Throws benchkit::Error if there is none.
  void make(const RunOptions& options, const Lineup& lineup);

  [[nodiscard]] std::vector<Match>& all() noexcept { return matches_; }
  [[nodiscard]] const std::vector<Match>& all() const noexcept { return matches_; }
  [[nodiscard]] std::vector<Job>& jobs() noexcept { return jobs_; }
  [[nodiscard]] const std::vector<Job>& jobs() const noexcept { return jobs_; }
  /// The jobs of the same case under the same meter, of all groups.
  [[nodiscard]] std::span<Job> beside(const Job& job);
  [[nodiscard]] bool any_open() const;

  /// A version that has nobody to be compared with in one group, since the other one lacks the case, and has somebody in another: there it is
  /// measured. One that has nobody anywhere is measured once.
  void leave_lone_ones_to_others();
  /// What an interrupted session has screened out stays so.
  void end_screened();
  [[nodiscard]] GroupTeller group_teller(const Snapshot& snapshot, std::size_t session) const;

 private:
  std::vector<Job*> jobs_of(const std::vector<const protocol::CaseDescription*>& descriptions, const MeterChoice& choice,
                            std::size_t group);
  /// Each job to that of its version's base.
  void link(const std::vector<Job*>& jobs) const;
  [[nodiscard]] double planted_in(const std::string& id, std::size_t version) const;

  const RunOptions* options_ = nullptr;
  const Lineup* lineup_ = nullptr;
  std::vector<Job> jobs_;  ///< for a case under a meter as many in a row as there are seats
  std::vector<Match> matches_;
};

}  // namespace benchkit::runner
