#include "symbols/symbols.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "base/demangle.hpp"

namespace benchkit::symbols {
namespace {

/// Frames by what they say, each once.
class FrameTable {
 public:
  std::uint32_t index_of(const Frame& frame) {
    const auto [found, is_new] = indices_.try_emplace({frame.function, frame.file, frame.line, frame.module, frame.offset},
                                                      static_cast<std::uint32_t>(frames_.size()));
    if (is_new) frames_.push_back(frame);
    return found->second;
  }
  [[nodiscard]] std::vector<Frame> take() { return std::move(frames_); }

 private:
  std::map<std::tuple<std::string, std::string, std::uint32_t, std::string, std::uint64_t>, std::uint32_t> indices_;
  std::vector<Frame> frames_;
};

/// The frames that a native one stands for, the outermost first.
std::vector<Frame> named(const Frame& frame, const LookUp& look_up) {
  const bool unknown = !frame.module.empty() && frame.line == 0;
  std::vector<Frame> functions = unknown ? look_up(frame.module, frame.offset) : std::vector<Frame>{};
  if (functions.empty()) {
    Frame same = frame;
    same.function = base::demangled(frame.function);
    return {std::move(same)};
  }
  std::vector<Frame> outermost_first(functions.rbegin(), functions.rend());
  for (Frame& one : outermost_first) {
    one.module = frame.module;
    one.offset = frame.offset;
  }
  return outermost_first;
}

}  // namespace

void name_frames(CallPaths& paths, const LookUp& look_up) {
  FrameTable table;
  std::vector<std::vector<std::uint32_t>> stands_for;
  stands_for.reserve(paths.frames.size());
  for (const Frame& frame : paths.frames) {
    std::vector<std::uint32_t>& indices = stands_for.emplace_back();
    for (const Frame& one : named(frame, look_up)) indices.push_back(table.index_of(one));
  }
  for (CallPath& path : paths.paths) {
    std::vector<std::uint32_t> frames;
    for (const std::uint32_t frame : path.frames) frames.insert(frames.end(), stands_for[frame].begin(), stands_for[frame].end());
    path.frames = std::move(frames);
  }
  paths.frames = table.take();
}

}  // namespace benchkit::symbols
