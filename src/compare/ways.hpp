// How the numbers of a metric were counted, where not as usual.
#pragma once

#include <map>
#include <string>

#include "model/snapshot.hpp"

namespace benchkit::compare {

/// Name and note of the modes that a snapshot's sessions say were on for a metric (`conditions` of their headers).
[[nodiscard]] std::map<std::string, std::string> ways_of(const Snapshot& snapshot, const std::string& metric);

}  // namespace benchkit::compare
