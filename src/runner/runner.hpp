// The runner: carries a plan out with workers, decides when to stop, and writes everything down as it comes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "model/filter.hpp"
#include "runner/plan.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::runner {

/// What is to be measured and how. Everything that shapes the data stands in the session header too.
struct RunOptions {
  std::vector<std::string> meters{"time"};
  Filter filter;
  Budget budget;
  std::uint64_t seed = 0;
  std::int64_t timeout_ns = 0;             ///< longest silence of a worker; a case's own limit goes before it; 0: none
  std::vector<std::string> suite_options;  ///< handed to the worker verbatim
};

/// One version of the suite: where its workers come from and what is known of it.
struct Target {
  Version version;
  WorkerFactory* workers = nullptr;
};

/// Told what happens, as it happens.
class Observer {
 public:
  virtual ~Observer() = default;
  /// `eta_ns`: what the run will still take; negative while nothing can be said.
  virtual void progress(const std::string& case_id, std::size_t jobs_done, std::size_t jobs, std::uint64_t block, std::int64_t eta_ns) = 0;
  virtual void case_ended(const std::string& case_id, const std::string& meter, const Outcome& outcome) = 0;

 protected:
  Observer() = default;
  Observer(const Observer&) = default;
  Observer& operator=(const Observer&) = default;
};

/// What a finished (or interrupted) run amounts to.
struct RunReport {
  std::string path;
  bool interrupted = false;
  bool out_of_time = false;  ///< the total budget ended before every job had its own
  std::size_t measured = 0;  ///< jobs with samples and no failure
  std::size_t skipped = 0;
  std::size_t failed = 0;
};

/// Where a run is written.
struct RunOutput {
  base::FileSystem* files = nullptr;
  std::string path;
  Session session;  ///< its header; the runner adds what only it knows (clock, conditions, design)
  bool seal = true;
};

/// Measures. Throws benchkit::Error for what the user gave wrongly (no case selected, an unknown meter, a suite that cannot be
/// listed, a file that exists); a case that fails is a record.
[[nodiscard]] RunReport run(const RunOptions& options, const Target& target, RunOutput output, Observer& observer);

/// Goes on with an interrupted run: finished blocks stay, a block that was cut off is measured again whole. `snapshot` is what
/// `output.path` holds; its last session says the options (options_from_header()).
[[nodiscard]] RunReport resume(const RunOptions& options, const Target& target, RunOutput output, const Snapshot& snapshot,
                               Observer& observer);

/// Options as a part of the session header, and back. Throws benchkit::Error if the header does not hold them.
[[nodiscard]] Json options_to_json(const RunOptions& options);
[[nodiscard]] RunOptions options_from_json(const Json& json, const std::string& path);

}  // namespace benchkit::runner
