// Eight bytes at a time (a program of 10 MB takes some milliseconds), each mixed in by splitmix64's finaliser (Steele, Lea, Flood, OOPSLA
// 2014).
#include "base/hash.hpp"

#include <cstring>

#include <fmt/format.h>

namespace benchkit::base {
namespace {

std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t before) noexcept {
  std::uint64_t hash = mix(before ^ (bytes.size() + 0x9e3779b97f4a7c15));
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = bytes.size() < sizeof word ? bytes.size() : sizeof word;
    std::memcpy(&word, bytes.data(), size);
    hash = mix((hash + 0x9e3779b97f4a7c15) ^ word);
    bytes.remove_prefix(size);
  }
  return hash;
}

std::string hash_text(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace benchkit::base
