// Whether a suite is still what an interrupted run measured.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::runner {

/// What a worker says of a version: toolchain, packages.
struct VersionFacts {
  std::string label;
  Json facts;
};

/// Throws benchkit::Error, naming what differs and the way out, if the cases that are selected now, or the facts of the versions (toolchain,
/// packages), are not those of the snapshot. A journal that was killed before its first sample may lack cases, and one with several sessions may have more.
void check_same_suite(const Snapshot& snapshot, const std::vector<CaseInfo>& cases, const std::vector<VersionFacts>& versions);

}  // namespace benchkit::runner
