// Figure: a picture before it is drawn: plain data and an ECharts option. Any renderer draws any figure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/table.hpp"
#include "stats/interval.hpp"

namespace benchkit::plot {

/// How rows of characters are drawn.
enum class Form {
  bars,        ///< from zero to `value`
  changes,     ///< ratios: from 1 to `value`, with `interval`
  boxes,       ///< `values`: minimum, quartile, median, quartile, maximum
  sparklines,  ///< `values` in their order
  heat,        ///< `cells`
  tree,        ///< bars of shares, `depth` deep
};

/// What a cell of a heat map says, and the one letter that stands for it where cells are too narrow.
struct TextCell {
  std::string text;
  std::string mark;
};

struct TextRow {
  std::string label;
  std::string text;            ///< behind the drawing: the number in words
  std::vector<double> values;  ///< NaN: missing
  std::optional<stats::Interval> interval{};
  base::Tone tone = base::Tone::plain;
  std::size_t depth = 0;
  std::vector<TextCell> cells{};  ///< one for each column
};

/// The same content for a terminal.
struct TextChart {
  std::string title;
  Form form = Form::bars;
  bool logarithmic = false;
  std::vector<std::string> columns{};  ///< names of the cells
  std::vector<TextRow> rows{};
};

struct Figure {
  std::string view;   ///< as in views.def
  std::string title;  ///< also of the page that shows it
  bool dark = false;
  double width = 960, height = 540;  ///< in pixels
  /// As ECharts takes it, but plain JSON: where ECharts takes a function there is {"$": NAME, ...} (web/engine/functions.js).
  Json option = Json::object();
  std::vector<TextChart> text{};
  std::vector<std::string> notes{};  ///< what a reader must know; they stand below the picture
};

/// The text in lines of so many columns, broken between words.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text, std::size_t columns);

/// Control characters, and marks that turn the direction of writing, made visible (base::printable) in every text of an option: they would stand in no XML, or turn what
/// stands beside them. In the words of tooltips, and where `lines` are wanted everywhere, a newline stays one.
void make_printable(Json& option, bool lines);

/// All but its rows of characters. The inverse throws benchkit::Error.
[[nodiscard]] Json to_json(const Figure& figure);
[[nodiscard]] Figure figure_from_json(const Json& json);

}  // namespace benchkit::plot
