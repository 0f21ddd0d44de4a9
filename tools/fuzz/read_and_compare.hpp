// What holds of any text that is taken for a result file: read or refused with a place, and what was read can be compared and shown.
#pragma once

#include <string_view>
#include <vector>

#include <benchkit/base/error.hpp>

#include "cli/compare_view.hpp"
#include "compare/compare.hpp"
#include "require.hpp"
#include "snapshot/read.hpp"

namespace benchkit {

inline void check(const Snapshot& snapshot) {
  for (const Diagnostic& diagnostic : snapshot.diagnostics) {
    require(diagnostic.where.starts_with("f.jsonl") && !diagnostic.message.empty(), "a complaint names its place");
  }
  for (const Record& record : snapshot.records) {
    require(record.session < snapshot.sessions.size() && record.version < snapshot.versions.size() &&
                record.case_index < snapshot.cases.size() && record.metric < snapshot.metrics.size(),
            "a record's positions exist");
  }
}

inline void read_and_compare(std::string_view text, std::string_view from) {
  try {
    const Snapshot snapshot = snapshot::read_text(text, "f.jsonl", from);
    check(snapshot);
    const std::vector<Snapshot> twice{snapshot, snapshot};
    try {
      const auto comparisons = compare::compare(twice, {});
      for (const char* format : {"table", "md", "json", "csv"}) (void)cli::render(comparisons, format, {});
    } catch (const Error&) {  // nothing to compare
    }
  } catch (const Error& error) {
    require(error.where().starts_with("f.jsonl:"), "a refusal names its place");
  }
}

}  // namespace benchkit
