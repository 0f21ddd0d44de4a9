// A suite against itself: how often the comparison cries wolf on this machine, and how often it sleeps through a slowdown of known size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compare/verdict.hpp"
#include "runner/runner.hpp"

namespace benchkit::runner {

struct AaOptions {
  RunOptions run;  ///< of each comparison; its seed draws the comparisons' own
  compare::JudgeOptions judge;
  std::uint64_t comparisons = 1;
  double injected = 0;             ///< a slowdown that half of the cases are given, others in each comparison, on either side; 0: none
  std::vector<std::string> cases;  ///< the ids that may be given one
  std::size_t layouts = 0;         ///< of the code, that each side's blocks draw from; 0: it stays as it is
  std::size_t known_layouts = 0;   ///< how many there are
  bool relinked = false;           ///< the two sides draw from different ones, drawn for each comparison; else from the same
};

/// Where the comparisons' snapshots lie: FOLDER/0001.jsonl and on.
struct AaOutput {
  base::FileSystem* files = nullptr;
  std::string folder;
  Session session;    ///< header of each
  bool keep = false;  ///< else each is removed once it is counted
};

/// What came of one metric of one case over all comparisons.
struct AaRow {
  std::string case_id;
  Metric metric;
  std::size_t identical = 0;     ///< comparisons in which nothing was planted in it
  std::size_t false_alarms = 0;  ///< of these: called changed
  std::size_t same = 0;          ///< of these
  std::size_t planted = 0;       ///< comparisons in which a slowdown was
  std::size_t found = 0;         ///< of these: called changed, in the right direction
  std::size_t wrong = 0;         ///< of these: called changed in the wrong direction, or the same
  std::size_t intervals = 0;     ///< of the identical ones: those with an interval of a ratio
  std::size_t covered = 0;       ///< of these: it holds 1
  std::vector<double> errors{};  ///< of the identical ones: the log-ratio without its sign (what planted calls cost is known less exactly)
  std::vector<double> detectable{};  ///< Judgement::detectable of each comparison that has one

  [[nodiscard]] std::size_t undecided() const noexcept { return identical - false_alarms - same; }
  AaRow& operator+=(const AaRow& other);
};

struct AaReport {
  std::uint64_t comparisons = 0;    ///< those that were through
  std::vector<AaRow> rows;          ///< in the order of metrics, then cases
  std::vector<std::string> failed;  ///< cases that failed at least once: in that comparison they count for nothing
  bool interrupted = false;
  std::string stopped;  ///< why no further comparison could be made, or empty
};

struct AaProgress {
  std::uint64_t comparison = 0;  ///< from 1
  std::uint64_t comparisons = 0;
  Progress within;
  std::int64_t eta_ns = 0;  ///< of all comparisons; negative while nothing can be said
};

class AaObserver {
 public:
  virtual ~AaObserver() = default;
  virtual void progress(const AaProgress& progress) = 0;
  /// A case failed or was skipped: once for each case and meter, however many comparisons it is in.
  virtual void case_ended(const std::string& case_id, const Outcome& outcome) = 0;

 protected:
  AaObserver() = default;
  AaObserver(const AaObserver&) = default;
  AaObserver& operator=(const AaObserver&) = default;
};

/// Measures `comparisons` times, each a run of its own, and counts the verdicts as compare() passes them. `targets`: two builds of the same code.
/// A folder that holds comparisons already is gone on with; one that was cut off is measured again. Throws benchkit::Error as run() does, and for a
/// folder whose comparisons were measured in another way.
[[nodiscard]] AaReport run_aa(const AaOptions& options, const std::vector<Target>& targets, const AaOutput& output, AaObserver& observer);

/// Whether a planted slowdown is in it: a peak or a count stays what it is.
[[nodiscard]] bool slows(const Metric& metric) noexcept;

/// Adds what a comparison's snapshot says to the report.
void count(const Snapshot& snapshot, const compare::JudgeOptions& judge, AaReport& report);

}  // namespace benchkit::runner
