// The runner: carries a plan out with workers, decides when to stop, and writes everything down as it comes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "compare/terms.hpp"
#include "model/filter.hpp"
#include "model/limit.hpp"
#include "runner/plan.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::runner {

/// A slowdown that the samples of one version are given.
struct Planted {
  std::size_t version = 0;  ///< in the order of the targets
  double share = 0;         ///< of their time
};

/// What is to be measured and how. Everything that shapes the data stands in the session header too.
struct RunOptions {
  std::vector<std::string> meters{"time"};
  std::vector<std::string> modes;  ///< of the meters that have them
  Filter filter;
  Budget budget;
  std::uint64_t seed = 0;
  std::int64_t timeout_ns = 0;          ///< longest silence of a worker; a case's own limit goes before it; 0: none
  std::int64_t memory_limit_bytes = 0;  ///< what whoever made the workers holds them to; 0: none
  compare::Terms verdicts;              ///< with several versions: when a case has been measured enough, and how it is judged
  std::vector<Limit> most;              ///< what a case of the head may cost; a case's own limits hold beside them
  bool judge_limits = true;             ///< false: limits are left to other runs
  std::vector<std::size_t> bases;       ///< by version: which one it is compared with, itself: none; empty: all with the first one
  bool screen = false;                  ///< versions that a few blocks prove to be the same as their bases get no more
  std::size_t live = 0;                 ///< how many versions share a block at the most (two or more); 0: found by live_for()
  bool pin = true;  ///< with several versions: a case that needs no more than one CPU is bound to one, drawn for each block
  std::map<std::string, Planted> planted;         ///< by case: slowdowns of known size, to test the comparison
  std::vector<std::vector<std::size_t>> layouts;  ///< by version: the numbers of those of its code that blocks draw from; empty: as it is
  std::vector<std::string> suite_options;         ///< handed to the worker verbatim
  bool attribute = false;                         ///< one call more a case, of which is kept who held the bytes at its peak
  bool redact = false;                            ///< what is kept of files is their names, not where they are
};

/// One version of the suite: where its workers come from and what is known of it.
struct Target {
  /// Asked once the suite has described itself, so that what the answer takes (git, hashing a program) goes on meanwhile.
  std::function<Version()> version;
  WorkerFactory* workers = nullptr;
  std::string name{};      ///< what messages call it where there are several; else empty
  std::string left_out{};  ///< why it cannot be measured at all, or empty; it then stands in the file and nothing else
};

/// Where a run stands, as a job's turn begins.
struct Progress {
  std::string case_id;
  std::size_t jobs_done = 0;
  std::size_t jobs = 0;
  std::uint64_t block = 0;     ///< which one of the job, from 1
  std::uint64_t blocks = 0;    ///< how many it will have; 0: as many as its precision takes
  std::int64_t eta_ns = 0;     ///< what the run will still take; negative while nothing can be said
  bool until_decided = false;  ///< jobs end when they are decided: `eta_ns` is the most that it can take
  std::size_t decided = 0;     ///< jobs that ended so
};

/// Told what happens, as it happens.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void progress(const Progress& progress) = 0;
  virtual void case_ended(const std::string& case_id, const std::string& meter, const Outcome& outcome) = 0;
  /// The case is measured no further under this meter, for it is decided.
  virtual void case_decided(const std::string& /*case_id*/, const std::string& /*meter*/) {}
  /// The version cannot say what its suite holds: it is left out, and the rest goes on.
  virtual void version_left_out(const std::string& /*name*/, const std::string& /*why*/) {}

 protected:
  Observer() = default;
  Observer(const Observer&) = default;
  Observer& operator=(const Observer&) = default;
};

/// What a finished (or interrupted) run amounts to.
struct RunReport {
  std::string path;
  bool interrupted = false;
  bool out_of_time = false;    ///< the total budget ended before every job had its own
  std::size_t left_out = 0;    ///< versions that could not be measured at all
  std::string stopped;         ///< why it could not go on (no worker could be started any more), or empty; what was measured can be resumed
  std::string no_names;        ///< why native code in the call paths has no names, or empty
  std::size_t attributed = 0;  ///< jobs whose call paths are kept
  std::size_t measured = 0;    ///< cases under a meter with samples, and no version failed
  std::size_t skipped = 0;
  std::size_t failed = 0;
  std::size_t not_reached = 0;      ///< jobs that the total budget left without a turn
  std::uint64_t blocks_done = 0;    ///< the fewest that a job has that is still open
  std::uint64_t blocks_wanted = 0;  ///< what was planned for each
  std::size_t decided = 0;          ///< where jobs end when they are decided: those that are, ...
  std::size_t undecided = 0;        ///< ... and those that were to be and are not
  std::int64_t took_ns = 0;         ///< what measuring took, ...
  std::int64_t budget_ns = 0;       ///< ... and what it might have taken
};

/// Where a run is written.
struct RunOutput {
  base::FileSystem* files = nullptr;
  std::string path;
  Session session;  ///< its header; the runner adds what only it knows (clock, conditions, design)
  bool seal = true;
};

/// Measures. Throws benchkit::Error for what the user gave wrongly (no case selected, an unknown meter, a suite that cannot be
/// listed, a file that exists), and Interrupted where the person stops it before there is a file; a case that fails is a record.
/// Several targets are measured in pairs (turn.hpp), each with its base: of two, the base first, the head last. Of more than two, one that cannot
/// say what it holds is left out. Where `options.verdicts` is of a design in which blocks are
/// watched, a case is measured until compare::judge says of the file so far that it is decided; its time goes to the others.
[[nodiscard]] RunReport run(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, Observer& observer);

/// Goes on with an interrupted run: finished blocks stay, a block that was cut off is measured again whole. `snapshot` is what
/// `output.path` holds; its last session says the options (options_from_json()). Throws benchkit::Error, naming what differs, if the suite
/// is no longer what was measured: a file must not hold two things under one name.
[[nodiscard]] RunReport resume(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, const Snapshot& snapshot,
                               Observer& observer);

/// Measures these versions in a session of their own, added to what the file holds: `snapshot`, which has come to its end. A version that it has already
/// is measured afresh, as the base of one that it has not.
[[nodiscard]] RunReport extend(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, const Snapshot& snapshot,
                               Observer& observer);

/// Options as a part of the session header, and back. Throws benchkit::Error if the header does not hold them.
[[nodiscard]] Json options_to_json(const RunOptions& options);
[[nodiscard]] RunOptions options_from_json(const Json& json, const std::string& path);

}  // namespace benchkit::runner
