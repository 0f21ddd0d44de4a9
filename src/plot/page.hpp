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
  enum class Scale { linear, logarithmic, category };
  Scale scale = Scale::linear;
  std::string name;
  Json label = {};                           ///< the function that writes a tick's label; null: as ECharts does
  double base = 10;                          ///< of the logarithm
  std::vector<std::string> categories = {};  ///< from the bottom, or the left
  std::optional<double> low = {}, high = {};
};

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
};

struct Panel {
  std::string title;
  Axis x, y;
  Extent xs, ys;             ///< of what is drawn
  std::vector<Json> series;  ///< without their axes
  double height = 0;         ///< in pixels; 0: as all of them
};

struct LegendEntry {
  std::string name;
  std::string colour;
  std::string symbol;
  double turned = 0;
};

struct Page {
  std::string view, title, subtitle;
  std::vector<Panel> panels;
  std::vector<LegendEntry> legend;  ///< one for each name that series have
  bool share_axes = true;           ///< of panels with the same metric: unless --free-axes
  std::size_t columns = 0;          ///< of panels; 0: by their number
  double width = 960;
};

/// Lays it out. The figure has no text yet.
[[nodiscard]] Figure compose(const Page& page, const ViewOptions& options);

/// An item of a series with its tooltip: the whole of what may be shortened in the picture.
[[nodiscard]] Json item(Json value, const std::string& tip);
/// A font as functions of an option take it.
[[nodiscard]] std::string font(double pixels, bool bold = false);

}  // namespace benchkit::plot
