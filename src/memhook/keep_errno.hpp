// errno is the program's: what the hooks ask of the system must not show in it.
#pragma once

#include <errno.h>

namespace benchkit::memhook {

/// Puts errno back as it was.
class KeepErrno {
 public:
  KeepErrno() noexcept : before_(errno) {}
  KeepErrno(const KeepErrno&) = delete;
  KeepErrno& operator=(const KeepErrno&) = delete;
  ~KeepErrno() { errno = before_; }

 private:
  int before_;
};

}  // namespace benchkit::memhook
