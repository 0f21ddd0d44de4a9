// Limits: what a case may cost at the most, by `--max` for every case and by Case::limits for its own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/limit.hpp"
#include "protocol/messages.hpp"
#include "runner/choice.hpp"
#include "runner/jobs.hpp"

namespace benchkit::runner {

/// Throws benchkit::Error, with `--max` as place, for a limit on what this run does not measure, or in a unit that is not its metric's.
void check_limits(const std::vector<Limit>& limits, const std::vector<MeterChoice>& measured,
                  const std::vector<protocol::MeterInfo>& known);

/// Why a case's own limits can hold nowhere (one cannot be read, or is in a unit that is not its metric's), or empty. A metric that no meter has may
/// be one that the case reports.
[[nodiscard]] std::string unfit_limits(const protocol::CaseDescription& description, const std::vector<protocol::MeterInfo>& known);

/// A job that does not keep a limit.
struct Excess {
  Job* job = nullptr;
  std::size_t metric = 0;  ///< its handle
  Outcome outcome;         ///< `details`: `metric`, `limit` and `value` in its `unit`
};

/// Jobs without a complaint so far that measured more than their limits, or no number at all, in the order of the jobs. What is judged is the
/// number in the table: the median of the finished blocks' medians in `snapshot`, of the `version` with this handle. A case's own limit on a metric that some
/// meter has and this run did not measure is left for a run that does.
[[nodiscard]] std::vector<Excess> find_excesses(const Snapshot& snapshot, std::size_t version, std::vector<Job>& jobs,
                                                const std::vector<Limit>& for_all, const std::vector<protocol::MeterInfo>& known);

}  // namespace benchkit::runner
