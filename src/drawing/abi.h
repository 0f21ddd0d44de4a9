/* The C interface of libbenchkit-drawing.so: from a figure to SVG, and from SVG to pixels and pages. The library holds ECharts in an engine of its own
 * (Duktape) and draws with librsvg; it knows nothing of benchkit and is loaded when the first picture is wanted. One thread at a time. */
#ifndef BENCHKIT_DRAWING_ABI_H
#define BENCHKIT_DRAWING_ABI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCHKIT_DRAWING_VERSION 1

/* Takes the next bytes of a result. */
typedef void benchkit_drawing_sink(void* context, const char* bytes, size_t size);

typedef struct benchkit_drawing_interface {
  int version; /* BENCHKIT_DRAWING_VERSION */
  /* An engine; null with the reason in `why`. */
  void* (*start)(char* why, size_t size);
  /* A figure (JSON: option, width, height, key) as SVG. 0, or 1 with the reason in `why`. */
  int (*svg)(void* engine, const char* figure, size_t length, benchkit_drawing_sink* sink, void* context, char* why, size_t size);
  void (*stop)(void* engine);
  /* SVG as "png", "jpg", "webp" or "pdf", `scale` pixels to one of the SVG. 0, or 1 with the reason in `why`. */
  int (*picture)(const char* svg, size_t length, const char* format, double scale, benchkit_drawing_sink* sink, void* context, char* why, size_t size);
  /* The engine's script for a page of its own, and its SHA-256 in base64. */
  const char* script;
  size_t script_size;
  const char* script_hash;
} benchkit_drawing_interface;

/* The library's only symbol. */
const benchkit_drawing_interface* benchkit_drawing(void);

#ifdef __cplusplus
}
#endif

#endif
