// ECharts draws SVG without a browser (its server-side rendering), in any engine that knows ES5. What it lacks there is handed in: timers, which a
// picture that stands still never fires, and the widths of texts, which come from the font that the SVG will be drawn with.
//
// The script is loaded as byte code made by the very Duktape that is compiled into this library (compile_engine.cpp): byte code is no format to exchange.
#include "drawing/engine.hpp"

#include <stdexcept>

#include <duktape.h>

#include "base/embed.hpp"
#include "drawing/text_width.hpp"

BENCHKIT_EMBED(benchkit_engine_script, BENCHKIT_ENGINE_SCRIPT);
BENCHKIT_EMBED(benchkit_engine_code, BENCHKIT_ENGINE_CODE);
BENCHKIT_EMBED(benchkit_engine_hash, BENCHKIT_ENGINE_SCRIPT ".sha256");

namespace benchkit::drawing {
namespace {

constexpr const char* kName = "benchkitPictures";

/// measure(text, font)
duk_ret_t measure(duk_context* duktape) {
  duk_size_t size = 0;
  const char* const text = duk_require_lstring(duktape, 0, &size);
  duk_push_number(duktape, text_width({text, size}, duk_require_string(duktape, 1)));
  return 1;
}

duk_ret_t nothing(duk_context* /*duktape*/) { return 0; }

/// What went wrong; takes it off the stack.
std::runtime_error failure(duk_context* duktape) {
  const std::string text = duk_safe_to_string(duktape, -1);
  duk_pop(duktape);
  return std::runtime_error(text);
}

}  // namespace

Engine::Engine() : duktape_(duk_create_heap_default()) {
  if (duktape_ == nullptr) throw std::runtime_error("no memory for the drawing engine");
  for (const char* timer : {"setTimeout", "clearTimeout"}) {
    duk_push_c_function(duktape_, nothing, 0);
    duk_put_global_string(duktape_, timer);
  }
  const auto size = static_cast<std::size_t>(benchkit_engine_code_end - benchkit_engine_code);
  void* const buffer = duk_push_fixed_buffer(duktape_, size);
  std::char_traits<char>::copy(static_cast<char*>(buffer), benchkit_engine_code, size);
  duk_load_function(duktape_);
  if (duk_pcall(duktape_, 0) != 0) throw failure(duktape_);
  duk_pop(duktape_);
  duk_get_global_string(duktape_, kName);
  duk_push_string(duktape_, "setMeasure");
  duk_push_c_function(duktape_, measure, 2);
  if (duk_pcall_prop(duktape_, -3, 1) != 0) throw failure(duktape_);
  duk_pop_2(duktape_);
}

Engine::~Engine() { duk_destroy_heap(duktape_); }

std::string Engine::svg(std::string_view figure) {
  duk_get_global_string(duktape_, kName);
  duk_push_string(duktape_, "svg");
  duk_push_lstring(duktape_, figure.data(), figure.size());
  if (duk_pcall_prop(duktape_, -3, 1) != 0) {
    const std::runtime_error error = failure(duktape_);
    duk_pop(duktape_);
    throw error;
  }
  duk_size_t size = 0;
  const char* const text = duk_require_lstring(duktape_, -1, &size);
  std::string result(text, size);
  duk_pop_2(duktape_);
  return result;
}

std::string_view script() noexcept {
  return {benchkit_engine_script, static_cast<std::size_t>(benchkit_engine_script_end - benchkit_engine_script)};
}

const char* script_hash() noexcept { return benchkit_engine_hash; }

}  // namespace benchkit::drawing
