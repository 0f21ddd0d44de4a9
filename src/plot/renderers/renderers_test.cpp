#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

#include "plot/renderers/renderer.hpp"

/// What fontconfig keeps for the life of a process, the leak checker of a sanitized build takes for lost.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }

namespace benchkit::plot {
namespace {

constexpr const char* kHostile = "</script><img src=x onerror=alert(1)>\u202e\"'&<!-- {a|b}";

Figure figure(const std::string& name) {
  Figure result{.view = "scatter", .title = name, .width = 400, .height = 300};
  result.option = {
      {"backgroundColor", "#ffffff"},
      {"title", {{"text", name}}},
      {"xAxis", {{"type", "category"}, {"data", {name, "other"}}}},
      {"yAxis", Json::object()},
      {"series", {{{"type", "scatter"}, {"name", name}, {"data", {1, 2}}, {"label", {{"show", true}, {"formatter", {{"$", "tip"}}}}}}}}};
  result.text = {{.title = name, .form = Form::bars, .rows = {{.label = name, .text = "1", .values = {1.0}}}}};
  return result;
}

TEST(Renderers, KnowTheEndings) {
  EXPECT_STREQ(renderer_for("a/b.c/picture.svg").name, "svg");
  EXPECT_STREQ(renderer_for("picture.jpeg").name, "jpg");
  EXPECT_THROW((void)renderer_for("picture.gif"), Error);
  EXPECT_THROW((void)renderer_for("picture"), Error);
}

TEST(Renderers, MakeWhatTheirNamesSay) {
  Drawing drawing;
  const Figure one = figure("one");
  EXPECT_EQ(renderer_named("svg").draw(one, drawing, {}).substr(0, 4), "<svg");
  EXPECT_EQ(renderer_named("png").draw(one, drawing, {}).substr(1, 3), "PNG");
  EXPECT_EQ(renderer_named("jpg").draw(one, drawing, {}).substr(0, 2), "\xff\xd8");
  EXPECT_EQ(renderer_named("webp").draw(one, drawing, {}).substr(8, 4), "WEBP");
  EXPECT_EQ(renderer_named("pdf").draw(one, drawing, {}).substr(0, 4), "%PDF");
  const Figure again = figure_from_json(base::parse_json(renderer_named("json").draw(one, drawing, {}), "a figure"));
  EXPECT_EQ(again.option, one.option);
  EXPECT_TRUE(drawing.svg(again) == drawing.svg(one));
}

/// The pixels of a PNG from top to bottom.
unsigned height_of_png(const std::string& png) {
  unsigned height = 0;
  for (std::size_t at = 20; at < 24; ++at) height = height << 8 | static_cast<unsigned char>(png.at(at));
  return height;
}

TEST(Renderers, APictureThatIsTooHighIsLessSharp) {
  Drawing drawing;
  Figure high = figure("high");
  high.width = 40;
  high.height = 20'000;
  EXPECT_EQ(height_of_png(renderer_named("png").draw(high, drawing, {})), 32'767U);
  high.height = 100'000;
  EXPECT_THROW((void)renderer_named("png").draw(high, drawing, {}), Error);
}

TEST(Renderers, TheSameFigureIsTheSameBytes) {
  Drawing first, second;
  const std::string svg = first.svg(figure("one"));
  (void)second.svg(figure("another"));
  for (const char* format : {"svg", "pdf", "png"}) {
    const RendererEntry& renderer = renderer_named(format);
    EXPECT_TRUE(renderer.draw(figure("one"), second, {}) == renderer.draw(figure("one"), first, {})) << format;
  }
  EXPECT_TRUE(svg == second.svg(figure("one")));
}

TEST(Renderers, NamesNeverBecomeMarkup) {
  Drawing drawing;
  const Figure hostile = figure(kHostile);
  const std::string svg = drawing.svg(hostile);
  EXPECT_EQ(svg.find("<img"), std::string::npos);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  const std::string page = renderer_named("html").draw(hostile, drawing, {});
  EXPECT_EQ(page.find("<img"), std::string::npos);
  std::size_t scripts = 0;
  for (std::size_t at = page.find("</script"); at != std::string::npos; at = page.find("</script", at + 1)) ++scripts;
  EXPECT_EQ(scripts, 2u);  // the figure's and the engine's
  EXPECT_NE(page.find("default-src 'none'; script-src 'sha256-"), std::string::npos);
  const std::string text = renderer_named("txt").draw(figure("\x1b[31mred\u202e"), drawing, {80, false});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Renderers, WhatNoXmlMayHoldIsNoErrorInAFigureThatSomebodyChanged) {
  Json json = to_json(figure("one"));
  json["option"]["title"]["text"] = "a\x1b\x01\uffff\nb";
  const Figure changed = figure_from_json(json);
  EXPECT_EQ(changed.option["title"]["text"], "a\\x1b\\x01\\uffff\nb");
  Drawing drawing;
  EXPECT_EQ(drawing.picture(changed, "png", 1).substr(1, 3), "PNG");
}

TEST(Renderers, ABrokenOptionIsAnError) {
  Drawing drawing;
  Figure broken = figure("one");
  broken.option["xAxis"]["axisLabel"] = {{"formatter", {{"$", "eval"}}}};
  EXPECT_THROW((void)drawing.svg(broken), Error);
  EXPECT_EQ(drawing.svg(figure("one")).substr(0, 4), "<svg");  // and no end of the engine
  EXPECT_THROW((void)figure_from_json(Json::object()), Error);
}

}  // namespace
}  // namespace benchkit::plot
