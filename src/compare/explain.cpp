#include "compare/explain.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/nearest.hpp"
#include "base/units.hpp"
#include "compare/align.hpp"

namespace benchkit::compare {
namespace {

/// What a frame is called on both sides. A Python function's name says little without its file ("<module>", "<lambda>"); the folder may differ.
std::string name_across(const Frame& frame) {
  if (frame.function.empty() && !frame.module.empty()) return frame.module.substr(frame.module.rfind('/') + 1);  // offsets move
  const std::string name = name_of(frame);
  if (!frame.module.empty() || frame.file.empty()) return name;
  return fmt::format("{} ({})", name, frame.file.substr(frame.file.rfind('/') + 1));
}

using Paths = std::map<std::vector<std::string>, PathChange>;

void add(Paths& paths, const CallPaths& side, Held PathChange::*held) {
  for (const CallPath& path : side.paths) {
    std::vector<std::string> functions;
    std::vector<Frame> frames;
    for (const std::uint32_t index : path.frames) {
      frames.push_back(side.frames[index]);
      functions.push_back(name_across(frames.back()));
    }
    PathChange& change = paths.try_emplace(functions).first->second;
    change.functions = std::move(functions);
    change.frames = std::move(frames);
    change.*held += {path.bytes, path.allocations};
  }
}

bool has_case(const Snapshot& snapshot, const std::string& case_id) {
  return std::any_of(snapshot.cases.begin(), snapshot.cases.end(), [&](const CaseInfo& info) { return info.id == case_id; });
}

/// Why a side has no call paths.
std::string why_none(const Source& source, const std::string& case_id) {
  if (!has_case(*source.snapshot, case_id)) return fmt::format("{} has no case \"{}\"", source.title, case_id);
  return fmt::format("{} has no call paths of it: `run --metric peak --attribute` keeps them", source.title);
}

Explanation against(const Source& base, const Source& head, const std::string& case_id) {
  Explanation result{.case_id = case_id, .base = base.title, .head = head.title};
  const Attribution* const before = attribution_of(*base.snapshot, base.version, case_id);
  const Attribution* const after = attribution_of(*head.snapshot, head.version, case_id);
  for (const auto& [side, found] : {std::pair{&base, before}, std::pair{&head, after}}) {
    if (found == nullptr) result.reason += (result.reason.empty() ? "" : "; ") + why_none(*side, case_id);
  }
  if (before == nullptr || after == nullptr) return result;
  result.metric = head.snapshot->metrics[after->metric];
  const Metric& other = base.snapshot->metrics[before->metric];
  if (other.name != result.metric.name) {
    result.reason = fmt::format("{} has call paths of {}, {} of {}", base.title, other.name, head.title, result.metric.name);
    return result;
  }
  result.base_peak_bytes = before->paths.peak_bytes;
  result.head_peak_bytes = after->paths.peak_bytes;
  for (const auto& [side, attribution] : {std::pair{&base, before}, std::pair{&head, after}}) {
    const std::string doubt = doubt_about(*side->snapshot, *attribution);
    if (!doubt.empty()) result.notes.push_back(fmt::format("{}: {}", side->title, doubt));
  }
  result.base_rest = {before->paths.rest_bytes, before->paths.rest_allocations};
  result.head_rest = {after->paths.rest_bytes, after->paths.rest_allocations};
  Paths paths;
  add(paths, before->paths, &PathChange::base);
  add(paths, after->paths, &PathChange::head);
  for (auto& [functions, change] : paths) {
    if (change.bytes() != 0) (change.bytes() > 0 ? result.grown : result.shrunk).push_back(std::move(change));
  }
  for (auto* const changes : {&result.grown, &result.shrunk}) {
    std::stable_sort(changes->begin(), changes->end(),
                     [](const PathChange& left, const PathChange& right) { return std::abs(left.bytes()) > std::abs(right.bytes()); });
  }
  return result;
}

void refuse_unknown_case(std::span<const Snapshot> snapshots, const std::string& case_id) {
  if (std::any_of(snapshots.begin(), snapshots.end(), [&](const Snapshot& snapshot) { return has_case(snapshot, case_id); })) return;
  std::set<std::string> ids;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) ids.insert(info.id);
  }
  const std::string near = base::nearest(case_id, {ids.begin(), ids.end()});
  throw Error(fmt::format("no snapshot has a case \"{}\"", case_id), "--explain",
              near.empty() ? "`compare --format csv` names the cases" : fmt::format("did you mean \"{}\"?", near));
}

}  // namespace

const Attribution* attribution_of(const Snapshot& snapshot, std::size_t version, const std::string& case_id) {
  const Attribution* found = nullptr;
  for (const Attribution& one : snapshot.call_paths) {
    if (one.version != version || snapshot.cases[one.case_index].id != case_id) continue;
    if (found == nullptr || one.session >= found->session) found = &one;
  }
  return found;
}

std::string doubt_about(const Snapshot& snapshot, const Attribution& attribution) {
  if (attribution.paths.cut_off) return "the call did not return: this is what it held when that was last looked at";
  double low = 0;
  double high = 0;
  std::size_t count = 0;
  for (const Record& record : snapshot.records) {
    if (record.session != attribution.session || record.version != attribution.version || record.case_index != attribution.case_index ||
        record.metric != attribution.metric)
      continue;
    for (std::size_t i = 0; i < record.samples.size(); ++i) {
      const double value = record.samples.value[i];
      low = count == 0 ? value : std::min(low, value);
      high = count == 0 ? value : std::max(high, value);
      ++count;
    }
  }
  const auto peak = static_cast<double>(attribution.paths.peak_bytes);
  if (count == 0 || (low <= peak && peak <= high)) return {};
  const std::string unit = snapshot.metrics[attribution.metric].unit;
  const std::string counted =
      low == high ? base::format_value(low, unit) : fmt::format("{} to {}", base::format_value(low, unit), base::format_value(high, unit));
  return fmt::format("the call whose paths these are is not one of those that were counted, which had {}", counted);
}

std::vector<Explanation> explain(std::span<const Snapshot> snapshots, const std::string& case_id) {
  refuse_unknown_case(snapshots, case_id);
  const std::vector<Source> sources = sources_of(snapshots);
  if (sources.size() < 2) throw Error("there is nothing to compare with", "--explain", "name two snapshots: compare --explain ID A B");
  std::vector<Explanation> result;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::size_t base = base_of(sources, i, false);
    if (base == i) continue;
    result.push_back(against(sources[base], sources[i], case_id));
    result.back().column = i;
  }
  return result;
}

}  // namespace benchkit::compare
