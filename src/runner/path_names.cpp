#include "runner/path_names.hpp"

#include <algorithm>
#include <string_view>

#include <benchkit/base/error.hpp>

namespace benchkit::runner {
namespace {

/// The batch of a case in C++ and what calls functions for it, inlined or not.
bool is_harness(const Frame& frame) {
  constexpr std::string_view kHarness[] = {"benchkit::Run::", "benchkit::detail::", "std::invoke", "std::__invoke"};
  return std::any_of(std::begin(kHarness), std::end(kHarness), [&](std::string_view name) { return frame.function.starts_with(name); });
}

void leave_out_harness(CallPaths& paths) {
  for (CallPath& path : paths.paths) {
    auto first =
        std::find_if_not(path.frames.begin(), path.frames.end(), [&](std::uint32_t frame) { return is_harness(paths.frames[frame]); });
    // An action that was inlined has no frame of its own, where nobody knows its lines: the batch stands for it then.
    if (path.frames.end() - first < 2 && first != path.frames.begin()) --first;
    path.frames.erase(path.frames.begin(), first);
  }
}

}  // namespace

void PathNames::add_to(CallPaths& paths) {
  const bool native = std::any_of(paths.frames.begin(), paths.frames.end(), [](const Frame& frame) { return !frame.module.empty(); });
  if (!native) return;
  if (!look_up_) load();
  symbols::name_frames(paths, look_up_);
  leave_out_harness(paths);
}

void PathNames::load() {
  try {
    look_up_ = symbols::library_look_up();
  } catch (const Error& error) {
    missing_ = describe(error);
    look_up_ = [](const std::string&, std::uint64_t) { return std::vector<Frame>{}; };
  }
}

}  // namespace benchkit::runner
