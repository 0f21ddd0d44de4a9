#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

std::string draw(const Figure& figure, Drawing& drawing, const base::TextStyle& /*style*/) { return drawing.picture(figure, "pdf", 1); }

}  // namespace

RendererEntry pdf_renderer() { return {"pdf", "a page as large as the picture", &draw}; }

}  // namespace benchkit::plot
