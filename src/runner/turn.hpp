// A job's turn in a block: setup, calibration (the first time), samples, teardown, in a worker that lives.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/conversation.hpp"
#include "runner/jobs.hpp"
#include "runner/recorder.hpp"

namespace benchkit::runner {

/// What a turn may take.
struct TurnLimits {
  BlockShare share;
  std::int64_t timeout_ns = 0;  ///< longest silence of the worker; 0: none
  std::int64_t left_ns = 0;     ///< of the whole run's time; 0: no limit
  std::int64_t enough_ns = 0;   ///< a first call that takes so long is all there is; 0: no such rule
  bool attribute = false;       ///< ask for call paths behind the samples
};

/// What came of it.
struct Turn {
  enum class End {
    whole,        ///< samples and teardown
    failed,       ///< the case failed; `outcome` says how
    lost,         ///< the same, and it took its worker along, or something else did
    interrupted,  ///< the person wants to stop; the worker is gone
  };
  End end = End::whole;
  bool taken = false;  ///< all samples that were asked for are there
  Outcome outcome;
  std::vector<double> samples;  ///< of the headline
  std::optional<CallPaths> call_paths;
};

/// What is measured goes into the recorder as it comes; how the turn ended does not.
[[nodiscard]] Turn take_turn(Job& job, const TurnLimits& limits, Conversation& conversation, Recorder& recorder);

}  // namespace benchkit::runner
