#include "plot/figure.hpp"

#include <benchkit/base/error.hpp>

namespace benchkit::plot {

Json to_json(const Figure& figure) {
  return {{"view", figure.view},     {"title", figure.title},   {"dark", figure.dark},  {"width", figure.width},
          {"height", figure.height}, {"option", figure.option}, {"notes", figure.notes}};
}

Figure figure_from_json(const Json& json) {
  try {
    return {.view = json.at("view"),
            .title = json.at("title"),
            .dark = json.at("dark"),
            .width = json.at("width"),
            .height = json.at("height"),
            .option = json.at("option"),
            .text = {},
            .notes = json.at("notes")};
  } catch (const Json::exception& error) {
    throw Error(std::string("this is no figure: ") + error.what(), {}, "`plot -o FILE.json` and benchkit.plot() make them");
  }
}

}  // namespace benchkit::plot
