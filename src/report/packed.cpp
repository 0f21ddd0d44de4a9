#include "report/packed.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>

#include <zlib.h>

namespace benchkit::report {
namespace {

/// Of zlib's nine. Lists of measured numbers repeat little: level 6 takes five times as long for a tenth less.
constexpr int kLevel = 4;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  std::size_t out = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k <= count; ++k) text[out + k] = kLetters[group >> (18 - 6 * k) & 63U];
    out += 4;
  }
  return text;
}

}  // namespace

std::string packed(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string bytes(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size(), kLevel) != Z_OK)
    throw std::runtime_error("no memory to compress the report");
  return base64(std::string_view(bytes).substr(0, size));
}

}  // namespace benchkit::report
