// Several versions of one thing, all in this process, measured in pairs: what a notebook compares.
#pragma once

#include <string>
#include <vector>

#include "cli/in_process_link.hpp"

namespace benchkit::cli {

/// One of them: a worker that has one case, which has the same id on all sides.
struct SideHere {
  std::string label;
  LineExchange exchange;
};

/// Texts as the command line has them.
struct SideBySideOptions {
  std::vector<std::string> metrics{"time"};
  std::string budget;  ///< for all that is measured; empty: `run`'s for each pair under each meter
  std::string path;
  std::uint64_t samples = 0;
};

/// Measures them in random order, pair by pair, into a snapshot at `path`; the first one is the base. Throws benchkit::Error, for what failed first, too.
void measure_side_by_side(const SideBySideOptions& options, const std::vector<SideHere>& sides, const std::string& called);

}  // namespace benchkit::cli
