#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

std::string draw(const Figure& figure, Drawing& drawing, const base::TextStyle& /*style*/) { return drawing.svg(figure) + "\n"; }

}  // namespace

RendererEntry svg_renderer() { return {"svg", "a drawing of any size", &draw}; }

}  // namespace benchkit::plot
