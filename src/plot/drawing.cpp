#include "plot/drawing.hpp"

#include <array>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/hash.hpp"
#include "base/own_library.hpp"
#include "drawing/abi.h"

namespace benchkit::plot {
namespace {

constexpr base::OwnLibrary kLibrary{"libbenchkit-drawing.so", "benchkit_drawing", BENCHKIT_DRAWING_VERSION, "BENCHKIT_DRAWING"};
constexpr std::size_t kReason = 512;
using Reason = std::array<char, kReason>;

/// What a mouse would show is half of a figure and no part of a picture that stands still.
Json without_tips(Json option) {
  if (!option.contains("series") || !option["series"].is_array()) return option;
  for (Json& series : option["series"]) {
    if (!series.contains("data") || !series["data"].is_array()) continue;
    for (Json& item : series["data"]) {
      if (!item.is_object() || item.erase("tip") == 0 || item.size() != 1 || !item.contains("value")) continue;
      Json value = std::move(item["value"]);
      item = std::move(value);
    }
  }
  return option;
}

void append(void* to, const char* bytes, std::size_t size) { static_cast<std::string*>(to)->append(bytes, size); }

}  // namespace

struct Drawing::State {
  const benchkit_drawing_interface* library = nullptr;
  void* engine = nullptr;
  // Of the figure that was drawn last: several formats of one figure are drawn once.
  std::string figure, svg;

  const benchkit_drawing_interface& loaded() {
    if (library != nullptr) return *library;
    std::string reason;
    library = static_cast<const benchkit_drawing_interface*>(base::load_own_library(kLibrary, reason));
    if (library == nullptr) {
      throw Error(
          "no picture can be drawn: " + reason, {},
          fmt::format("build benchkit with librsvg, Duktape and Node (tools/setup), or set {} to the path of {}; -o FILE.txt and the "
                      "terminal need none",
                      kLibrary.variable, kLibrary.file));
    }
    return *library;
  }
};

Drawing::Drawing() : state_(std::make_unique<State>()) {}

Drawing::~Drawing() {
  if (state_->engine != nullptr) state_->library->stop(state_->engine);
}

std::string Drawing::svg(const Figure& figure) {
  Reason why{};
  const benchkit_drawing_interface& library = state_->loaded();
  Json json{{"option", without_tips(figure.option)}, {"width", figure.width}, {"height", figure.height}};
  // Ids in an SVG are made of this, so that two pictures in one page don't take each other's.
  json["key"] = "b" + base::hash_text(base::hash_bytes(base::dump_line(json)));
  std::string text = base::dump_line(json);
  if (text == state_->figure) return state_->svg;
  if (state_->engine == nullptr) state_->engine = library.start(why.data(), why.size());
  std::string svg;
  if (state_->engine == nullptr || library.svg(state_->engine, text.data(), text.size(), &append, &svg, why.data(), why.size()) != 0)
    throw Error(fmt::format("the {} cannot be drawn: {}", figure.view, why.data()));
  state_->figure = std::move(text);
  state_->svg = svg;
  return svg;
}

std::string Drawing::picture(const Figure& figure, const std::string& format, double scale) {
  const std::string text = svg(figure);
  Reason why{};
  std::string bytes;
  if (state_->loaded().picture(text.data(), text.size(), format.c_str(), scale, &append, &bytes, why.data(), why.size()) != 0)
    throw Error(fmt::format("no {} can be made of the picture: {}", format, why.data()));
  return bytes;
}

std::string_view Drawing::script() { return {state_->loaded().script, state_->loaded().script_size}; }
std::string Drawing::script_hash() { return state_->loaded().script_hash; }

}  // namespace benchkit::plot
