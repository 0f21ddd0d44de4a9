// Zeroed memory that other processes can map by a path.
#pragma once

#include <cstddef>
#include <string>

namespace benchkit::base {

class SharedMemory {
 public:
  /// Throws benchkit::Error if the system has none.
  explicit SharedMemory(std::size_t bytes);
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  [[nodiscard]] void* data() const noexcept { return data_; }
  /// Valid while this process lives, for processes of the same user.
  [[nodiscard]] std::string path() const;

 private:
  std::size_t bytes_;
  int file_ = -1;
  void* data_ = nullptr;
};

}  // namespace benchkit::base
