// The last bytes of a stream that may be a flood.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace benchkit::runner {

class OutputTail {
 public:
  void append(std::string_view bytes) {
    total_ += bytes.size();
    tail_.append(bytes);
    if (tail_.size() > 2 * kKept) tail_.erase(0, tail_.size() - kKept);
  }
  void clear() noexcept {
    tail_.clear();
    total_ = 0;
  }
  [[nodiscard]] bool empty() const noexcept { return total_ == 0; }
  /// Up to 4 KiB from the end; says how much came before.
  [[nodiscard]] std::string text() const {
    const std::string kept = tail_.size() > kKept ? tail_.substr(tail_.size() - kKept) : tail_;
    return kept.size() == total_ ? kept : "[" + std::to_string(total_ - kept.size()) + " bytes before this]\n" + kept;
  }

 private:
  static constexpr std::size_t kKept = 4096;
  std::string tail_;
  std::uint64_t total_ = 0;
};

}  // namespace benchkit::runner
