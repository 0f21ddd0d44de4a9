// What a run is shown as while it goes on.
#pragma once

#include <string>

#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "runner/runner.hpp"

namespace benchkit::cli {

/// The one line of progress that such a state makes.
[[nodiscard]] std::string progress_text(const runner::Progress& now);

/// What became of a run that was to go on until all is decided.
[[nodiscard]] std::string decided_line(const runner::RunReport& report);

class RunView final : public runner::Observer {
 public:
  explicit RunView(const Streams& streams) : streams_(streams), line_(streams.err, streams.progress_width) {}
  void progress(const runner::Progress& now) override { line_.show(progress_text(now)); }
  void case_ended(const std::string& case_id, const std::string& meter, const Outcome& outcome) override;
  void version_left_out(const std::string& name, const std::string& why) override;

  /// A text in place of the progress.
  void show(const std::string& text) { line_.show(text); }
  /// A line that stays.
  void say(const std::string& text);

 private:
  const Streams& streams_;
  ProgressLine line_;
};

}  // namespace benchkit::cli
