#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

std::string draw(const Figure& figure, Drawing& drawing, const base::TextStyle& /*style*/) {
  return drawing.picture(figure, "png", kPixels);
}

}  // namespace

RendererEntry png_renderer() { return {"png", "pixels", &draw}; }

}  // namespace benchkit::plot
