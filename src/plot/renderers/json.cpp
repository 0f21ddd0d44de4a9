// The figure itself: for programs, and for who wants to change the ECharts option and have it drawn.
#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

std::string draw(const Figure& figure, Drawing& /*drawing*/, const base::TextStyle& /*style*/) {
  return base::dump_line(to_json(figure)) + "\n";
}

}  // namespace

RendererEntry json_renderer() { return {"json", "the ECharts option, as data", &draw}; }

}  // namespace benchkit::plot
