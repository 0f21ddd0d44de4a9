// Lines over a connected socket.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace benchkit::base {

/// Both ends of a socket pair; both are closed on exec until one is handed to a child on purpose.
struct SocketPair {
  int ours = -1;
  int theirs = -1;
};
[[nodiscard]] SocketPair make_socket_pair();
void close_descriptor(int descriptor) noexcept;

/// Opens /dev/null for each of 0, 1, 2 that is closed, so that no file or socket gets its number and is then taken for it.
void ensure_standard_descriptors() noexcept;
/// True for a pipe or socket that nobody reads any more.
[[nodiscard]] bool reader_is_gone(int descriptor) noexcept;

/// Collects bytes into lines. A line of more than 64 MiB is given up (`overflow`).
class LineBuffer {
 public:
  void append(std::string_view bytes) { pending_.append(bytes); }
  /// The next whole line without its newline, or nothing yet.
  [[nodiscard]] std::optional<std::string> next();
  [[nodiscard]] bool overflow() const noexcept { return pending_.size() > kLongest; }

 private:
  static constexpr std::size_t kLongest = 64u << 20;
  std::string pending_;
  std::size_t searched_ = 0;
};

/// Writes all of `text` to a blocking socket, with no SIGPIPE. False if the other side or the descriptor is gone.
[[nodiscard]] bool send_all(int descriptor, std::string_view text) noexcept;
/// Blocks for the next bytes. Empty at end of file or error.
[[nodiscard]] std::string receive_some(int descriptor);

}  // namespace benchkit::base
