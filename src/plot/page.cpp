// ECharts knows grids (rectangles with two axes), and places each where it is told. This file decides where: a title and a line below it, a legend of as
// many lines as its names need, then the panels, row by row. Within its cell of the page a panel is made smaller by ECharts until the labels of its axes fit,
// for which it measures them.
#include "plot/page.hpp"

#include <fmt/format.h>

#include "base/table.hpp"
#include "base/units.hpp"

namespace benchkit::plot {
namespace {

constexpr double kMargin = 20;
constexpr double kTitle = 17, kSubtitle = 12, kText = 12, kLabel = 11;
constexpr double kLetter = 6.9;  ///< about the width of one at kText
constexpr double kLegendLine = 22, kLegendGap = 4, kLegendName = 260;
constexpr double kGap = 22, kPanelTitle = 20;
constexpr double kHalfLabel = 10;                      ///< by which that of a first or last tick leaves a panel
constexpr double kBesidePanel = 78, kBelowPanel = 40;  ///< for the labels and the name of an axis

std::size_t columns_for(std::size_t panels) {
  if (panels <= 3) return std::max<std::size_t>(panels, 1);
  if (panels == 4) return 2;
  return panels <= 9 ? 3 : 4;
}

struct Range {
  Extent extent;
  double step = 0;  ///< of a linear axis
};

/// Rounded outwards to what a person would choose: whole powers of a logarithm's base, else steps of 1, 2 or 5.
Range rounded(const Extent& extent, const Axis& axis) {
  if (extent.empty()) return {{0, 1}, 1};
  if (axis.scale == Axis::Scale::logarithmic) {
    const double scale = std::log(axis.base);
    constexpr double kNearly = 1e-9;
    Extent result{std::pow(axis.base, std::floor(std::log(extent.low) / scale + kNearly)),
                  std::pow(axis.base, std::ceil(std::log(extent.high) / scale - kNearly))};
    if (result.low == result.high) result.high *= axis.base;
    return {result, 0};
  }
  constexpr double kSteps = 5;
  const bool is_one = extent.low == extent.high && extent.low != 0;
  const double span = is_one ? std::fabs(extent.low) / kSteps : extent.high > extent.low ? extent.high - extent.low : 1;
  const double power = std::pow(10.0, std::floor(std::log10(span / kSteps)));
  double step = power * 10;
  for (const double one : {1.0, 2.0, 5.0}) {
    if (power * one * kSteps >= span) {
      step = power * one;
      break;
    }
  }
  Extent result{std::floor(extent.low / step) * step, std::ceil(extent.high / step) * step};
  if (is_one)
    result = {(std::ceil(extent.low / step) - 1) * step, (std::floor(extent.low / step) + 1) * step};  // it stands between two ticks
  if (result.low == result.high) result.high += step;
  return {result, step};
}

Json axis_json(const Axis& axis, const Extent& extent, bool across, std::size_t grid, const Theme& theme) {
  Json json{{"gridIndex", grid},
            {"name", axis.name},
            {"nameLocation", "middle"},
            {"nameGap", across ? 24 : 12},
            {"nameMoveOverlap", true},
            {"nameTextStyle", {{"color", theme.faint_ink}, {"fontSize", kText}}},
            {"axisLine", {{"show", across}, {"onZero", false}, {"lineStyle", {{"color", theme.line}}}}},
            {"axisTick", {{"show", across}, {"lineStyle", {{"color", theme.line}}}}},
            {"splitLine", {{"show", true}, {"lineStyle", {{"color", theme.grid}}}}},
            {"axisLabel", {{"color", theme.faint_ink}, {"fontSize", kLabel}, {"hideOverlap", true}}}};
  if (!axis.label.is_null()) json["axisLabel"]["formatter"] = axis.label;
  if (axis.scale == Axis::Scale::category) {
    json["type"] = "category";
    json["data"] = axis.categories;
    json["splitLine"]["show"] = false;
    json["axisTick"]["show"] = false;
    json["inverse"] = !across;
    if (axis.at_top) json.update({{"position", "top"}, {"axisLine", {{"show", false}}}});
    json["axisLabel"]["hideOverlap"] = across;
    if (!across) json["axisLabel"]["interval"] = 0;
    if (axis.label_width > 0) json["axisLabel"]["formatter"] = {{"$", "shorten"}, {"width", axis.label_width}, {"font", font(kLabel)}};
    return json;
  }
  if (axis.scale == Axis::Scale::time) {
    json["type"] = "time";
    return json;
  }
  json["type"] = axis.scale == Axis::Scale::logarithmic ? "log" : "value";
  if (axis.scale == Axis::Scale::logarithmic) json["logBase"] = axis.base;
  const Range range = rounded(extent, axis);
  json["min"] = axis.low.value_or(range.extent.low);
  json["max"] = axis.high.value_or(range.extent.high);
  if (range.step > 0 && !axis.low && !axis.high) json["interval"] = range.step;
  if (across && axis.high) json["axisLabel"]["showMaxLabel"] = false;
  if (axis.hidden) json["show"] = false;
  if (!axis.only_at.is_null()) {  // rows with names of their own, the first one at the top
    json["axisLabel"]["customValues"] = axis.only_at;
    json["axisLabel"]["hideOverlap"] = false;
    json["splitLine"]["show"] = false;
    json["inverse"] = true;
  }
  return json;
}

/// The width of a text at kText, rather too much than too little: in the fonts of kFamily letters are of some few widths.
double width_of(const std::string& text) {
  constexpr std::string_view kNarrow = "iIjl.,:;'|!ft()[]/ -", kWide = "mwMW@%=+<>~";
  constexpr double kNarrowest = 5.1, kUsual = 7.8, kWidest = 12;
  double width = 0;
  for (const char letter : text) {
    if ((static_cast<unsigned char>(letter) & 0xc0U) == 0x80U) continue;  // the rest of a letter
    width += kNarrow.find(letter) != std::string_view::npos ? kNarrowest : kWide.find(letter) != std::string_view::npos ? kWidest : kUsual;
  }
  const double columns = static_cast<double>(base::display_width(text));
  return std::max(width, columns * kLetter);
}

std::size_t legend_lines(const Page& page) {
  if (page.legend.size() < 2) return 0;
  const double width = page.width - 2 * kMargin + 5;
  double taken = 0;
  std::size_t lines = 1;
  for (const LegendEntry& entry : page.legend) {
    constexpr double kIcon = 34;
    const double wide = kIcon + std::min(kLegendName, width_of(base::printable(entry.name)));
    if (taken > 0 && taken + wide > width) {
      ++lines;
      taken = 0;
    }
    taken += wide;
  }
  return lines;
}

Json title_json(const std::string& text, double left, double top, double pixels, bool bold, const char* colour, double width) {
  return {{"text", text},
          {"left", left},
          {"top", top},
          {"padding", 0},
          {"textStyle",
           {{"fontSize", pixels},
            {"fontWeight", bold ? "bold" : "normal"},
            {"color", colour},
            {"width", width},
            {"overflow", "truncate"},
            {"ellipsis", "…"}}}};
}

class Composer {
 public:
  Composer(const Page& page, const ViewOptions& options) : page_(page), options_(options), theme_(theme(options.dark)) {
    figure_.view = page.view;
    figure_.title = options.title.empty() ? page.title : options.title;
    figure_.dark = options.dark;
    figure_.width = page.width;
    if (page.share_axes && !options.free_axes) {
      for (const Panel& panel : page.panels) {
        xs_.add(panel.xs);
        ys_.add(panel.ys);
      }
    }
  }

  Figure compose() {
    figure_.option = {{"backgroundColor", theme_.paper},
                      {"textStyle", {{"fontFamily", kFamily}, {"color", theme_.ink}}},
                      {"animation", false},
                      {"aria", {{"enabled", true}, {"label", {{"description", figure_.title}}}}},
                      {"title", Json::array()},
                      {"grid", Json::array()},
                      {"xAxis", Json::array()},
                      {"yAxis", Json::array()},
                      {"series", Json::array()},
                      {"tooltip",
                       {{"renderMode", "richText"},
                        {"confine", true},
                        {"formatter", {{"$", "tip"}}},
                        {"backgroundColor", theme_.paper},
                        {"borderColor", theme_.line},
                        {"textStyle", {{"color", theme_.ink}, {"fontSize", kText}}}}}};
    add_head();
    add_panels();
    add_notes();
    figure_.title = base::printable(figure_.title);
    make_printable(figure_.option, false);
    return std::move(figure_);
  }

 private:
  void add_head() {
    const double width = page_.width - 2 * kMargin;
    Json& titles = figure_.option["title"];
    titles.push_back(title_json(figure_.title, kMargin, kMargin - 4, kTitle, true, theme_.ink, width));
    top_ = kMargin + kTitle + 6;
    if (!page_.subtitle.empty()) {
      titles.push_back(title_json(page_.subtitle, kMargin, top_, kSubtitle, false, theme_.faint_ink, width));
      top_ += kSubtitle + 8;
    }
    const std::size_t lines = legend_lines(page_);
    if (lines > 0) {
      Json entries = Json::array();
      for (const LegendEntry& entry : page_.legend) {
        Json style{{"color", entry.hollow ? theme_.paper : entry.colour}};
        if (entry.hollow) style.update({{"borderColor", entry.colour}, {"borderWidth", 1.5}});
        entries.push_back({{"name", entry.name}, {"icon", entry.symbol}, {"itemStyle", std::move(style)}});
      }
      figure_.option["legend"] = {{"data", std::move(entries)},
                                  {"left", kMargin - 5},
                                  {"right", kMargin},
                                  {"top", top_},
                                  {"itemWidth", 11},
                                  {"itemHeight", 10},
                                  {"itemGap", 16},
                                  {"formatter", {{"$", "shorten"}, {"width", kLegendName}, {"font", font(kText)}}},
                                  {"textStyle", {{"color", theme_.ink}, {"fontSize", kText}}}};
      top_ += static_cast<double>(lines) * (kLegendLine + kLegendGap);
    }
    if (!page_.visual_map.is_null()) {
      Json map = page_.visual_map;
      map.update({{"type", "continuous"},
                  {"orient", "horizontal"},
                  {"left", kMargin},
                  {"top", top_ - 4},
                  {"itemWidth", 12},
                  {"itemHeight", 160},
                  {"textStyle", {{"color", theme_.faint_ink}, {"fontSize", kLabel}}}});
      figure_.option["visualMap"] = std::move(map);
      top_ += 30;
    }
    top_ += 6;
  }

  /// Panels with the same axes have their labels once: at the left of each row, and below the last of each column.
  void add_panels() {
    const std::size_t count = page_.panels.size();
    const std::size_t columns = page_.columns > 0 ? page_.columns : columns_for(count);
    const bool shared = page_.share_axes && !options_.free_axes && count > 1;
    const auto all = [&](auto&& holds) { return shared && std::all_of(page_.panels.begin(), page_.panels.end(), holds); };
    const bool y_once =
        all([](const Panel& panel) { return panel.y.scale != Axis::Scale::category && panel.y.only_at.is_null() && !panel.y.hidden; });
    const bool x_once =
        all([&](const Panel& panel) { return !panel.x.at_top && panel.x.categories == page_.panels[0].x.categories && !panel.x.hidden; });
    const double beside = y_once ? kBesidePanel : 0;
    // Panels below one another that share an axis are of one width, whatever names stand at their left.
    const double names = x_once && columns == 1 ? widest_name() : 0;
    const double width =
        (page_.width - 2 * kMargin - beside - names - kGap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
    double row_height = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Panel& panel = page_.panels[i];
      const std::size_t column = i % columns;
      if (i > 0 && column == 0) {
        top_ += row_height + kGap;
        row_height = 0;
      }
      const bool has_x = !x_once || i + columns >= count;
      const bool has_y = !y_once || column == 0;
      const double below = x_once ? kBelowPanel : 0;
      const double height = (panel.height > 0 ? panel.height : panel_height(count)) - below;
      const Box plot{kMargin + beside + names + static_cast<double>(column) * (width + kGap),
                     top_ + (panel.title.empty() ? 0 : kPanelTitle), width, height};
      const double spare = x_once || y_once ? kHalfLabel : 0;
      const double aside = names > 0 ? kMargin : spare;
      const double before = names + (has_y ? beside : 0) + aside;
      const Box cell{plot.left - before, plot.top - spare, before + width + aside, height + (has_x ? below : 0) + 2 * spare};
      if (!panel.title.empty()) figure_.option["title"].push_back(title_json(panel.title, plot.left, top_, kText, true, theme_.ink, width));
      add_panel(i, plot, cell, shared);
      if (!has_x) hide_labels(figure_.option["xAxis"].back());
      if (!has_y) hide_labels(figure_.option["yAxis"].back());
      else if (shared && column > 0) figure_.option["yAxis"].back()["name"] = "";  // it stands beside the first of the row
      row_height = std::max(row_height, plot.top - top_ + height + (has_x ? below : 0));
    }
    top_ += row_height;
  }

  void add_notes() {
    constexpr double kLine = kLabel + 5;
    const double width = page_.width - 2 * kMargin;
    figure_.notes = page_.notes;
    if (!page_.notes.empty()) top_ += kMargin / 2;
    for (const std::string& note : page_.notes) {
      for (const std::string& line : lines_of(base::printable(note), static_cast<std::size_t>(width / kLetter))) {
        figure_.option["title"].push_back(title_json(line, kMargin, top_, kLabel, false, theme_.faint_ink, width));
        top_ += kLine;
      }
    }
    figure_.height = std::ceil(top_ + kMargin);
  }

  /// Of the rows of all panels, with the room between them and the axis.
  [[nodiscard]] double widest_name() const {
    constexpr double kGapOfNames = 10;
    double widest = 0;
    for (const Panel& panel : page_.panels) {
      for (const std::string& name : panel.y.categories)
        widest = std::max(widest, std::min(width_of(base::printable(name)) * kLabel / kText, panel.y.label_width));
    }
    return widest > 0 ? widest + kGapOfNames : 0;
  }

  struct Box {
    double left = 0, top = 0, width = 0, height = 0;
    [[nodiscard]] Json json() const { return {{"left", left}, {"top", top}, {"width", width}, {"height", height}}; }
  };

  /// `plot`: where its axes are to be; `cell`: what their labels must not leave, for which the plot is made smaller if need be.
  void add_panel(std::size_t i, const Box& plot, const Box& cell, bool shared) {
    const Panel& panel = page_.panels[i];
    Json grid = Box{plot.left, plot.top, plot.width - panel.right, plot.height}.json();
    grid.update({{"outerBoundsMode", "auto"},
                 {"outerBoundsContain", "all"},
                 {"outerBounds", Box{cell.left, cell.top, cell.width - panel.right, cell.height}.json()}});
    figure_.option["grid"].push_back(std::move(grid));
    figure_.option["xAxis"].push_back(axis_json(panel.x, shared ? xs_ : panel.xs, true, i, theme_));
    figure_.option["yAxis"].push_back(axis_json(panel.y, shared ? ys_ : panel.ys, false, i, theme_));
    for (Json series : panel.series) {
      series["xAxisIndex"] = i;
      series["yAxisIndex"] = i;
      figure_.option["series"].push_back(std::move(series));
    }
  }

  static void hide_labels(Json& axis) {
    axis["name"] = "";
    axis["axisLabel"]["show"] = false;
    axis["axisTick"]["show"] = false;
  }

  const Page& page_;
  const ViewOptions& options_;
  const Theme& theme_;
  Figure figure_;
  Extent xs_, ys_;
  double top_ = kMargin;
};

}  // namespace

bool suits_logarithm(const std::vector<double>& values) {
  Extent extent;
  for (const double value : values) extent.add(value);
  constexpr double kFewest = 5;  // an axis that goes from a power of ten to the next has no number between the two
  return extent.low > 0 && extent.high >= kFewest * extent.low;
}

Extent ends_of(const Axis& axis, const Extent& shown) { return rounded(shown, axis).extent; }

ValueAxis value_axis(const std::vector<double>& values, const std::string& name, const std::string& unit, bool logarithmic) {
  if (logarithmic) {
    Axis axis{.scale = Axis::Scale::logarithmic, .name = name, .label = {{"$", "unit"}, {"unit", unit}}};
    if (unit == "B") axis.base = 2;
    return {std::move(axis), 1};
  }
  const base::Scale scale = base::scale_for(values, unit);
  return {{.name = scale.unit.empty() ? name : fmt::format("{} ({})", name, scale.unit)}, scale.factor};
}

Figure compose(const Page& page, const ViewOptions& options, std::vector<TextChart> text) {
  Figure figure = Composer(page, options).compose();
  figure.text = std::move(text);
  return figure;
}

double panel_height(std::size_t panels) {
  constexpr double kOne = 420, kTwo = 260, kThree = 220, kMore = 180;
  const std::size_t columns = columns_for(panels);
  return columns == 1 ? kOne : columns == 2 ? kTwo : columns == 3 ? kThree : kMore;
}

void add_to_legend(std::vector<LegendEntry>& legend, LegendEntry entry) {
  const auto same = [&](const LegendEntry& known) { return known.name == entry.name; };
  if (std::none_of(legend.begin(), legend.end(), same)) legend.push_back(std::move(entry));
}

Json item(Json value, const std::string& tip) { return {{"value", std::move(value)}, {"tip", tip}}; }

void add_intervals(Panel& panel, const std::string& name, const std::string& colour, bool upright, Json items) {
  if (items.empty()) return;
  Json first = Json::array({items[0]});
  panel.series.push_back(
      {{"type", "custom"},
       {"name", name},
       {"silent", true},
       {"clip", true},
       {"renderItem", {{"$", "interval"}, {"of", upright ? "y" : "x"}, {"width", 1.5}, {"cap", 3}, {"items", std::move(items)}}},
       {"itemStyle", {{"color", colour}}},
       {"data", std::move(first)}});
}

Json rules_at(Json places, const std::string& colour) {
  return {{"type", "line"},
          {"silent", true},
          {"data", Json::array()},
          {"markLine",
           {{"z", 1},
            {"silent", true},
            {"symbol", "none"},
            {"label", {{"show", false}}},
            {"lineStyle", {{"color", colour}, {"type", "solid"}, {"width", 1}}},
            {"data", std::move(places)}}}};
}

std::string share_text(double share) {
  constexpr double kFewDigits = 0.1;
  constexpr double kManyDigits = 10;  // from which on three of them would be a power of ten
  return share < kFewDigits || share >= kManyDigits ? base::format_percent(share) : fmt::format("{:.3g}%", share * 100);
}

std::string font(double pixels, bool bold) { return fmt::format("{}{}px {}", bold ? "bold " : "", pixels, kFamily); }

}  // namespace benchkit::plot
