// How a case's failure is told in one or a few lines.
#pragma once

#include <string>

#include "model/snapshot.hpp"

namespace benchkit::cli {

/// "FAILED sort[10]: timeout: ..." with the tail of what the worker printed, indented; "skipped sort[10]: reason".
[[nodiscard]] std::string failure_lines(const std::string& case_id, const Outcome& outcome);

}  // namespace benchkit::cli
