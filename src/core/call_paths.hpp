// From what the hooks know of call paths to CallPaths.
#pragma once

#include <cstdint>
#include <vector>

#include <benchkit/model/call_paths.hpp>
#include "memhook/abi.h"

namespace benchkit::core {

/// An interpreter in this process, whose frames stand in call paths.
struct Interpreter {
  const benchkit_memhook_walker* walker = nullptr;
  /// What one of the walker's frames is, while the hooks keep it. Called from any thread; must not wait for one that runs the interpreter.
  Frame (*frame)(std::uint64_t number) = nullptr;
};
void set_interpreter(const Interpreter& interpreter);

/// Before an attributed window is opened.
void tell_of_interpreter(const benchkit_memhook_interface& hooks);

/// Who held what at the peak of an attributed window that is closed; the hooks forget it. The heaviest thousand paths, and the rest.
[[nodiscard]] CallPaths take_call_paths(const benchkit_memhook_interface& hooks, std::int64_t window);
/// Who held what at the highest peak so far of one that is open.
[[nodiscard]] CallPaths call_paths_so_far(const benchkit_memhook_interface& hooks, std::int64_t window);

/// The calls that led here, the outermost first: native frames, named as in call paths.
[[nodiscard]] std::vector<Frame> native_callers();
/// Paths begin where they leave `callers`: what stands around a measured call is nobody's question.
void leave_out(CallPaths& paths, const std::vector<Frame>& callers);

}  // namespace benchkit::core
