// Whether a suite is still what an interrupted run measured.
#pragma once

#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::runner {

/// Throws benchkit::Error, naming what differs and the way out, if the cases that are selected now, or the facts of the versions (toolchain,
/// packages; in the order in which the run began them), are not those of the snapshot. A journal that was killed before its first sample may lack cases.
void check_same_suite(const Snapshot& snapshot, const std::vector<CaseInfo>& cases, const std::vector<Json>& facts);

}  // namespace benchkit::runner
