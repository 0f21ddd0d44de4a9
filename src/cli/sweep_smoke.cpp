#include "cli/sweep_smoke.hpp"

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/table.hpp"
#include "base/utf8.hpp"
#include "cli/smoke_view.hpp"
#include "runner/conversation.hpp"

namespace benchkit::cli {
int smoke_versions(const Streams& streams, const std::vector<sweep::Provisioned>& versions, const runner::RunOptions& options,
                   const base::InterruptGuard* interrupts) {
  const auto right = base::Align::right;
  base::Table table{.columns = {{.title = "version"},
                                {.title = "works", .align = right},
                                {.title = "fails", .align = right},
                                {.title = "skipped", .align = right},
                                {.title = "absent", .align = right},
                                {.title = ""}},
                    .rows = {},
                    .notes = {}};
  bool failed = false;
  const runner::SmokeOptions chosen{.filter = options.filter, .suite_options = options.suite_options, .timeout_ns = options.timeout_ns};
  for (const sweep::Provisioned& one : versions) {
    std::string why = base::first_line(one.failure);
    runner::SmokeReport report;
    SmokeView view(streams, fmt::format(" ({})", one.spec.label));
    if (why.empty()) {
      const auto workers = sweep::workers_in(one.environment, options.memory_limit_bytes, interrupts);
      try {
        report = runner::smoke(chosen, *workers, view);
        why = base::first_line(report.stopped);
      } catch (const Error& error) {
        why = base::first_line(error.what());
      }
      if (report.interrupted) throw runner::Interrupted();
    }
    failed = failed || report.failed > 0 || !why.empty();
    const base::Tone tone = report.failed > 0 ? base::Tone::bad : base::Tone::plain;
    table.rows.push_back({{{one.spec.label},
                           {std::to_string(report.passed)},
                           {std::to_string(report.failed), tone},
                           {std::to_string(report.skipped - view.absent())},
                           {std::to_string(view.absent())},
                           {why, base::Tone::bad}}});
  }
  streams.out << base::render_text(table, {streams.width, streams.colour});
  return failed ? 1 : 0;
}

}  // namespace benchkit::cli
