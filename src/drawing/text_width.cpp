// librsvg lays texts out by Pango over fontconfig, with the sizes of the font unrounded; so does this, and both find the same font for a family.
#include "drawing/text_width.hpp"

#include <charconv>
#include <map>
#include <memory>
#include <string>

#include <pango/pangocairo.h>

namespace benchkit::drawing {
namespace {

struct Release {
  void operator()(void* object) const noexcept { g_object_unref(object); }
};

struct Font {
  std::string family = "sans-serif";
  double pixels = 12;
  bool bold = false;
};

/// The few forms that ECharts writes: "[style] [weight] SIZEpx FAMILY".
Font parse(std::string_view css) {
  Font font;
  const std::size_t unit = css.find("px");
  if (unit == std::string_view::npos) return font;
  const std::size_t begin = css.find_last_of(' ', unit) + 1;  // npos + 1 is 0
  (void)std::from_chars(css.data() + begin, css.data() + unit, font.pixels);
  const std::string_view before = css.substr(0, begin);
  font.bold = before.find("bold") != std::string_view::npos || before.find("600") != std::string_view::npos ||
              before.find("700") != std::string_view::npos;
  if (const std::size_t family = css.find_first_not_of(' ', unit + 2); family != std::string_view::npos) font.family = css.substr(family);
  return font;
}

class Ruler {
 public:
  Ruler() : fonts_(pango_cairo_font_map_new()) {
    constexpr double kDotsAnInch = 72;  // a point is a pixel then
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts_.get()), kDotsAnInch);
    context_.reset(pango_font_map_create_context(fonts_.get()));
    const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(cairo_font_options_create(),
                                                                                               &cairo_font_options_destroy);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context_.get(), options.get());
    pango_context_set_round_glyph_positions(context_.get(), FALSE);
    layout_.reset(pango_layout_new(context_.get()));
  }

  double measure(std::string_view text, std::string_view css) {
    if (css != last_) {
      last_ = css;
      const Font font = parse(css);
      const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> description(pango_font_description_new(),
                                                                                                      &pango_font_description_free);
      pango_font_description_set_family(description.get(), font.family.c_str());
      pango_font_description_set_weight(description.get(), font.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
      pango_font_description_set_absolute_size(description.get(), font.pixels * PANGO_SCALE);
      pango_layout_set_font_description(layout_.get(), description.get());
    }
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    PangoRectangle extents;
    pango_layout_get_extents(layout_.get(), nullptr, &extents);
    return static_cast<double>(extents.width) / PANGO_SCALE;
  }

 private:
  std::unique_ptr<PangoFontMap, Release> fonts_;
  std::unique_ptr<PangoContext, Release> context_;
  std::unique_ptr<PangoLayout, Release> layout_;
  std::string last_ = "none";
};

}  // namespace

double text_width(std::string_view text, std::string_view font) {
  static Ruler ruler;
  return ruler.measure(text, font);
}

}  // namespace benchkit::drawing
