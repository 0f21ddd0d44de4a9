// What a test runner or a notebook records: its own cases, in its own process, as a snapshot like any other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/in_process_link.hpp"
#include "cli/session.hpp"
#include "runner/solo.hpp"

namespace benchkit::cli {

/// Texts as the command line has them; empty ones: the same defaults.
struct RecordingOptions {
  std::vector<std::string> metrics{"time"};
  std::vector<std::string> on_demand;  ///< metrics of which only some cases have a turn
  std::vector<std::string> most;       ///< as --max
  std::string budget, label, path;
  std::uint64_t samples = 0;
  bool attribute = false;
  bool extend = false;  ///< the file may be there already, and goes on
};

/// A meter of a recording.
struct RecordingMeter {
  std::string name;
  bool batches = true;     ///< a sample is many calls
  bool on_demand = false;  ///< none of its metrics was asked for for every case
};

class Recording {
 public:
  /// `called`: how a person calls what records; `arguments`: as it was called; `exchange`: of a worker that has no cases. Throws benchkit::Error for
  /// options that make no sense, and for a file that is there already.
  Recording(const RecordingOptions& options, const std::string& called, const std::vector<std::string>& arguments, LineExchange exchange);

  /// Those that give all the metrics, those of single calls first.
  [[nodiscard]] const std::vector<RecordingMeter>& meters() const noexcept { return meters_; }
  /// `exchange`: of a worker that has the one case.
  runner::SoloResult measure(LineExchange exchange, const runner::SoloTurn& wanted);
  /// As SoloRun says. `exchange`: of a worker that has the one case, with all that is known of it now; `extra`: what else there is, as JSON; `status`: as in
  /// a file.
  void end_case(LineExchange exchange, const std::string& extra, const std::string& status, const std::string& reason,
                const std::string& traceback);
  /// Ends the file, and tells what it holds: the table, and a line on how the cases fared. Empty where there was none.
  [[nodiscard]] std::string finish(std::size_t width, bool colour);
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  HostSpec host_;
  std::string path_;
  runner::SoloRun run_;
  std::vector<RecordingMeter> meters_;
};

/// What cases say of themselves is known only when the file is whole: `told` has by id a `group`, `labels` and `extra_info`, any of them, which take the
/// place of the file's.
void restate_cases(const std::string& path, const Json& told);

/// The table of one result file, as `run` shows it behind a run.
[[nodiscard]] std::string table_of(const std::string& path, std::size_t width, bool colour);

}  // namespace benchkit::cli
