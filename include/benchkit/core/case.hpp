// Case: the atom of a suite.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <benchkit/core/action.hpp>
#include <benchkit/model/dims.hpp>

namespace benchkit {

/// What one call of the action works through; gives rates. 0: not said.
struct Work {
  double items = 0;
  double bytes = 0;
};

/// One thing to measure. Every field but `id` and `run` has a default; new fields come at the end only.
struct Case {
  std::string id{};   ///< unique in its host, opaque: nobody parses it
  Dims dims{};        ///< what it varies over: facets, filters, pivots
  Run run{};          ///< setup -> action -> teardown; only the action is measured
  bool reuse = true;  ///< false: a fresh setup for every single call, e.g. for one that changes its input
  Work work{};        ///< items and bytes of one call
  std::vector<std::pair<std::string, double>> labels{};  ///< numbers that describe the case
  std::string skip{};                                    ///< a reason not to run it
  std::string group{};                                   ///< a heading in tables
  std::vector<std::string> limits{};                     ///< "METRIC:LIMIT", as `run --max`; above one it has failed
  std::chrono::duration<double> timeout{0};              ///< of one answer of the worker; 0: the run's `--timeout`
  int threads = 1;                                       ///< how many threads call the action at once, on one setup
  std::string body_hash{};                               ///< changes when the case's own code does
  /// Results live until their window has ended, so that destroying them is not measured. What is measured instead: writing each into fresh memory,
  /// whose first touch is a page fault every 4 KiB (some 0.1 ns a byte of `sizeof(result)`).
  bool keep_result = false;
  /// Fresh states, or kept results, alive at once; 64 MiB by `sizeof` is a bound as well.
  std::uint64_t max_states = 8192;
};

}  // namespace benchkit
