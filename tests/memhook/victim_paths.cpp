// Call paths whose names are known: compiled once with frame pointers and once without.
#include <alloca.h>
#include <sys/mman.h>

#include <cstdlib>

// Each call stays a call of its own: nothing is inlined, cloned, or turned into a jump.
#define VICTIM extern "C" [[gnu::noipa, gnu::visibility("default")]]

namespace {

template <class T>
[[gnu::always_inline]] inline T kept(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

}  // namespace

VICTIM void* victim_a(std::size_t bytes) { return kept(std::malloc(bytes)); }
VICTIM void* victim_b(std::size_t bytes) { return kept(std::calloc(1, bytes)); }
VICTIM void* victim_aligned_block(std::size_t bytes) { return kept(aligned_alloc(4096, bytes)); }
VICTIM void* victim_regrow(void* block, std::size_t bytes) { return kept(std::realloc(block, bytes)); }
VICTIM void victim_free(void* block) { std::free(kept(block)); }
VICTIM void* victim_map(std::size_t bytes) {
  return kept(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}
VICTIM void* victim_reserve(std::size_t bytes) {
  return kept(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
}

VICTIM void* victim_recurse(int depth, std::size_t bytes) {
  if (depth == 0) return kept(victim_a(bytes));
  return kept(victim_recurse(depth - 1, bytes));
}

/// One path for every way through the tree.
VICTIM void** victim_tree(int depth, void** out) {
  if (depth == 0) {
    *out = victim_a(1);
    return out + 1;
  }
  out = kept(victim_tree(depth - 1, out));
  return kept(victim_tree(depth - 1, out));
}

/// A frame whose size is known when it is made.
VICTIM void* victim_variable_frame(std::size_t extra, std::size_t bytes) {
  auto* const room = static_cast<char*>(alloca(extra));
  room[0] = 1;
  kept(room);
  return kept(victim_a(bytes));
}

/// A frame that is aligned when it is made.
VICTIM void* victim_aligned_frame(std::size_t bytes) {
  alignas(256) char room[256];
  room[0] = 1;
  kept(+room);
  return kept(victim_a(bytes));
}

/// The register of the frame pointer holds something else, where there are none.
VICTIM void* victim_many_registers(std::size_t bytes, long a, long b, long c, long d, long e) {
  long x = a * b, y = b * c, z = c * d, w = d * e;
  void* const block = victim_a(bytes);
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(x), "+r"(y), "+r"(z), "+r"(w));
  return a + b + c + x + y + z + w == 42 ? nullptr : block;
}
