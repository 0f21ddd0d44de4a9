// What `aa` found: as people and programs read it, and kept for `info`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/table.hpp"
#include "runner/aa.hpp"

namespace benchkit::cli {

/// How it was found.
struct AaWay {
  std::string mode;
  std::int64_t budget_ns = 0;  ///< of a case in a comparison, both sides together
  double injected = 0;
  compare::JudgeOptions judge;
};

/// All of it: `way` as fields, `metrics` with a row for each case and their sum.
[[nodiscard]] Json to_json(const runner::AaReport& report, const AaWay& way);
/// "table" or "md". Tables by metric, the sums in words below each.
[[nodiscard]] std::string render(const runner::AaReport& report, const AaWay& way, const std::string& format, const base::TextStyle& style);

/// What is kept of it: the sums alone. `told`: more facts (the host, the time).
[[nodiscard]] Json summary_of(const runner::AaReport& report, const AaWay& way, const Json& told);
/// A summary in words, a line each.
[[nodiscard]] std::vector<std::string> summary_lines(const Json& summary);

/// Where summaries are kept: $XDG_STATE_HOME/benchkit/aa.json, or ~/.local/state/benchkit/aa.json; empty where neither variable is set.
[[nodiscard]] std::string kept_summaries_path();
/// Puts the summary in place of the one that this machine had. Throws benchkit::Error where the file cannot be written.
void keep_summary(base::FileSystem& files, const Json& machine, const Json& summary);
/// The last one of this machine; nullopt: none, or none that can be read.
[[nodiscard]] std::optional<Json> kept_summary(const Json& machine);

}  // namespace benchkit::cli
