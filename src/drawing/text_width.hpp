// How wide a text is.
#pragma once

#include <string_view>

namespace benchkit::drawing {

/// In pixels, of the font as CSS has it ("bold 12px DejaVu Sans, sans-serif"). Measured with the font that librsvg takes for it.
[[nodiscard]] double text_width(std::string_view text, std::string_view font);

}  // namespace benchkit::drawing
