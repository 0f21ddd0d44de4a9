#include "memhook/own_memory.hpp"

#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memhook/relaxed.hpp"

namespace benchkit::memhook {

std::size_t page_bytes() noexcept {
  static Relaxed<std::size_t> bytes;
  if (bytes == 0) bytes = getauxval(AT_PAGESZ);
  return bytes;
}

// By syscall(): mmap() and munmap() may lead back to the hooks.
void* take_pages(std::size_t bytes) noexcept {
  const long result = syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return result == -1 ? nullptr : reinterpret_cast<void*>(result);
}

void give_back_pages(void* pages, std::size_t bytes) noexcept {
#if defined(__SANITIZE_THREAD__)
  munmap(pages, bytes);  // where the hooks do not stand: or the next owner of these addresses would seem to race with this one
#else
  syscall(SYS_munmap, pages, bytes);
#endif
}

void wipe_pages(void* pages, std::size_t bytes) noexcept { syscall(SYS_madvise, pages, bytes, MADV_DONTNEED); }

}  // namespace benchkit::memhook
