// The library that draws, loaded when the first picture is wanted.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plot/figure.hpp"

namespace benchkit::plot {

/// One engine for as many pictures as are wanted. Throws benchkit::Error where the library is not there, or cannot draw.
class Drawing {
 public:
  Drawing();
  ~Drawing();
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  /// The same figure gives the same bytes.
  [[nodiscard]] std::string svg(const Figure& figure);
  /// `format`: "png", "jpg", "webp" or "pdf"; `scale`: pixels to one of the figure.
  [[nodiscard]] std::string picture(const Figure& figure, const std::string& format, double scale);
  /// What draws in a page, and its SHA-256 in base64.
  [[nodiscard]] std::string_view script();
  [[nodiscard]] std::string script_hash();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace benchkit::plot
