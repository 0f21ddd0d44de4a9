// How the measuring of one case ended: a closed list.
#pragma once

#include <optional>
#include <string_view>

namespace benchkit {

/// `ok` has samples. Everything else is an outcome with its details; none of them ends a run.
enum class Status {
  ok,           ///< measured
  skipped,      ///< not wanted or not possible here, with a reason
  absent,       ///< this version does not have the case
  not_reached,  ///< the run's time was over before
  error,        ///< an exception, or a command that could not be started
  signal,       ///< killed by a signal
  exit,         ///< the process ended itself, or a command ended with an exit code that is not allowed
  timeout,      ///< no answer within the limit
  memory,       ///< the process tree held more memory than allowed
  protocol,     ///< the worker broke the protocol, or lost its connection
};

/// There is no result, and nothing went wrong.
[[nodiscard]] constexpr bool is_left_out(Status status) noexcept {
  return status == Status::skipped || status == Status::absent || status == Status::not_reached;
}

[[nodiscard]] std::string_view to_string(Status status) noexcept;
[[nodiscard]] std::optional<Status> status_from(std::string_view text) noexcept;

}  // namespace benchkit
