// The two forms in which linopy's benchmarks kept their results before: {"benchmarks": [{"fullname", "stats"}]}, times in seconds, and
// {"label", "peak_mib": {id: MiB}}, where a peak is the least of its passes.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "snapshot/readers/foreign_file.hpp"
#include "snapshot/readers/reader.hpp"
#include "snapshot/readers/timing_stats.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {
namespace {

void read_times(ForeignFile& file) {
  file.for_each_row("benchmarks", [&](const Row& row) {
    std::string id(row.required_text("fullname"));
    const auto stats = row.object("stats");
    if (!stats) throw Fault{row.at(), "\"stats\" is missing"};
    TimingStats timing = timing_stats(file, *stats);
    put(std::move(timing), file.record(file.add_case({.id = std::move(id)}, row.at()), {"time", "ns", Better::less}));
  });
}

void read_peaks(ForeignFile& file) {
  constexpr double kBytesPerMiB = 1024.0 * 1024.0;
  file.for_each_member("peak_mib", [&](const std::string& id, simdjson::dom::element value, std::string_view at) {
    const auto peak = number_of(value);
    if (!peak) throw Fault{at, fmt::format("the peak of \"{}\" is not a number", id.substr(0, 200))};
    Record& record = file.record(file.add_case({.id = id}, at), {"peak", "B", Better::less});
    record.summary = stated(*peak * kBytesPerMiB);
    record.summary.min = record.summary.median;
  });
}

}  // namespace

bool recognise_linopy(const Head& head) {
  return head.has("peak_mib") || (head.has("benchmarks") && head.row_has("fullname") && head.row_has("stats"));
}

Snapshot read_linopy(std::string_view text, const std::string& path) {
  ForeignFile file(text, path, "linopy");
  if (const Json label = file.document("label"); label.is_string()) file.version().label = label.get<std::string>();
  if (file.member("peak_mib").empty()) read_times(file);
  else read_peaks(file);
  return file.finish();
}

}  // namespace benchkit::snapshot
