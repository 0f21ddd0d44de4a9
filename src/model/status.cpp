#include "model/status.hpp"

#include <array>

namespace benchkit {
namespace {

constexpr std::array<std::string_view, 10> kNames{"ok",     "skipped", "absent",  "not-reached", "error",
                                                  "signal", "exit",    "timeout", "memory",      "protocol"};

}  // namespace

std::string_view to_string(Status status) noexcept { return kNames[static_cast<std::size_t>(status)]; }

std::optional<Status> status_from(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<Status>(i);
  }
  return std::nullopt;
}

}  // namespace benchkit
