// run_case: one case measured here and now, in this process. For a notebook, a test, a first look.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <benchkit/core/case.hpp>
#include <benchkit/model/metric.hpp>

namespace benchkit {

/// What run_case() may spend.
struct RunCaseOptions {
  std::string meter = "time";
  std::chrono::duration<double> budget{0.5};  ///< of the whole case: setup, calibration, samples
  std::uint64_t samples = 0;                  ///< exactly so many, whatever they take; 0: as the budget allows (at least one)
};

/// What came of it. Everything was measured in one process, so `low` and `high` know nothing of what differs between processes.
struct CaseResult {
  std::string id;
  Metric metric;                 ///< the meter's headline
  std::vector<double> samples;   ///< per call, in the metric's unit, in the order in which they were taken
  std::uint64_t iterations = 0;  ///< calls behind each sample
  double median = 0;
  std::optional<double> low, high;  ///< 95 % interval of the median; none with fewer than six samples
  std::vector<std::string> warnings;
};

/// Throws benchkit::Error for a meter that does not exist or cannot work here, for a case that says `skip` (with its reason), and for one whose fields make
/// no sense; a case that throws is not caught.
[[nodiscard]] CaseResult run_case(const Case& definition, const RunCaseOptions& options = {});

}  // namespace benchkit
