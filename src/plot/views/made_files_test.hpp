// Snapshots made by hand, and what a figure says of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "plot/renderers/renderer.hpp"
#include "plot/views/view.hpp"

namespace benchkit::plot {

/// One version with the cases that are asked for, each of so many samples in blocks of ten.
struct MadeCase {
  const char* id;
  std::vector<double> values;
  std::size_t session = 0;
};
inline Snapshot snapshot_of(const std::string& version, const std::vector<MadeCase>& cases, const std::string& started = {}) {
  Snapshot snapshot;
  snapshot.path = version + ".jsonl";
  snapshot.ended = true;
  for (int session = 0; session < 2; ++session)
    snapshot.sessions.push_back(
        {{{"machine", {{"cpu", "A"}}}, {"started", started.empty() ? fmt::format("2026-01-0{}", session + 1) : started}}});
  snapshot.versions.push_back({version});
  snapshot.metrics = {{"time", "ns", Better::less}};
  for (const MadeCase& one : cases) {
    const auto known = std::find_if(snapshot.cases.begin(), snapshot.cases.end(), [&](const CaseInfo& info) { return info.id == one.id; });
    const auto index = static_cast<std::size_t>(known - snapshot.cases.begin());
    if (known == snapshot.cases.end()) snapshot.cases.push_back({.id = one.id});
    Record record{.case_index = index};
    record.session = one.session;
    for (std::size_t i = 0; i < one.values.size(); ++i)
      record.samples.push_back({.value = one.values[i], .block = static_cast<std::int64_t>(i / 10), .order = static_cast<std::int64_t>(i)});
    snapshot.records.push_back(std::move(record));
  }
  return snapshot;
}

inline std::vector<double> about(double value, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(value * (1 + 0.001 * static_cast<double>(i % 7)));
  return values;
}

inline bool is_noted(const Figure& figure, const std::string& words) {
  const bool noted =
      std::any_of(figure.notes.begin(), figure.notes.end(), [&](const std::string& note) { return note.find(words) != note.npos; });
  const std::string first = words.substr(0, words.find(' '));
  return noted && figure.option["title"].dump().find(first) != std::string::npos;  // in the picture, too
}

inline std::string in_characters(const Figure& figure, std::size_t width) {
  Drawing drawing;
  return renderer_named("txt").draw(figure, drawing, {width, false});
}

}  // namespace benchkit::plot
