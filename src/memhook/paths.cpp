// Who held the bytes at the peak, without a picture of the heap at every new peak.
//
// The call paths are kept as a tree: a node is a frame below its caller's node, so that paths with a common beginning share it, and a path is the
// number of its innermost node. Nodes are found by a hash of (caller, frame); a block remembers its path's number (blocks.hpp).
//
// Each path has what it holds now, and what it held when the last known peak was reached; both are kept with lazy rebasing, as memray does it:
//
//   * A peak is known to be one only at the first event after it that takes something off (the falling edge). Then its serial number goes up by one.
//     Nothing else is done, so a new peak costs nothing, however many paths there are.
//   * A path carries the serial up to which its figures are right. When an event touches it and the serial has moved on, it has not changed since
//     that peak, so what it holds now is what it held then: copied, before the event is applied.
//   * When the window is read the same is done for every path. If the peak is now, what is held now is the answer.
//
// So an event costs O(1), and memory is bounded by the number of distinct paths: kMostPaths nodes (28 MiB at the most), beyond which everything new goes
// into path 0, the rest. The sum over all paths is the window's peak, to the byte.
//
// The hash begins small and is doubled where it lies, in pages that were set aside for the largest: what a window costs goes by the paths that it met, and
// not by those that it might have (each page that is first touched is a fault).
#include "memhook/paths.hpp"

#include "memhook/lock.hpp"
#include "memhook/own_memory.hpp"
#include "memhook/thread.hpp"

namespace benchkit::memhook {
namespace {

struct Node {
  std::uint64_t number;  ///< a return address, or an interpreter's frame
  Path caller;           ///< 0: outermost
};

struct Held {
  std::int64_t bytes;
  std::int64_t peak_bytes;  ///< at the peak `serial`
  std::int32_t blocks;
  std::int32_t peak_blocks;
  std::uint64_t serial;
};

constexpr std::size_t kMostSlots = std::size_t{kMostPaths} * 2;
constexpr std::size_t kFirstSlots = 4096;
static_assert(kMostSlots % kFirstSlots == 0 && ((kMostSlots / kFirstSlots) & (kMostSlots / kFirstSlots - 1)) == 0, "it is doubled");

Lock g_paths_lock;
Node* g_nodes = nullptr;
Path* g_slots = nullptr;  ///< by hash, linear probing
std::size_t g_slot_count = kFirstSlots;
Held* g_held = nullptr;
Path g_used = 0;         ///< nodes 1 ... g_used
bool g_growing = false;  ///< the window is open
unsigned g_generation = 0;
std::uint64_t g_serial = 0;
const benchkit_memhook_walker* g_walker = nullptr;

/// Where a node is, or the empty slot that it would come to.
std::size_t slot_of(Path caller, std::uint64_t number) noexcept {
  const std::uint64_t mixed = (number ^ std::uint64_t{caller} << 40 ^ caller) * 0x9E3779B97F4A7C15u;
  for (std::size_t slot = (mixed ^ mixed >> 29) & (g_slot_count - 1);; slot = (slot + 1) & (g_slot_count - 1)) {
    const Node& node = g_nodes[g_slots[slot]];
    if (g_slots[slot] == 0 || (node.number == number && node.caller == caller)) return slot;
  }
}

void double_slots() noexcept {
  wipe_pages(g_slots, g_slot_count * sizeof(Path));
  g_slot_count *= 2;
  for (Path path = 1; path <= g_used; ++path) g_slots[slot_of(g_nodes[path].caller, g_nodes[path].number)] = path;
}

/// Lock held. 0: the tree is full.
Path child(Path caller, std::uint64_t number) noexcept {
  std::size_t slot = slot_of(caller, number);
  if (g_slots[slot] != 0) return g_slots[slot];
  if (g_used + 1 >= kMostPaths) return 0;
  if ((number & kInterpreted) != 0) g_walker->keep(number & ~kInterpreted);
  if (2 * (std::size_t{g_used} + 1) > g_slot_count) {
    double_slots();
    slot = slot_of(caller, number);
  }
  const Path fresh = ++g_used;
  g_nodes[fresh] = {number, caller};
  g_slots[slot] = fresh;
  return fresh;
}

struct AtPeak {
  std::int64_t bytes;
  std::int64_t blocks;
};
AtPeak at_peak(const Held& held, bool now) noexcept {
  if (now || held.serial != g_serial) return {held.bytes, held.blocks};
  return {held.peak_bytes, held.peak_blocks};
}

/// The frames of a path, innermost first.
struct Spelled {
  static constexpr std::size_t kMost = 8192;
  std::uint64_t numbers[kMost];
  std::size_t native = 0;
  std::size_t all = 0;
};
Spelled g_spelled;

void spell(Path path) noexcept {
  g_spelled.all = g_spelled.native = 0;
  for (; path != 0 && g_spelled.all < Spelled::kMost; path = g_nodes[path].caller) {
    const std::uint64_t number = g_nodes[path].number;
    if ((number & kInterpreted) == 0) ++g_spelled.native;
    g_spelled.numbers[g_spelled.all++] = number & ~kInterpreted;
  }
}

}  // namespace

unsigned tree_generation() noexcept { return __atomic_load_n(&g_generation, __ATOMIC_RELAXED); }

bool intern(unsigned generation, Path parent, const std::uint64_t* numbers, std::size_t count, Path* out) noexcept {
  const Guard guard(g_paths_lock);
  if (!g_growing || generation != g_generation) return false;
  for (std::size_t i = 0; i < count; ++i) {
    parent = child(parent, numbers[i]);
    if (parent == 0) return false;
    out[i] = parent;
  }
  return true;
}

void hold(Path path, std::int64_t bytes, int blocks) noexcept {
  Held& held = g_held[path];
  if (held.serial != g_serial) {
    held.peak_bytes = held.bytes;
    held.peak_blocks = held.blocks;
    held.serial = g_serial;
  }
  held.bytes += bytes;
  held.blocks += blocks;
}

void peak_passed() noexcept { ++g_serial; }

bool begin_paths() noexcept {
  if (g_nodes == nullptr) g_nodes = static_cast<Node*>(take_pages(kMostPaths * sizeof(Node)));
  if (g_slots == nullptr) g_slots = static_cast<Path*>(take_pages(kMostSlots * sizeof(Path)));
  if (g_held == nullptr) g_held = static_cast<Held*>(take_pages(kMostPaths * sizeof(Held)));
  if (g_nodes == nullptr || g_slots == nullptr || g_held == nullptr) return false;
  g_serial = 1;
  const Guard guard(g_paths_lock);
  g_growing = true;
  __atomic_store_n(&g_generation, g_generation + 1, __ATOMIC_RELAXED);
  return true;
}

void stop_paths() noexcept {
  const Guard guard(g_paths_lock);
  g_growing = false;
}

// The pages stay mapped: a thread may be inside intern().
void abandon_paths() noexcept {
  stop_paths();
  const Guard guard(g_paths_lock);
  wipe_pages(g_nodes, kMostPaths * sizeof(Node));
  wipe_pages(g_slots, g_slot_count * sizeof(Path));
  wipe_pages(g_held, kMostPaths * sizeof(Held));
  g_used = 0;
  g_slot_count = kFirstSlots;
}

void end_paths() noexcept {
  std::size_t kept = 0;
  for (Path path = 1; path <= g_used; ++path) {
    if ((g_nodes[path].number & kInterpreted) == 0) continue;
    g_spelled.numbers[kept++] = g_nodes[path].number & ~kInterpreted;
    if (kept < Spelled::kMost) continue;
    g_walker->drop(g_spelled.numbers, kept);
    kept = 0;
  }
  if (kept > 0) g_walker->drop(g_spelled.numbers, kept);
  abandon_paths();
}

void visit_paths(bool now, benchkit_memhook_path_visitor visit, void* data) noexcept {
  AtPeak rest = at_peak(g_held[0], now);
  for (Path path = 1; path <= g_used; ++path) {
    const AtPeak seen = at_peak(g_held[path], now);
    if (seen.bytes < 0 || (seen.bytes == 0 && seen.blocks <= 0)) {  // maps in layers, of which the last maker answers for all
      rest.bytes += seen.bytes;
      rest.blocks += seen.blocks;
      continue;
    }
    spell(path);
    const benchkit_memhook_path told{.native = g_spelled.numbers,
                                     .native_count = g_spelled.native,
                                     .interpreted = g_spelled.numbers + g_spelled.native,
                                     .interpreted_count = g_spelled.all - g_spelled.native,
                                     .bytes = seen.bytes,
                                     .blocks = seen.blocks};
    if (visit(&told, data) != 0) return;
  }
  const benchkit_memhook_path told{nullptr, 0, nullptr, 0, rest.bytes, rest.blocks};
  (void)visit(&told, data);
}

void visit_growing_paths(bool now, benchkit_memhook_path_visitor visit, void* data) noexcept {
  const Guard guard(g_paths_lock);
  visit_paths(now, visit, data);
}

void set_walker(const benchkit_memhook_walker* walker) noexcept { g_walker = walker; }
const benchkit_memhook_walker* walker() noexcept { return g_walker; }
void hold_paths() noexcept { g_paths_lock.acquire(); }
void release_paths() noexcept { g_paths_lock.release(); }

}  // namespace benchkit::memhook
