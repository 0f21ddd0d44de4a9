#include "runner/same_suite.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"
#include "runner/jobs.hpp"

namespace benchkit::runner {
namespace {

/// What of a case says that it is another one under the same id; empty: nothing.
std::string difference(const CaseInfo& before, const CaseInfo& now) {
  if (before.dims != now.dims) return "its dims";
  if (before.body_hash != now.body_hash) return "its code (body_hash)";
  if (before.work != now.work) return "its work";
  return {};
}

}  // namespace

void check_same_suite(const Snapshot& snapshot, const std::vector<CaseInfo>& cases, const std::vector<VersionFacts>& versions) {
  const auto refuse = [&](const std::string& what) {
    throw Error("the suite has changed since: " + what, snapshot.path, "restore what was measured, or start a new run");
  };
  std::unordered_map<std::string, const CaseInfo*> now;
  for (const CaseInfo& one : cases) now.emplace(one.id, &one);
  std::vector<std::string> gone;
  for (const CaseInfo& before : snapshot.cases) {
    const auto found = now.find(before.id);
    if (found == now.end()) {
      gone.push_back(before.id);
      continue;
    }
    if (const std::string what = difference(before, *found->second); !what.empty())
      refuse(fmt::format("case {}: {} differ{}", before.id, what, what == "its dims" ? "" : "s"));
    now.erase(found);
  }
  if (!gone.empty() && snapshot.sessions.size() < 2) refuse(fmt::format("it has no case {} any more", base::some_of(gone, kMostNamed)));
  if (!now.empty() && !snapshot.records.empty()) {
    std::vector<std::string> fresh;
    for (const CaseInfo& one : cases) {
      if (now.contains(one.id)) fresh.push_back(one.id);
    }
    refuse(fmt::format("the case {} is new", base::some_of(fresh, kMostNamed)));
  }
  for (const VersionFacts& version : versions) {
    const auto known =
        std::find_if(snapshot.versions.begin(), snapshot.versions.end(), [&](const Version& one) { return one.label == version.label; });
    if (known == snapshot.versions.end()) continue;  // killed before it was written
    for (const auto& [name, value] : version.facts.items()) {
      if (known->details.contains(name) && known->details[name] != value)
        refuse(fmt::format("the {} differ: {} then, {} now", name, known->details[name].dump(), value.dump()));
    }
  }
}

}  // namespace benchkit::runner
