#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {

const std::vector<RendererEntry>& renderers() {
  static const std::vector<RendererEntry> all{
#define BENCHKIT_RENDERER(name) name##_renderer(),
#include "plot/renderers/renderers.def"
#undef BENCHKIT_RENDERER
  };
  return all;
}

const RendererEntry& renderer_named(std::string_view name) {
  return *std::find_if(renderers().begin(), renderers().end(), [&](const RendererEntry& one) { return one.name == name; });
}

const RendererEntry& renderer_for(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  if (!ending.empty()) ending.erase(0, 1);
  if (ending == "jpeg") ending = "jpg";
  std::vector<std::string> known;
  for (const RendererEntry& one : renderers()) {
    if (one.name == ending) return one;
    known.push_back(std::string(".") + one.name);
  }
  throw Error(ending.empty() ? "the file's name has no ending that says what it is to be" : fmt::format("no picture ends in .{}", ending),
              path, fmt::format("there are {}", fmt::join(known, ", ")));
}

}  // namespace benchkit::plot
