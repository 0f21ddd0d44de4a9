// The meters for cases that are commands.
#pragma once

#include <vector>

#include "core/meters/meter.hpp"

namespace benchkit::core {

/// Those of meters.def that see child processes, and memory and rss of the programs instead of this process' own.
[[nodiscard]] std::vector<MeterEntry> command_meters();

}  // namespace benchkit::core
