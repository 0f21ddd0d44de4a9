// One line of progress on a terminal, rewritten in place; nothing in a pipe.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "base/os.hpp"
#include "base/table.hpp"

namespace benchkit::cli {

class ProgressLine {
 public:
  /// `width` of the terminal; 0: stay silent.
  ProgressLine(std::ostream& out, std::size_t width) : out_(out), width_(width) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  /// Shows the text (its control characters made visible) in place of the last one, at most every 50 ms, so that fast cases pay nothing for
  /// it.
  void show(const std::string& text) {
    const std::int64_t now_ns = base::monotonic_ns();
    if (width_ == 0 || (shown_ && now_ns - shown_ns_ < kInterval)) return;
    shown_ns_ = now_ns;
    shown_ = true;
    out_ << "\r\033[K" << base::shorten(base::printable(text), width_ - 1) << std::flush;
  }

  /// Makes room for a line that stays.
  void clear() {
    if (shown_) out_ << "\r\033[K" << std::flush;
    shown_ = false;
  }

 private:
  static constexpr std::int64_t kInterval = 50'000'000;
  std::ostream& out_;
  std::size_t width_;
  std::int64_t shown_ns_ = 0;
  bool shown_ = false;
};

}  // namespace benchkit::cli
