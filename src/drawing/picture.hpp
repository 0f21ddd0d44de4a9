// SVG as pixels or as a page.
#pragma once

#include <string>
#include <string_view>

namespace benchkit::drawing {

/// `format`: "png", "jpg", "webp" or "pdf". `scale`: pixels to one of the SVG; fewer, down to a half, where the format cannot
/// hold so many. Throws std::runtime_error.
[[nodiscard]] std::string picture(std::string_view svg, std::string_view format, double scale);

}  // namespace benchkit::drawing
