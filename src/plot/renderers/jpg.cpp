#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

std::string draw(const Figure& figure, Drawing& drawing, const base::TextStyle& /*style*/) {
  return drawing.picture(figure, "jpg", kPixels);
}

}  // namespace

RendererEntry jpg_renderer() { return {"jpg", "pixels, for what takes nothing else", &draw}; }

}  // namespace benchkit::plot
