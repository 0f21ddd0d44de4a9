// A case's turn in a block: setup, calibration (the first time), samples, teardown, in the workers of all versions that have it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/conversation.hpp"
#include "runner/jobs.hpp"
#include "runner/random.hpp"
#include "runner/recorder.hpp"

namespace benchkit::runner {

/// What a turn may take.
struct TurnLimits {
  BlockShare share;             ///< of each job
  std::int64_t timeout_ns = 0;  ///< longest silence of a worker; 0: none
  std::int64_t left_ns = 0;     ///< of the whole run's time; 0: no limit
  std::int64_t enough_ns = 0;   ///< a first call that takes so long is all there is; 0: no such rule
  /// Samples that are taken and dropped before the first one; none: one, where no calibration has warmed the action up.
  std::optional<std::uint64_t> warmup{};
  std::optional<int> pin;  ///< the CPU to which a case is bound that needs no more than one; none: nothing is bound
};

/// What came of it for one job.
struct Turn {
  enum class End {
    whole,        ///< samples and teardown
    failed,       ///< the case failed; `outcome` says how
    lost,         ///< the same, and it took its worker along, or something else did
    dropped,      ///< another version took the process along that both were in
    interrupted,  ///< the person wants to stop; the worker is gone
  };
  End end = End::whole;
  bool taken = false;  ///< all samples that were asked for are there
  Outcome outcome;
  std::vector<double> samples;          ///< of the headline
  std::int64_t took_ns = 0;             ///< of its worker's time
  std::optional<CallPaths> call_paths;  ///< of the attributed call; of one that did not return, what it had said so far
};

/// A version's place in a turn.
struct Seat {
  Job* job = nullptr;
  Conversation* conversation = nullptr;
  Turn turn;
};

/// One seat: samples are taken as fast as they come. Several: in pairs (or more), one sample of each version in random order, each pair with
/// a batch of its own size, while the others' workers are halted. Which version is set up, calibrated and warmed first is drawn as well: the
/// first one trains the branch predictor for the second, and that shows. A meter of single calls whose order says nothing (memory) takes the
/// versions one after the other. What is measured goes into the recorder as it comes; how the turn ended does not.
void take_turn(std::vector<Seat>& seats, const TurnLimits& limits, Recorder& recorder, Random& random);

/// A single attributed call, of which nothing is recorded, for a case that has failed: its call paths, as far as they were told, stand in the turn.
void take_attributed_call(Seat& seat, const TurnLimits& limits, Recorder& recorder);

}  // namespace benchkit::runner
