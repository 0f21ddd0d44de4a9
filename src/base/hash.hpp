// A fingerprint of bytes, to tell whether two are the same. Not for those who want to deceive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace benchkit::base {

[[nodiscard]] std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t before = 0) noexcept;
/// 16 hexadecimal digits.
[[nodiscard]] std::string hash_text(std::uint64_t hash);

}  // namespace benchkit::base
