// Pictures in characters: bars in eighths of a cell, lines of eight heights (sparklines), boxes of line-drawing characters. Everything fits the width of the
// terminal; where there is none, a page's.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "plot/page.hpp"
#include "plot/renderers/renderer.hpp"

namespace benchkit::plot {
namespace {

constexpr std::size_t kPage = 100;   ///< columns, where there is no terminal
constexpr std::size_t kFewest = 12;  ///< below it nothing can be drawn
constexpr std::array<const char*, 8> kEighths{"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::array<const char*, 8> kHeights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

std::string repeat(const char* text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t taken = base::display_width(text);
  return taken < width ? text + std::string(width - taken, ' ') : text;
}

std::string coloured(const std::string& text, base::Tone tone, bool colour) {
  if (!colour || text.empty()) return text;
  switch (tone) {
    case base::Tone::good: return "\x1b[34m" + text + "\x1b[0m";
    case base::Tone::bad: return "\x1b[31m" + text + "\x1b[0m";
    case base::Tone::warning: return "\x1b[33m" + text + "\x1b[0m";
    case base::Tone::dim: return "\x1b[2m" + text + "\x1b[0m";
    case base::Tone::strong: return "\x1b[1m" + text + "\x1b[0m";
    case base::Tone::plain: break;
  }
  return text;
}

std::size_t width_of(const base::TextStyle& style) { return std::max(style.width == 0 ? kPage : style.width, kFewest); }

/// A text in as many lines as it takes; a word that is longer than one is shortened.
std::string wrapped(const std::string& text, base::Tone tone, const base::TextStyle& style) {
  std::string result;
  for (const std::string& line : lines_of(base::printable(text), width_of(style)))
    result += coloured(base::shorten(line, width_of(style)), tone, style.colour) + "\n";
  return result;
}

/// Draws one chart in so many columns.
class Chart {
 public:
  Chart(const TextChart& chart, const base::TextStyle& style) : chart_(chart), style_(style), shared_(shared_beginning(chart.rows)) {
    const std::size_t width = width_of(style);
    constexpr std::size_t kNarrow = 40;  // below it name, drawing and number share the width
    const std::size_t third = width < kNarrow ? (width - kGaps) / 3 : width;
    for (const TextRow& row : chart.rows) {
      label_ = std::max(label_, base::display_width(base::printable(row.label)) + 2 * row.depth);
      text_ = std::max(text_, base::display_width(base::printable(row.text)));
      for (const TextCell& one : row.cells) widest_ = std::max(widest_, base::display_width(base::printable(one.text)));
      for (const double value : row.values) range_.add(scaled(value));
      if (row.interval && chart.form == Form::changes) {
        range_.add(scaled(row.interval->low));
        range_.add(scaled(row.interval->high));
      }
    }
    if (chart.form == Form::bars || chart.form == Form::tree) range_.add(0);
    if (chart.form == Form::changes) range_.add(scaled(none()));
    text_ = std::min({text_, width / 2, third});
    // A name is cut where the drawing would become too narrow, since names that are cut are often alike.
    const std::size_t around = text_ + kGaps + wanted();
    label_ = std::min({label_, std::max(width / 3, width > around ? width - around : 0), third});
    std::size_t needed = 0;
    for (const TextRow& row : chart.rows) needed = std::max(needed, base::display_width(label_of(row)));
    label_ = std::min(label_, needed);
    drawing_ = width - label_ - text_ - kGaps;
  }

  [[nodiscard]] std::string text() const {
    std::string result;
    if (!chart_.title.empty()) result += wrapped(chart_.title, base::Tone::strong, style_);
    if (chart_.form == Form::heat) return result + heat_map();
    for (const TextRow& row : chart_.rows) {
      result += without_spaces(padded(label_of(row), label_) + "  " + coloured(padded(drawn(row), drawing_), row.tone, style_.colour) +
                               "  " + base::shorten(base::printable(row.text), text_));
    }
    return result;
  }

  /// What its marks say; empty: it has none.
  [[nodiscard]] std::string key() const {
    if (chart_.form == Form::changes) return "▲ regressed, ▼ improved, ● same, ○ undecided";
    if (chart_.form != Form::heat) return {};
    return has_words() ? "▲ proven to have regressed, ▼ to have improved"
                       : "▲ regressed, ▼ improved, ● same, ○ undecided, = the base, · no change to tell, – no value";
  }

 private:
  static constexpr std::size_t kGaps = 4;  ///< columns between name, drawing and number

  /// Where nothing changed: ratios stand on an axis of logarithms, differences on none.
  [[nodiscard]] double none() const { return chart_.logarithmic ? 1 : 0; }

  /// How long the beginning is that all names share, up to the end of a word. 0: none, or it is a tree.
  [[nodiscard]] static std::size_t shared_beginning(const std::vector<TextRow>& rows) {
    if (rows.size() < 2) return 0;
    const std::string first = base::printable(rows.front().label);
    std::size_t shared = first.size();
    for (const TextRow& row : rows) {
      const std::string label = base::printable(row.label);
      const auto end = std::mismatch(first.begin(), first.end(), label.begin(), label.end()).first;
      shared = row.depth > 0 ? 0 : std::min(shared, static_cast<std::size_t>(end - first.begin()));
    }
    const std::size_t last = shared == 0 ? std::string::npos : first.find_last_of("/:.[ _-", shared - 1);
    return last == std::string::npos ? 0 : last + 1;
  }
  /// A name that is too long loses what all share before what tells it from the others.
  [[nodiscard]] std::string label_of(const TextRow& row) const {
    const std::size_t width = label_ - 2 * std::min(row.depth, label_ / 4);
    std::string text = base::printable(row.label);
    if (base::display_width(text) > width && shared_ > 1) text = "…" + text.substr(shared_);
    return std::string(2 * row.depth, ' ') + base::shorten(text, width);
  }
  [[nodiscard]] double scaled(double value) const {
    if (!chart_.logarithmic) return value;
    return value > 0 ? std::log(value) : std::numeric_limits<double>::quiet_NaN();
  }
  [[nodiscard]] std::size_t cell(double value) const {
    return static_cast<std::size_t>(std::lround(range_.share(scaled(value)) * static_cast<double>(drawing_ - 1)));
  }

  [[nodiscard]] std::string drawn(const TextRow& row) const {
    switch (chart_.form) {
      case Form::bars:
      case Form::tree: return row.values.empty() ? "" : bar(row.values[0]);
      case Form::changes: return change(row);
      case Form::boxes: return box(row);
      case Form::sparklines: return sparkline(row);
      case Form::heat: break;  // heat_map()
    }
    return {};
  }

  [[nodiscard]] std::string bar(double value) const {
    if (!std::isfinite(value)) return {};
    constexpr double kParts = 8;
    const auto eighths = static_cast<std::size_t>(std::lround(range_.share(scaled(value)) * static_cast<double>(drawing_) * kParts));
    std::string text = repeat("█", eighths / 8);
    if (eighths % 8 > 0) text += kEighths[eighths % 8 - 1];
    return text.empty() ? "▏" : text;
  }

  /// The line where nothing changed, the interval, and the change in it.
  [[nodiscard]] std::string change(const TextRow& row) const {
    std::vector<const char*> cells(drawing_, " ");
    cells[cell(none())] = "│";
    if (row.values.empty() || !std::isfinite(row.values[0])) return join(cells);
    const std::size_t at = cell(row.values[0]);
    if (row.interval && std::isfinite(row.interval->low) && std::isfinite(row.interval->high)) {
      const std::size_t low = cell(row.interval->low);
      const std::size_t high = cell(row.interval->high);
      for (std::size_t i = low; i <= high; ++i) cells[i] = i == cell(none()) ? "┼" : "─";
      if (low != high) {
        cells[low] = "├";
        cells[high] = "┤";
      }
    }
    cells[at] = row.tone == base::Tone::bad ? "▲" : row.tone == base::Tone::good ? "▼" : row.tone == base::Tone::dim ? "○" : "●";
    return join(cells);
  }

  [[nodiscard]] std::string box(const TextRow& row) const {
    std::vector<const char*> cells(drawing_, " ");
    constexpr std::size_t kFive = 5;
    if (row.values.size() < kFive) return join(cells);
    for (std::size_t i = cell(row.values[0]); i <= cell(row.values[4]); ++i) cells[i] = "─";
    for (std::size_t i = cell(row.values[1]); i <= cell(row.values[3]); ++i) cells[i] = "▒";
    cells[cell(row.values[0])] = "├";
    cells[cell(row.values[4])] = "┤";
    cells[cell(row.values[2])] = "█";
    return join(cells);
  }

  [[nodiscard]] std::string sparkline(const TextRow& row) const {
    std::string text;
    // As many as fit: of more, each stands for as many as share a cell, by their greatest.
    const std::size_t shown = std::min(row.values.size(), drawing_);
    Extent own;
    for (const double value : row.values) own.add(scaled(value));
    for (std::size_t i = 0; i < shown; ++i) {
      double most = std::numeric_limits<double>::quiet_NaN();
      for (std::size_t at = i * row.values.size() / shown; at < (i + 1) * row.values.size() / shown; ++at)
        most = std::isfinite(most) ? std::max(most, scaled(row.values[at])) : scaled(row.values[at]);
      text += std::isfinite(most) ? kHeights[static_cast<std::size_t>(std::lround(own.share(most) * 7))] : " ";
    }
    return text;
  }

  /// Columns in which a drawing of this form says all that it has to say, or nearly.
  [[nodiscard]] std::size_t wanted() const {
    constexpr std::size_t kEnough = 24;
    if (chart_.form == Form::heat) return (widest_ + 2) * chart_.columns.size();
    if (chart_.form != Form::sparklines) return kEnough;
    std::size_t most = 0;
    for (const TextRow& row : chart_.rows) most = std::max(most, row.values.size());
    constexpr std::size_t kFewestDrawn = 4;
    return std::clamp(most, kFewestDrawn, kEnough);
  }
  /// A heat map's columns that stand side by side, and how wide each is. More columns than fit even as marks stand below one another.
  [[nodiscard]] std::size_t heat_width() const {
    constexpr std::size_t kMark = 2;
    return std::clamp(drawing_ / std::max<std::size_t>(chart_.columns.size(), 1), kMark, std::max(widest_ + 2, kMark));
  }
  [[nodiscard]] bool has_words() const { return heat_width() > widest_; }

  [[nodiscard]] std::string heat_map() const {
    const std::size_t columns = chart_.columns.size();
    const std::size_t at_once = std::max<std::size_t>(drawing_ / heat_width(), 1);
    std::string text;
    for (std::size_t begin = 0; begin < columns; begin += at_once) {
      const std::size_t end = std::min(begin + at_once, columns);
      std::string heads = std::string(label_ + 2, ' ');
      for (std::size_t i = begin; i < end; ++i) heads += padded(head(i), heat_width());
      text += (begin > 0 ? "\n" : "") + without_spaces(heads);
      for (const TextRow& row : chart_.rows) {
        std::string line = padded(label_of(row), label_) + "  ";
        for (std::size_t i = begin; i < end; ++i)
          line += padded(has_words() ? base::printable(row.cells.at(i).text) : row.cells.at(i).mark, heat_width());
        text += without_spaces(line);
      }
    }
    return text + names_of_letters();
  }

  /// Names that would be cut to nothing are letters, which are told below.
  [[nodiscard]] bool has_letters() const {
    constexpr std::size_t kReadable = 4;
    const std::size_t room = heat_width() - 1;
    return room < kReadable && std::any_of(chart_.columns.begin(), chart_.columns.end(),
                                           [&](const std::string& name) { return base::display_width(base::printable(name)) > room; });
  }
  [[nodiscard]] static std::string letter(std::size_t place) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return place < kLetters.size() ? std::string(1, kLetters[place]) : "…";
  }
  [[nodiscard]] std::string head(std::size_t place) const {
    return has_letters() ? letter(place) : base::shorten(base::printable(chart_.columns[place]), heat_width() - 1);
  }
  [[nodiscard]] std::string names_of_letters() const {
    if (!has_letters()) return {};
    std::string text;
    for (std::size_t i = 0; i < chart_.columns.size(); ++i)
      text += fmt::format("{}{}: {}", i > 0 ? ", " : "", letter(i), chart_.columns[i]);
    return wrapped(text, base::Tone::plain, style_);
  }

  [[nodiscard]] static std::string without_spaces(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
  }

  [[nodiscard]] static std::string join(const std::vector<const char*>& cells) {
    std::string text;
    for (const char* cell : cells) text += cell;
    return text;
  }

  const TextChart& chart_;
  base::TextStyle style_;
  std::size_t shared_;  ///< bytes of all names' beginning
  std::size_t label_ = 0, text_ = 0, drawing_ = 0;
  std::size_t widest_ = 0;  ///< of the cells of a heat map
  Extent range_;
};

std::string draw(const Figure& figure, Drawing& /*drawing*/, const base::TextStyle& style) {
  std::string text = wrapped(figure.title, base::Tone::strong, style);
  std::vector<std::string> below;
  for (const TextChart& chart : figure.text) {
    const Chart drawn(chart, style);
    text += "\n" + drawn.text();
    if (const std::string key = drawn.key(); !key.empty() && std::find(below.begin(), below.end(), key) == below.end())
      below.push_back(key);
  }
  below.insert(below.end(), figure.notes.begin(), figure.notes.end());
  if (!below.empty()) text += '\n';
  for (const std::string& note : below) text += wrapped(note, base::Tone::dim, style);
  return text;
}

}  // namespace

RendererEntry txt_renderer() { return {"txt", "characters, as in a terminal", &draw}; }

}  // namespace benchkit::plot
