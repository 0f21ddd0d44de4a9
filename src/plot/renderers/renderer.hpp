// Renderer: one medium in which a figure is drawn.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/table.hpp"
#include "plot/drawing.hpp"
#include "plot/figure.hpp"

namespace benchkit::plot {

/// One row of renderers.def.
struct RendererEntry {
  const char* name;  ///< of the format, and the ending of its files
  const char* help;
  /// The bytes of a file, or the text for a terminal of that style. Throws benchkit::Error.
  std::string (*draw)(const Figure& figure, Drawing& drawing, const base::TextStyle& style);
};

/// Pixels to one of a figure: sharp on screens of today.
inline constexpr double kPixels = 2;

#define BENCHKIT_RENDERER(name) RendererEntry name##_renderer();
#include "plot/renderers/renderers.def"
#undef BENCHKIT_RENDERER

/// All of them, in the order of renderers.def.
[[nodiscard]] const std::vector<RendererEntry>& renderers();
/// By a name that is there.
[[nodiscard]] const RendererEntry& renderer_named(std::string_view name);
/// By the ending of a file's name. Throws benchkit::Error for an ending that is none.
[[nodiscard]] const RendererEntry& renderer_for(const std::string& path);

}  // namespace benchkit::plot
