// Reading a result file, whatever wrote it, into a Snapshot.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::snapshot {

/// As many complaints of a file are kept; the rest is counted.
inline constexpr std::size_t kMostDiagnostics = 100;

/// What is kept of a sample beside its value. `judged`: what verdicts rest on, which are its iterations, block and pair; when, where and under what
/// circumstances it was taken is checked as ever and then left out, as if the file did not say it, which is a third of the time of reading.
enum class Facts { all, judged };

/// Reads a result file: one of benchkit's, or another tool's (docs/reading-other-tools.md), found by its content; `from` (a name of
/// readers.def, or "benchkit") insists on a format. What cannot be understood becomes a Diagnostic with file:line:column in the result and reading goes on; a truncated
/// last line is what a kill leaves of a journal, and is no complaint at all (the sample being written is lost). A pipe is read to its end
/// (`compare <(zcat a.jsonl.gz)`). Throws benchkit::Error (with the place and the way out) if nothing can be read: no such file (the hint
/// lists the snapshots there are beside it), not a result file, a newer format version.
[[nodiscard]] Snapshot read(const std::string& path, std::string_view from = {}, Facts facts = Facts::all);

/// Several files, in their order, read side by side. Throws what reading the first bad one of them throws.
[[nodiscard]] std::vector<Snapshot> read_all(const std::vector<std::string>& paths, std::string_view from = {}, Facts facts = Facts::all);

/// The same from text in memory; `path` is used in messages only.
[[nodiscard]] Snapshot read_text(std::string_view text, const std::string& path, std::string_view from = {}, Facts facts = Facts::all);

/// What `from` may be.
[[nodiscard]] std::vector<std::string> format_names();

}  // namespace benchkit::snapshot
