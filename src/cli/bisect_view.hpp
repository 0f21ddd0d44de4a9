// What a search for a step is told as.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "sweep/bisect.hpp"

namespace benchkit::cli {

/// One step: how far the version is from the first one, and where the step is most probable to be by now.
[[nodiscard]] std::string step_line(const sweep::BisectStep& step, const std::vector<sweep::VersionSpec>& specs);

/// What a search came to. Returns the exit code: 0 found, 1 there is no step, 3 not found.
int tell_found(const Streams& streams, const sweep::BisectReport& report, const sweep::BisectOptions& search);

}  // namespace benchkit::cli
