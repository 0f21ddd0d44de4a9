// The engine: ECharts in Duktape.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct duk_hthread;

namespace benchkit::drawing {

/// Draws one figure after the other. Throws std::runtime_error.
class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] std::string svg(std::string_view figure);

 private:
  duk_hthread* duktape_ = nullptr;
};

/// The script as a page needs it.
[[nodiscard]] std::string_view script() noexcept;
/// Its SHA-256 in base64.
[[nodiscard]] const char* script_hash() noexcept;

}  // namespace benchkit::drawing
