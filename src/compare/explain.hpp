// Which call paths made a peak grow or shrink.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compare/call_tree.hpp"
#include "model/snapshot.hpp"

namespace benchkit::compare {

/// A call path on both sides, by the functions on it: lines move and addresses differ from build to build.
struct PathChange {
  std::vector<std::string> functions;  ///< what they are called on both sides, the outermost first
  std::vector<Frame> frames;           ///< the same as one of the sides has them
  Held base, head;
  [[nodiscard]] std::int64_t bytes() const noexcept { return head.bytes - base.bytes; }
};

/// One version of a case against the one that it is compared with.
struct Explanation {
  std::string case_id;
  std::size_t column = 0;  ///< the head's, in a comparison
  std::string base, head;  ///< as the columns of a comparison are called
  std::string reason;      ///< why there is nothing to tell, or empty
  Metric metric;
  std::int64_t base_peak_bytes = 0, head_peak_bytes = 0;
  std::vector<std::string> notes;  ///< doubts about a side, named
  Held base_rest, head_rest;       ///< of paths that were too small or too deep to keep
  std::vector<PathChange> grown;   ///< the largest change first
  std::vector<PathChange> shrunk;  ///< likewise
};

/// Every version against the base that compare() has for it. Throws benchkit::Error where no snapshot has the case, and where there is but one version.
[[nodiscard]] std::vector<Explanation> explain(std::span<const Snapshot> snapshots, const std::string& case_id);

/// The call paths of a case of one version: those of the last session that has them, or null.
[[nodiscard]] const Attribution* attribution_of(const Snapshot& snapshot, std::size_t version, const std::string& case_id);

/// Why the call whose paths these are may not be like those that were counted, or empty.
[[nodiscard]] std::string doubt_about(const Snapshot& snapshot, const Attribution& attribution);

}  // namespace benchkit::compare
