// Bisect: which of many versions is the first that a case got slower (or fatter) in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "stats/bisection.hpp"
#include "sweep/sweep.hpp"

namespace benchkit::sweep {

struct BisectOptions {
  std::string case_id;
  std::string metric = "time";
  double confidence = 0.95;
  std::uint64_t blocks = 3;   ///< of a step: so many numbers it gives
  std::int64_t total_ns = 0;  ///< time for the whole search; 0: as much as it takes
};

/// A step of the search, as it has been taken.
struct BisectStep {
  std::string label;
  std::string failure;  ///< why nothing could be measured there, or empty
  double change =
      0;  ///< from the first version, the median of the step's blocks: a logarithm or, where the search has seen a zero, a difference
  bool logarithmic = true;
  std::string unit;  ///< of the metric
  std::optional<stats::Bisection::Answer> best;
};

struct BisectReport {
  std::vector<VersionSpec> specs;
  std::optional<stats::Bisection::Answer> answer;  ///< the most probable one; nullopt while the ends are not told apart
  stats::Bisection::State state = stats::Bisection::State::open;
  std::optional<stats::Bisection::Difference> ends;  ///< how far the last version is from the first one, whatever the state is
  bool logarithmic = true;
  std::string unit;  ///< of the metric
  bool interrupted = false;
  bool out_of_time = false;
  std::size_t blocks = 0;              ///< how many were measured
  std::vector<std::string> ruled_out;  ///< labels of versions that could not be measured
};

/// Searches `specs` (the first one good, the last one bad). Each step measures a version beside the first one, in blocks of their own, so that what the
/// machine does meanwhile takes no part; versions are made runnable when they are wanted. `sweep.run.budget` is that of a step. Throws
/// benchkit::Error where an end cannot be measured, and where what was measured cannot be written down.
[[nodiscard]] BisectReport bisect(const std::vector<VersionSpec>& specs, const BisectOptions& options, const SweepOptions& sweep,
                                  const Host& host, const Session& session, const base::InterruptGuard* interrupts,
                                  const std::function<void(const BisectStep& step)>& told);

}  // namespace benchkit::sweep
