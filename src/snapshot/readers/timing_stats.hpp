// The statistics of a benchmark as pytest-benchmark writes them: an object of seconds per iteration, with or without the rounds behind it.
#pragma once

#include <string_view>
#include <vector>

#include "model/snapshot.hpp"
#include "snapshot/readers/foreign_file.hpp"

namespace benchkit::snapshot {

/// `data` and `summary` in seconds, as they stand; `data` is empty where the file has statistics only.
struct TimingStats {
  std::vector<double> data;
  double iterations = 1;
  Summary summary;
};

/// Complains where `data` and `rounds` do not agree. Throws Fault where something is of another type, or nothing is there.
[[nodiscard]] TimingStats timing_stats(ForeignFile& file, const Row& stats);

/// Into a record, in nanoseconds: its samples, or its summary where there are none.
void put(TimingStats stats, Record& record);

}  // namespace benchkit::snapshot
