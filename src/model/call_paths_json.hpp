// Call paths as JSON, the same in a message and in a snapshot: compact, for there may be thousands of frames.
#pragma once

#include <string>

#include <benchkit/model/call_paths.hpp>
#include "base/json.hpp"

namespace benchkit {

/// {"peak": bytes, "frames": [[function, file, line, module, offset]...], "paths": [[bytes, allocations, [frame...]]...], "rest": [bytes, allocations]}.
/// What a frame does not know at its end is left off.
[[nodiscard]] Json to_json(const CallPaths& paths);
/// The inverse; unknown fields are ignored. Throws benchkit::Error with `place` for anything else: a number below 0, a path through a frame that is not
/// there, or through more than 10,000.
[[nodiscard]] CallPaths call_paths_from_json(const Json& json, const std::string& place);

}  // namespace benchkit
