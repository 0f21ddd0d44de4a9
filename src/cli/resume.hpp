// What an interrupted run needs to go on.
#pragma once

#include <string>

#include "cli/options.hpp"
#include "cli/versions.hpp"
#include "model/snapshot.hpp"
#include "runner/runner.hpp"

namespace benchkit::cli {

struct Resumable {
  Snapshot snapshot;
  runner::RunOptions options;
  CommandCaseOptions commands;
  VersionChoice versions;
};

/// Reads the file, or the newest interrupted run under .benchkit if `path` is empty. Throws benchkit::Error if there is none, if it is
/// complete, still being written, or damaged.
[[nodiscard]] Resumable find_resumable(const std::string& path);

/// Throws benchkit::Error if the machine or the code is no longer what was measured: a file must not mix two things under one name.
/// `versions`: what is known of them now, the base first.
void check_resumable(const Snapshot& snapshot, const Session& now, const std::vector<Version>& versions);

}  // namespace benchkit::cli
