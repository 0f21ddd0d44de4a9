// librsvg draws onto a surface of cairo; what the pixels become is the matter of a library for each format.
#include "drawing/picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

#include <cairo-pdf.h>
#include <cairo.h>
#include <jpeglib.h>
#include <librsvg/rsvg.h>
#include <png.h>
#include <webp/encode.h>

namespace benchkit::drawing {
namespace {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, FreeWith<cairo_surface_destroy>>;
using Handle = std::unique_ptr<RsvgHandle, FreeWith<g_object_unref>>;

struct Size {
  double width = 0, height = 0;
};

Handle parse(std::string_view svg) {
  GError* error = nullptr;
  Handle handle(rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (handle) return handle;
  const std::string reason = error != nullptr ? error->message : "no SVG";
  g_clear_error(&error);
  throw std::runtime_error(reason);
}

Size size_of(RsvgHandle* handle) {
  Size size;
  if (rsvg_handle_get_intrinsic_size_in_pixels(handle, &size.width, &size.height) == FALSE)
    throw std::runtime_error("the SVG does not say how large it is");
  return size;
}

void draw(RsvgHandle* handle, cairo_surface_t* surface, const Size& size) {
  const std::unique_ptr<cairo_t, FreeWith<cairo_destroy>> pen(cairo_create(surface));
  const RsvgRectangle page{0, 0, size.width, size.height};
  GError* error = nullptr;
  if (rsvg_handle_render_document(handle, pen.get(), &page, &error) == FALSE) {
    const std::string reason = error != nullptr ? error->message : "it cannot be drawn";
    g_clear_error(&error);
    throw std::runtime_error(reason);
  }
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

/// Rows of red, green and blue.
std::vector<unsigned char> rgb_of(cairo_surface_t* surface, int width, int height) {
  cairo_surface_flush(surface);
  const unsigned char* const data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  std::vector<unsigned char> rgb(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  auto* out = rgb.data();
  for (int y = 0; y < height; ++y) {
    const auto* const row = reinterpret_cast<const std::uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
    for (int x = 0; x < width; ++x) {
      for (const int shift : {16, 8, 0}) *out++ = static_cast<unsigned char>(row[x] >> shift);
    }
  }
  return rgb;
}

void append_png(png_structp png, png_bytep bytes, std::size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), size);
}

/// cairo's own writer tries five filters on each row and keeps a channel that is opaque everywhere, for a file as large in four times as long.
std::string png_of(const std::vector<unsigned char>& rgb, int width, int height) {
  constexpr int kEffort = 2, kDepth = 8;
  std::string result;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  if (info == nullptr) throw std::runtime_error("no memory for a png");
  png_set_write_fn(png, &result, &append_png, nullptr);
  png_set_compression_level(png, kEffort);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), kDepth, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < height; ++y) png_write_row(png, rgb.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return result;
}

std::string jpg_of(std::vector<unsigned char> rgb, int width, int height) {
  constexpr int kQuality = 90;
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, kQuality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = rgb.data() + static_cast<std::size_t>(jpeg.next_scanline) * static_cast<std::size_t>(width) * 3;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string result(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&jpeg);
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): jpeg_mem_dest allocates so
  return result;
}

std::string webp_of(const std::vector<unsigned char>& rgb, int width, int height) {
  std::uint8_t* bytes = nullptr;
  const std::size_t size = WebPEncodeLosslessRGB(rgb.data(), width, height, width * 3, &bytes);
  if (size == 0) throw std::runtime_error("it is too large for webp");
  std::string result(reinterpret_cast<const char*>(bytes), size);
  WebPFree(bytes);
  return result;
}

std::string pdf_of(RsvgHandle* handle, const Size& size) {
  constexpr double kPointsAPixel = 0.75;
  std::string result;
  const Size page{size.width * kPointsAPixel, size.height * kPointsAPixel};
  {
    const Surface surface(cairo_pdf_surface_create_for_stream(&append, &result, page.width, page.height));
    // The same figure is the same file: when it was made is not part of it.
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    draw(handle, surface.get(), page);
    cairo_surface_finish(surface.get());
  }
  return result;
}

}  // namespace

std::string picture(std::string_view svg, std::string_view format, double scale) {
  const Handle handle = parse(svg);
  const Size size = size_of(handle.get());
  if (format == "pdf") return pdf_of(handle.get(), size);
  const int most = format == "webp" ? WEBP_MAX_DIMENSION : 32'767;
  // A high picture that is less sharp is still one; below half of its size nothing can be read.
  constexpr double kLeastScale = 0.5;
  const double fitting = std::min(scale, most / std::max(size.width, size.height));
  const int width = std::min(static_cast<int>(std::lround(size.width * fitting)), most);
  const int height = std::min(static_cast<int>(std::lround(size.height * fitting)), most);
  if (fitting < kLeastScale) throw std::runtime_error("it has too many pixels for " + std::string(format) + "; svg and pdf have none");
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    throw std::runtime_error(cairo_status_to_string(cairo_surface_status(surface.get())));
  draw(handle.get(), surface.get(), {static_cast<double>(width), static_cast<double>(height)});
  std::vector<unsigned char> rgb = rgb_of(surface.get(), width, height);
  if (format == "png") return png_of(rgb, width, height);
  if (format == "jpg") return jpg_of(std::move(rgb), width, height);
  if (format == "webp") return webp_of(rgb, width, height);
  throw std::runtime_error("unknown format " + std::string(format));
}

}  // namespace benchkit::drawing
