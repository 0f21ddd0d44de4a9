#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <benchkit/base/error.hpp>

#include "base/channel.hpp"

namespace benchkit::base {

SocketPair make_socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw Error(std::string("cannot make a socket pair: ") + std::strerror(errno));
  }
  return {ends[0], ends[1]};
}

void close_descriptor(int descriptor) noexcept {
  if (descriptor >= 0) close(descriptor);
}

void ensure_standard_descriptors() noexcept {
  for (;;) {
    const int descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (descriptor > 2) close(descriptor);
    if (descriptor < 0 || descriptor > 2) return;
    fcntl(descriptor, F_SETFD, 0);
  }
}

bool reader_is_gone(int descriptor) noexcept {
  pollfd polled{descriptor, POLLOUT, 0};
  return poll(&polled, 1, 0) > 0 && (polled.revents & POLLERR) != 0;
}

bool send_all(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t sent = send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string receive_some(int descriptor) {
  std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  for (;;) {
    const ssize_t size = read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    return size <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace benchkit::base
