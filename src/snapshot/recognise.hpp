// What a file is that cannot be read, and what there is instead: errors with a way out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <benchkit/base/error.hpp>

namespace benchkit::snapshot {

/// The error for a file that is no snapshot: says what it looks like.
[[nodiscard]] Error not_a_snapshot(std::string_view content, const std::string& path);
/// The error for a path where nothing is: names the snapshots that are there.
[[nodiscard]] Error no_such_snapshot(const std::string& path);
/// Result files (*.jsonl) in a folder, newest first.
[[nodiscard]] std::vector<std::string> snapshots_in(const std::string& folder);

/// Where a run is kept if no other place is named.
inline constexpr const char* kDefaultFolder = ".benchkit";

}  // namespace benchkit::snapshot
