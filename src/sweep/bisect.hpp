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
  std::uint64_t blocks = 3;  ///< of a step: so many numbers it gives
};

/// A step of the search, as it has been taken.
struct BisectStep {
  std::string label;
  std::string failure;  ///< why nothing could be measured there, or empty
  std::vector<double>
      effects;  ///< of each block: the change from the first version, as a logarithm or, where there are zeros, a difference
  std::optional<stats::Bisection::Answer> best;
};

struct BisectReport {
  std::vector<VersionSpec> specs;
  std::optional<stats::Bisection::Answer> answer;
  bool ends_differ = false;
  bool logarithmic = true;
  bool interrupted = false;
  std::size_t samples = 0;
  std::vector<std::string> ruled_out;  ///< labels of versions that could not be measured
};

/// Searches `specs` (the first one good, the last one bad). Each step measures a version beside the first one, in blocks of their own, so that what the
/// machine does meanwhile takes no part; versions are made runnable when they are wanted. Throws benchkit::Error where an end cannot be measured.
[[nodiscard]] BisectReport bisect(const std::vector<VersionSpec>& specs, const BisectOptions& options, const SweepOptions& sweep,
                                  const Host& host, const Session& session, const base::InterruptGuard* interrupts,
                                  const std::function<void(const BisectStep& step)>& told);

}  // namespace benchkit::sweep
