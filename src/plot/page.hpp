// A page: panels in rows and columns under a title and a legend, as one ECharts option.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "plot/theme.hpp"
#include "plot/views/view.hpp"

namespace benchkit::plot {

struct Axis {
  enum class Scale { linear, logarithmic, category, time };
  Scale scale = Scale::linear;
  std::string name;
  Json label = {};                           ///< the function that writes a tick's label; null: as ECharts does
  double base = 10;                          ///< of the logarithm
  std::vector<std::string> categories = {};  ///< from the top, or the left
  std::optional<double> low = {}, high = {};
  bool hidden = false;
  bool at_top = false;     ///< an x axis of categories above its panel
  Json only_at = {};       ///< where ticks are, if not where they fall
  double label_width = 0;  ///< in pixels: longer categories are shortened in their middle; 0: none is
};

/// Whether an axis of logarithms shows these: all are above 0, and far enough apart for more than one tick.
[[nodiscard]] bool suits_logarithm(const std::vector<double>& values);

/// How a metric's values stand on an axis: with their unit at each tick of a logarithmic one, in one unit for all on a linear one.
struct ValueAxis {
  Axis axis;
  double factor = 1;  ///< values are divided by it
};
[[nodiscard]] ValueAxis value_axis(const std::vector<double>& values, const std::string& name, const std::string& unit, bool logarithmic);

/// From the least to the greatest of some numbers.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void add(const Extent& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
  [[nodiscard]] bool empty() const noexcept { return low > high; }
  /// 0 to 1; the middle where all are equal.
  [[nodiscard]] double share(double value) const { return high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0) : 0.5; }
};

/// Where an axis begins and ends that shows these.
[[nodiscard]] Extent ends_of(const Axis& axis, const Extent& shown);

struct Panel {
  std::string title;
  Axis x, y;
  Extent xs, ys;             ///< of what is drawn
  std::vector<Json> series;  ///< without their axes
  double height = 0;         ///< in pixels; 0: as all of them
  double right = 0;          ///< pixels kept free for labels at the ends of lines
};

struct LegendEntry {
  std::string name;
  std::string colour;
  std::string symbol;
  bool hollow = false;
};

struct Page {
  std::string view, title, subtitle;
  std::vector<Panel> panels;
  std::vector<LegendEntry> legend;  ///< one for each name that series have
  bool share_axes = true;           ///< of panels with the same metric: unless --free-axes
  std::size_t columns = 0;          ///< of panels; 0: by their number
  double width = 960;
  Json visual_map = {};  ///< of a heat map: the scale of its colours; its place is set
  std::vector<std::string> notes = {};
};

/// Lays it out, the notes below the panels. Every text in it is printable.
[[nodiscard]] Figure compose(const Page& page, const ViewOptions& options, std::vector<TextChart> text = {});

/// Of each of so many panels, where it is not set.
[[nodiscard]] double panel_height(std::size_t panels);

/// Adds an entry unless one of its name is there.
void add_to_legend(std::vector<LegendEntry>& legend, LegendEntry entry);

/// An item of a series with its tooltip: the whole of what may be shortened in the picture.
[[nodiscard]] Json item(Json value, const std::string& tip);
/// A series that is nothing but straight lines through its panel: `places` are objects with "xAxis" or "yAxis".
[[nodiscard]] Json rules_at(Json places, const std::string& colour);
/// Intervals as a series. Items: [x, y, low, high]; `upright`: y is uncertain, else x. Nothing where there are none.
void add_intervals(Panel& panel, const std::string& name, const std::string& colour, bool upright, Json items);
/// "0.12%", "7.4%", "97%", "100%".
[[nodiscard]] std::string share_text(double share);
/// A font as functions of an option take it.
[[nodiscard]] std::string font(double pixels, bool bold = false);

}  // namespace benchkit::plot
