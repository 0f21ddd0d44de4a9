// A small shared object as there are many in a process: it calls the allocator in most ways there are.
#include <sys/mman.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

extern "C" __attribute__((visibility("default"))) std::size_t bench_victim(std::size_t n) {
  std::vector<std::string> words(n, "a word that does not fit into a string's own buffer");
  auto shared = std::make_shared<std::vector<double>>(n);
  void* grown = std::realloc(std::calloc(n, 2), 3 * n);
  void* aligned = nullptr;
  if (posix_memalign(&aligned, 64, n) == 0) std::free(aligned);
  std::free(grown);
  void* const page = mmap(nullptr, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page, n);
  return words.size() + shared->size();
}
