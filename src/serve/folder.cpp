#include "serve/folder.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "compare/terms.hpp"
#include "snapshot/read.hpp"
#include "snapshot/recognise.hpp"

namespace benchkit::serve {
namespace {

namespace fs = std::filesystem;

std::int64_t changed_ns(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  if (error) return 0;
  const auto on_clock = std::chrono::file_clock::to_sys(time).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(on_clock).count();
}

/// Cases that have a number in every version.
std::size_t measured_cases(const Snapshot& snapshot) {
  std::set<std::pair<std::size_t, std::size_t>> done;
  for (const Record& record : snapshot.records) {
    if (!record.samples.empty() || !(record.summary == Summary{})) done.emplace(record.case_index, record.version);
  }
  std::map<std::size_t, std::size_t> versions;
  for (const auto& [case_index, version] : done) ++versions[case_index];
  return static_cast<std::size_t>(
      std::count_if(versions.begin(), versions.end(), [&](const auto& one) { return one.second == snapshot.versions.size(); }));
}

Json facts_of(const std::string& path) {
  try {
    const Snapshot snapshot = snapshot::read(path);
    std::size_t samples = 0;
    std::set<std::pair<std::size_t, std::int64_t>> blocks;
    for (const Record& record : snapshot.records) samples += record.samples.size() + record.partial->size();
    for (const Block& block : snapshot.blocks) {
      if (block.complete) blocks.emplace(block.session, block.block);
    }
    Json versions = Json::array();
    for (const Version& version : snapshot.versions) versions.push_back(version.label);
    return {{"state", snapshot.ended ? "ended" : "cut off"},
            {"versions", versions},
            {"cases", snapshot.cases.size()},
            {"measured", measured_cases(snapshot)},
            {"samples", samples},
            {"blocks", blocks.size()},
            {"planned_blocks", compare::planned_blocks_of(snapshot)},
            // The first session's: a run that is resumed later is not younger for that.
            {"started", snapshot.sessions.empty() ? "" : started_of(snapshot.sessions.front())}};
  } catch (const std::exception& error) {  // whatever a file holds, the others are shown
    return {{"state", "unreadable"}, {"reason", error.what()}};
  }
}

}  // namespace

Folder::Folder(const std::string& path) {
  std::error_code error;
  path_ = fs::canonical(path, error).string();
  if (error || !fs::is_directory(path_, error))
    throw Error("there is no such folder", path, "`run` keeps its snapshots in .benchkit unless -o says otherwise");
}

std::vector<std::pair<std::string, std::string>> Folder::files() const {
  std::vector<std::pair<std::string, std::string>> files;
  for (const std::string& path : snapshot::snapshots_in(path_)) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error || !fs::is_regular_file(real, error) || real.parent_path() != path_) continue;
    files.emplace_back(fs::path(path).filename().string(), real.string());
  }
  return files;
}

/// To read what a run is writing takes time from what it measures: a hundredth of one CPU at the most, however many ask.
bool Folder::may_wait(const Known& known) {
  constexpr int kShare = 100;
  return std::chrono::steady_clock::now() < known.read_at + kShare * known.took;
}

Json Folder::list() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Known> known;
  Json list = Json::array();
  for (const auto& [name, path] : files()) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    const std::int64_t bytes = error ? 0 : static_cast<std::int64_t>(size);
    const std::int64_t changed = changed_ns(path);
    const bool is_written = base::writer_of(path).has_value();
    const auto before = known_.find(name);
    const bool is_known = before != known_.end();
    const bool same = is_known && before->second.bytes == bytes && before->second.changed_ns == changed;
    Known one;
    if (same || (is_known && is_written && may_wait(before->second))) {
      one = std::move(before->second);
    } else {
      one = {.bytes = bytes, .changed_ns = changed, .read_at = std::chrono::steady_clock::now(), .took = {}, .facts = facts_of(path)};
      one.took = std::chrono::steady_clock::now() - one.read_at;
    }
    constexpr std::int64_t kSecond = 1'000'000'000;
    Json entry{{"name", name}, {"bytes", bytes}, {"changed", changed / kSecond}};
    entry.update(one.facts);
    if (is_written) entry["state"] = "being written";
    list.push_back(std::move(entry));
    known.emplace(name, std::move(one));
  }
  known_ = std::move(known);
  return list;
}

bool Folder::is_written() const {
  const auto all = files();
  return std::any_of(all.begin(), all.end(), [](const auto& file) { return base::writer_of(file.second).has_value(); });
}

std::optional<std::string> Folder::path_of(const std::string& name) const {
  for (const auto& [known, path] : files()) {
    if (known == name) return path;
  }
  return std::nullopt;
}

}  // namespace benchkit::serve
