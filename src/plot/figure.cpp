#include "plot/figure.hpp"

#include <algorithm>
#include <string_view>

#include <benchkit/base/error.hpp>

namespace benchkit::plot {
namespace {

std::string printable_lines(const std::string& text) {
  std::string result;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result += (begin > 0 ? "\n" : "") + base::printable(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines(1);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (lines.back().empty()) lines.back() = word;
    else if (base::display_width(lines.back()) + 1 + base::display_width(word) <= columns) lines.back() += " " + word;
    else lines.push_back(word);
    begin = end + 1;
  }
  return lines;
}

void make_printable(Json& option, bool lines) {
  if (option.is_string()) {
    auto& text = option.get_ref<std::string&>();
    text = lines ? printable_lines(text) : base::printable(text);
  } else if (option.is_object()) {
    for (auto& [key, value] : option.items()) make_printable(value, lines || key == "tip");
  } else if (option.is_array()) {
    for (Json& value : option) make_printable(value, lines);
  }
}

Json to_json(const Figure& figure) {
  return {{"view", figure.view},     {"title", figure.title},   {"dark", figure.dark},  {"width", figure.width},
          {"height", figure.height}, {"option", figure.option}, {"notes", figure.notes}};
}

Figure figure_from_json(const Json& json) {
  try {
    Figure figure{.view = json.at("view"),
                  .title = json.at("title"),
                  .dark = json.at("dark"),
                  .width = json.at("width"),
                  .height = json.at("height"),
                  .option = json.at("option"),
                  .text = {},
                  .notes = json.at("notes")};
    make_printable(figure.option, true);  // whoever changed it may have written what no XML may hold
    return figure;
  } catch (const Json::exception& error) {
    throw Error(std::string("this is no figure: ") + error.what(), {}, "`plot -o FILE.json` and benchkit.plot() make them");
  }
}

}  // namespace benchkit::plot
