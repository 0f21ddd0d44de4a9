// What a smoke run is shown as while it goes on.
#pragma once

#include <ostream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/failure_line.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "runner/smoke.hpp"

namespace benchkit::cli {

class SmokeView final : public runner::SmokeObserver {
 public:
  /// `of`: of which version, behind the case's id; empty where there is one alone.
  explicit SmokeView(const Streams& streams, std::string of = {})
      : streams_(streams), line_(streams.err, streams.progress_width), of_(std::move(of)) {}
  void begins(const std::string& case_id, std::size_t number, std::size_t count) override {
    line_.show(fmt::format("[{}/{}] {}{}", number + 1, count, case_id, of_));
  }
  void ended(const std::string& case_id, const Outcome& outcome) override {
    if (outcome.status == Status::ok) return;
    if (outcome.status == Status::absent && !of_.empty()) {  // versions lack what came later
      ++absent_;
      return;
    }
    line_.clear();
    streams_.out << failure_lines(case_id + of_, outcome);
  }
  /// Cases that the version does not have: counted, not told.
  [[nodiscard]] std::size_t absent() const noexcept { return absent_; }

 private:
  const Streams& streams_;
  ProgressLine line_;
  std::string of_;
  std::size_t absent_ = 0;
};

}  // namespace benchkit::cli
