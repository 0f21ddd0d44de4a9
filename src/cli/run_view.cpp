#include "cli/run_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/table.hpp"
#include "base/units.hpp"
#include "cli/failure_line.hpp"

namespace benchkit::cli {
namespace {

/// Nobody knows when the last one is decided; the most that it can take is known.
std::string until_decided(const runner::Progress& now) {
  const std::string blocks = now.blocks == 0 ? "" : fmt::format("/{}", now.blocks);
  return fmt::format("[{} of {} decided] {} · block {}{} · at most {}", now.decided, now.jobs, now.case_id, now.block, blocks,
                     base::format_duration(static_cast<double>(now.eta_ns) * 1e-9));
}

}  // namespace

std::string progress_text(const runner::Progress& now) {
  if (now.until_decided) return until_decided(now);
  const std::string blocks = now.blocks == 0 ? "" : fmt::format("/{}", now.blocks);
  const std::string eta = now.eta_ns < 0 ? "" : " · ETA " + base::format_duration(static_cast<double>(now.eta_ns) * 1e-9);
  return fmt::format("[{}/{}] {} · block {}{}{}", now.jobs_done, now.jobs, now.case_id, now.block, blocks, eta);
}

std::string decided_line(const runner::RunReport& report) {
  const std::string how_long = fmt::format("{} of at most {}", base::format_duration(static_cast<double>(report.took_ns) * 1e-9),
                                           base::format_duration(static_cast<double>(std::max(report.budget_ns, report.took_ns)) * 1e-9));
  if (report.undecided == 0)
    return report.decided == 1 ? fmt::format("Decided in {}.\n", how_long)
                               : fmt::format("All {} decided in {}.\n", report.decided, how_long);
  return fmt::format("{} decided, {} undecided after {}: a larger --budget decides more.\n", report.decided, report.undecided, how_long);
}

void RunView::case_ended(const std::string& case_id, const std::string& /*meter*/, const Outcome& outcome) {
  line_.clear();
  streams_.err << failure_lines(case_id, outcome);
}

void RunView::version_left_out(const std::string& name, const std::string& why) {
  say(fmt::format("NOT MEASURED {}: {}", base::printable(name), why));
}

void RunView::say(const std::string& text) {
  line_.clear();
  streams_.err << text << "\n";
}

}  // namespace benchkit::cli
