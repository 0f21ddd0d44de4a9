// A page of its own: it opens from a disk without a network, and holds what draws it. Its policy (Content Security Policy, level 3) lets the one script run whose
// hash it states, and nothing be fetched; the figure is data that no browser runs, in which no `<` stands, so that nothing in it ends its element. Names
// reach the page through ECharts as texts of SVG and never as HTML.
#include <fmt/format.h>

#include "base/xml.hpp"
#include "plot/renderers/renderer.hpp"
#include "plot/theme.hpp"

namespace benchkit::plot {
namespace {

std::string without_markup(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char letter : json) {
    if (letter == '<') text += "\\u003c";
    else if (letter == '&') text += "\\u0026";
    else text += letter;
  }
  return text;
}

std::string draw(const Figure& figure, Drawing& drawing, const base::TextStyle& /*style*/) {
  const Json data{{"option", figure.option}, {"height", figure.height}, {"width", figure.width}};
  const Theme& look = theme(figure.dark);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style>html{{background:{}}}body{{margin:0 auto;max-width:{}px}}</style>\n</head>\n<body>\n"
      "<div id=\"picture\" role=\"img\" aria-label=\"{}\"></div>\n<script type=\"application/json\" "
      "id=\"figure\">{}</script>\n<script>{}</script>\n"
      "</body>\n</html>\n",
      drawing.script_hash(), base::xml_text(figure.title), look.paper, figure.width, base::xml_text(figure.title),
      without_markup(base::dump_line(data)), drawing.script());
}

}  // namespace

RendererEntry html_renderer() { return {"html", "a page that shows numbers where the mouse is", &draw}; }

}  // namespace benchkit::plot
