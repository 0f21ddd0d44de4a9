// Names for native code: functions, files and lines for frames that are a module and an offset.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <benchkit/model/call_paths.hpp>

namespace benchkit::symbols {

/// The functions at the instruction that holds the byte at `offset` of a module: what was inlined there first, the function that has the code of its own last.
/// Empty: not known.
using LookUp = std::function<std::vector<Frame>(const std::string& module, std::uint64_t offset)>;

/// The look-up by the symbols library, which is loaded here; files are opened once and answers kept. Throws benchkit::Error with the way out if the library
/// cannot be loaded.
[[nodiscard]] LookUp library_look_up();

/// Names the native frames whose line is not known. A call that was inlined becomes a frame of its own; frames that nobody knows stay as they are, but for their
/// mangled names. Offsets lie within the calls, not where they return to.
void name_frames(CallPaths& paths, const LookUp& look_up);

}  // namespace benchkit::symbols
