// A solo run whose cases come one by one, each when it is there: the tests of a test runner, functions in a notebook.
//
// The runner asks workers for what it wants, when it wants it. Here somebody else decides which case lives when, and in which process: what is left is to
// give each case its turn under each meter, to write it down as any other run does, and to hold it to its limits. All is measured in one
// process, which the session's header says, so that no verdict is built on it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/choice.hpp"
#include "runner/conversation.hpp"
#include "runner/jobs.hpp"
#include "runner/path_names.hpp"
#include "runner/random.hpp"
#include "runner/recorder.hpp"
#include "runner/runner.hpp"
#include "runner/turn.hpp"

namespace benchkit::runner {

/// What a case asks for in one turn; what it does not say is as the run has it.
struct SoloTurn {
  std::string meter;
  std::uint64_t samples = 0;              ///< exactly so many
  std::uint64_t iterations = 0;           ///< calls of a sample; 0: calibrated
  std::int64_t budget_ns = 0;             ///< 0: the run's
  std::optional<std::uint64_t> warmup{};  ///< samples that are dropped first
};

/// What came of a turn.
struct SoloResult {
  Outcome outcome;                                    ///< how it failed; where it went well, the first limit that it does not keep
  std::map<std::string, std::vector<double>> values;  ///< by metric, in the order in which they were taken
};

class SoloRun {
 public:
  /// Asks a worker which meters there are. Of `options` counts what is said of meters, budget, limits and attribution. The file begins with the first
  /// case; one that is there already goes on with a session of its own. Throws benchkit::Error, as run() does.
  SoloRun(RunOptions options, WorkerFactory& workers, RunOutput output, std::function<Version()> version);

  /// Those whose samples are single calls first: their first call is the cold one.
  [[nodiscard]] const std::vector<MeterChoice>& meters() const noexcept { return meters_; }
  /// All that the worker has.
  [[nodiscard]] const std::vector<protocol::MeterInfo>& known_meters() const noexcept { return hello_.meters; }
  /// One turn of the only case of what `workers` start. A failure stands in the result; it is written by end_case(). Throws benchkit::Error if there is no
  /// such case or meter, and Interrupted.
  SoloResult measure(WorkerFactory& workers, const SoloTurn& wanted);
  /// The case is over. Its worker says anew what it is, for labels and the like may be known only now; `extra`: fields of the file beside those. `outcome`
  /// counts where it is worse than that of the turns. Of a case that had no turn the outcome is written, if there is one.
  void end_case(WorkerFactory& workers, const Json& extra, const Outcome& outcome);
  /// Ends the file. A run without a case has none: its report has no path.
  RunReport finish();

 private:
  /// A case under a meter, with what is found out before the case is over.
  struct Turned {
    Job job;
    std::vector<std::pair<std::size_t, Outcome>> excesses;  ///< by metric's handle
  };

  [[nodiscard]] protocol::CaseDescription only_case_of(Conversation& conversation);
  void begin_file(const protocol::Cases& cases);
  /// Throws benchkit::Error for a meter that the run does not use.
  [[nodiscard]] const MeterChoice& choice_of(const std::string& meter) const;
  [[nodiscard]] Job job_of(protocol::CaseDescription description, const MeterChoice& choice);
  [[nodiscard]] TurnLimits limits_of(const Job& job, const SoloTurn& wanted) const;
  [[nodiscard]] std::vector<std::pair<std::size_t, Outcome>> excesses_of(Job& job) const;

  RunOptions options_;
  RunOutput output_;
  std::function<Version()> version_;
  protocol::Hello hello_;
  std::vector<MeterChoice> meters_;
  std::string first_meter_;           ///< of those asked for: what a case without a turn is recorded under
  std::optional<Recorder> recorder_;  ///< none before the first case
  std::vector<Version> versions_;
  Snapshot seen_;  ///< what the turn that is going on has given so far; its version and its metrics stand under the file's handles
  Random random_;
  PathNames path_names_;
  std::vector<Turned> turned_;  ///< of the case that is going on
  RunReport report_;
};

}  // namespace benchkit::runner
