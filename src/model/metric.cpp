#include <benchkit/model/metric.hpp>

namespace benchkit {

std::string_view to_string(Better better) noexcept {
  switch (better) {
    case Better::less: return "less";
    case Better::more: return "more";
    case Better::unknown: break;
  }
  return "unknown";
}

Better better_from(std::string_view text) noexcept {
  if (text == "less") return Better::less;
  return text == "more" ? Better::more : Better::unknown;
}

}  // namespace benchkit
