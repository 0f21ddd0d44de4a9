// The library's door: C on the outside, no exception gets out.
#include <cstdio>
#include <exception>
#include <string>

#include "drawing/abi.h"
#include "drawing/engine.hpp"
#include "drawing/picture.hpp"

namespace benchkit::drawing {
namespace {

/// 0, or 1 with the reason.
template <class Work>
int guarded(char* why, std::size_t size, Work&& work) noexcept {
  try {
    work();
    return 0;
  } catch (const std::exception& error) {
    (void)std::snprintf(why, size, "%s", error.what());
    return 1;
  }
}

void* start(char* why, std::size_t size) {
  Engine* engine = nullptr;
  return guarded(why, size, [&] { engine = new Engine; }) == 0 ? engine : nullptr;  // NOLINT(cppcoreguidelines-owning-memory)
}

void stop(void* engine) { delete static_cast<Engine*>(engine); }  // NOLINT(cppcoreguidelines-owning-memory)

int svg(void* engine, const char* figure, std::size_t length, benchkit_drawing_sink* sink, void* context, char* why, std::size_t size) {
  return guarded(why, size, [&] {
    const std::string text = static_cast<Engine*>(engine)->svg({figure, length});
    sink(context, text.data(), text.size());
  });
}

int picture_of(const char* text, std::size_t length, const char* format, double scale, benchkit_drawing_sink* sink, void* context,
               char* why, std::size_t size) {
  return guarded(why, size, [&] {
    const std::string bytes = picture({text, length}, format, scale);
    sink(context, bytes.data(), bytes.size());
  });
}

}  // namespace
}  // namespace benchkit::drawing

extern "C" __attribute__((visibility("default"))) const benchkit_drawing_interface* benchkit_drawing(void) {
  using namespace benchkit::drawing;
  static const benchkit_drawing_interface library{
      BENCHKIT_DRAWING_VERSION, &start, &svg, &stop, &picture_of, script().data(), script().size(), script_hash(),
  };
  return &library;
}
