#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/shared_memory.hpp"

namespace benchkit::base {

SharedMemory::SharedMemory(std::size_t bytes) : bytes_(bytes), file_(memfd_create("benchkit", MFD_CLOEXEC)) {
  if (file_ >= 0 && ftruncate(file_, static_cast<off_t>(bytes)) == 0) {
    void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (mapped != MAP_FAILED) data_ = mapped;
  }
  if (data_ != nullptr) return;
  if (file_ >= 0) close(file_);
  throw Error(fmt::format("memory to share with other processes cannot be had: {}", std::strerror(errno)));
}

SharedMemory::~SharedMemory() {
  munmap(data_, bytes_);
  close(file_);
}

std::string SharedMemory::path() const { return fmt::format("/proc/{}/fd/{}", getpid(), file_); }

}  // namespace benchkit::base
