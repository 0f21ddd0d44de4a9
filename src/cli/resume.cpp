#include "cli/resume.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "compare/machines.hpp"
#include "snapshot/read.hpp"
#include "snapshot/recognise.hpp"

namespace benchkit::cli {
namespace {

Snapshot newest_interrupted() {
  for (const std::string& path : snapshot::snapshots_in(snapshot::kDefaultFolder)) {
    try {
      if (base::writer_of(path)) continue;
      Snapshot snapshot = snapshot::read(path);
      if (!snapshot.ended && !snapshot.sessions.back().header.contains("sweep")) return snapshot;
    } catch (const Error&) {
      continue;  // not one of ours
    }
  }
  throw Error(fmt::format("there is no interrupted run in {}", snapshot::kDefaultFolder), "--resume", "name its file: run --resume FILE");
}

}  // namespace

Resumable find_resumable(const std::string& path) {
  Resumable found;
  if (const auto pid = base::writer_of(path); pid && !path.empty()) {
    throw Error(*pid > 0 ? fmt::format("this run is still going on, in process {}", *pid) : "this run is still going on", path,
                "wait for its end, or end it with Ctrl-C");
  }
  found.snapshot = path.empty() ? newest_interrupted() : snapshot::read(path);
  const Snapshot& snapshot = found.snapshot;
  if (!snapshot.diagnostics.empty()) {
    const Diagnostic& first = snapshot.diagnostics.front();
    throw Error("the file is damaged, so the run cannot go on: " + first.message, first.where,
                "its whole lines can still be compared; start a new run");
  }
  if (snapshot.ended) throw Error("this run is complete", snapshot.path, "there is nothing to resume; start a new run");
  const Json& header = snapshot.sessions.back().header;
  if (header.contains("sweep"))
    throw Error("this is a sweep", snapshot.path, "go on with it by the words it was begun with, and --resume: sweep ... --resume");
  if (!header.contains("options")) throw Error("its session does not say how it was measured", snapshot.path, "start a new run");
  found.versions = {
      .against = header.value("against", ""), .label = header.value("label", ""), .inproc = header.value("mode", "") == "inproc"};
  found.options = runner::options_from_json(header["options"], snapshot.path);
  for (const auto& of_version : found.options.layouts) {
    for (const std::size_t number : of_version) found.versions.layouts = std::max(found.versions.layouts, number);
  }
  if (header.value("language", "") == "command" && !header.contains("command_cases")) {
    throw Error("--redact left the commands out of it, so they cannot be run again", snapshot.path, "start a new run");
  }
  try {
    if (header.contains("command_cases")) found.commands = command_cases_from_json(header["command_cases"]);
  } catch (const Json::exception&) {
    throw Error("its session's commands cannot be read", snapshot.path, "start a new run");
  }
  return found;
}

void check_resumable(const Snapshot& snapshot, const Session& now, const std::vector<Version>& versions) {
  Snapshot here;
  here.sessions.push_back(now);
  if (const auto different = compare::machine_differences(snapshot, here); !different.empty()) {
    throw Error(fmt::format("this is another machine than the one it was begun on ({} differ)", fmt::join(different, ", ")), snapshot.path,
                "start a new run");
  }
  if (snapshot.versions.size() < versions.size()) return;
  const auto compare = [&](const char* key, const char* what, const char* hint) {
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const std::string before = snapshot.versions[snapshot.versions.size() - versions.size() + i].details.value(key, "");
      const std::string after = versions[i].details.value(key, "");
      if (before == after) continue;
      const auto shown = [](const std::string& text) { return text.empty() ? std::string("none") : text; };
      throw Error(fmt::format("the code has changed since: {} {} then, {} now", what, shown(before), shown(after)), snapshot.path, hint);
    }
  };
  compare("commit", "commit", "check that commit out, or start a new run");
  compare("diff_hash", "changes that are not committed, hash", "undo what was changed since, or start a new run");
  compare("program_hash", "the program, hash", "build what was measured, or start a new run");
}

}  // namespace benchkit::cli
