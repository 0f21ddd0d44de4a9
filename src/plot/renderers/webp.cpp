#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

std::string draw(const Figure& figure, Drawing& drawing, const base::TextStyle& /*style*/) {
  return drawing.picture(figure, "webp", kPixels);
}

}  // namespace

RendererEntry webp_renderer() { return {"webp", "pixels without loss, in a small file", &draw}; }

}  // namespace benchkit::plot
