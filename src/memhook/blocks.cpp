#include "memhook/blocks.hpp"

#include "memhook/account.hpp"
#include "memhook/lock.hpp"
#include "memhook/own_memory.hpp"
#include "memhook/stack.hpp"
#include "memhook/thread.hpp"

namespace benchkit::memhook {

static std::atomic<MarkPlace*> g_no_region;
RegionTable g_regions{&g_no_region, 0};
Relaxed<bool> g_marks_suffice;
std::atomic<bool> g_ask_table{false};

namespace {

/// A block's path and, in the lowest bits, its slack. 0: it has no path.
using Detail = std::uint32_t;
static_assert(kMostPaths <= (Path{1} << (32 - kSlackBits)));

/// Behind the marks of a region: the list of all regions, and the details of the blocks.
struct RegionTail {
  MarkPlace* next;
  std::atomic<Detail*> details;
};
bool g_chunk_headers = false;
constexpr std::size_t kMarksBytes = kMarksARegion * sizeof(Mark);
constexpr std::size_t kRegionBytes = kMarksBytes + 4096;

std::atomic<MarkPlace*> g_newest_region{nullptr};

RegionTail& tail_of(MarkPlace* marks) noexcept { return *reinterpret_cast<RegionTail*>(reinterpret_cast<char*>(marks) + kMarksBytes); }

/// 32 MiB of address space. They are no part of the library, which a program must be able to load that is allowed little (ulimit -v).
void make_region_table() noexcept {
  if (g_regions.mask != 0) return;
  auto* const made = static_cast<std::atomic<MarkPlace*>*>(take_pages(kRegions * sizeof(std::atomic<MarkPlace*>)));
  if (made != nullptr) g_regions = {made, kRegions - 1};
}

MarkPlace* make_region(std::uintptr_t address) noexcept {
  if (g_regions.mask == 0) return nullptr;
  auto* const made = static_cast<MarkPlace*>(take_pages(kRegionBytes));
  if (made == nullptr) return nullptr;
  MarkPlace* there = nullptr;
  if (!region_of(address).compare_exchange_strong(there, made, std::memory_order_acq_rel)) {
    give_back_pages(made, kRegionBytes);
    return there;
  }
  MarkPlace* newest = g_newest_region.load(std::memory_order_relaxed);
  do {
    tail_of(made).next = newest;
  } while (!g_newest_region.compare_exchange_weak(newest, made, std::memory_order_acq_rel));
  return made;
}

constexpr std::size_t kDetailsBytes = kMarksARegion * sizeof(Detail);

Detail* make_details(MarkPlace* marks) noexcept {
  auto* const made = static_cast<Detail*>(take_pages(kDetailsBytes));
  Detail* there = nullptr;
  if (made == nullptr || tail_of(marks).details.compare_exchange_strong(there, made, std::memory_order_acq_rel)) return made;
  give_back_pages(made, kDetailsBytes);
  return there;
}

Detail* details_of(MarkPlace* marks) noexcept {
  return marks != nullptr ? tail_of(marks).details.load(std::memory_order_acquire) : nullptr;
}

/// Open addressing with linear probing; a removal moves later entries back, so that no tombstones gather.
class Shard {
 public:
  bool put(std::uintptr_t address, std::size_t size, Birth birth) noexcept {
    const Guard guard(lock_);
    if (2 * (used_ + 1) > capacity_ && !grow()) return false;
    insert(address, size, birth);
    return true;
  }
  Birth find(std::uintptr_t address) noexcept {
    const Guard guard(lock_);
    if (capacity_ == 0) return 0;
    std::size_t i = home(address);
    while (entries_[i].address != 0 && entries_[i].address != address) i = next(i);
    return entries_[i].address != 0 ? entries_[i].birth : 0;
  }
  Block take(std::uintptr_t address) noexcept {
    const Guard guard(lock_);
    if (capacity_ == 0) return {};
    for (std::size_t i = home(address);; i = next(i)) {
      if (entries_[i].address == 0) return {};
      if (entries_[i].address != address) continue;
      const Block block{entries_[i].size, entries_[i].birth};
      close_gap(i);
      --used_;
      return block;
    }
  }
  void hold() noexcept { lock_.acquire(); }
  void release() noexcept { lock_.release(); }
  void clear() noexcept {
    const Guard guard(lock_);
    if (used_ > 0) wipe_pages(entries_, capacity_ * sizeof(Entry));
    used_ = 0;
  }
  void renumber(const NewTags& tags) noexcept {
    const Guard guard(lock_);
    for (std::size_t i = 0; i < capacity_; ++i) {
      Birth& birth = entries_[i].birth;
      if (entries_[i].address != 0) birth = birth_of(tags[tag_of(birth)], path_of(birth));
    }
  }

 private:
  struct Entry {
    std::uintptr_t address;
    std::size_t size;
    Birth birth;
  };

  [[nodiscard]] std::size_t home(std::uintptr_t address) const noexcept { return (address * 0x9E3779B97F4A7C15u >> 20) & (capacity_ - 1); }
  [[nodiscard]] std::size_t next(std::size_t i) const noexcept { return (i + 1) & (capacity_ - 1); }

  void insert(std::uintptr_t address, std::size_t size, Birth birth) noexcept {
    std::size_t i = home(address);
    while (entries_[i].address != 0 && entries_[i].address != address) i = next(i);
    if (entries_[i].address == 0) ++used_;
    entries_[i] = {address, size, birth};
  }

  void close_gap(std::size_t gap) noexcept {
    for (std::size_t i = next(gap); entries_[i].address != 0; i = next(i)) {
      // An entry may fill the gap if its home does not lie between the gap and where it is.
      if (((i - home(entries_[i].address)) & (capacity_ - 1)) < ((i - gap) & (capacity_ - 1))) continue;
      entries_[gap] = entries_[i];
      gap = i;
    }
    entries_[gap].address = 0;
  }

  bool grow() noexcept {
    const std::size_t wanted = capacity_ == 0 ? 1024 : capacity_ * 2;
    auto* const fresh = static_cast<Entry*>(take_pages(wanted * sizeof(Entry)));
    if (fresh == nullptr) return false;
    Entry* const old = entries_;
    const std::size_t old_capacity = capacity_;
    entries_ = fresh;
    capacity_ = wanted;
    used_ = 0;
    for (std::size_t i = 0; i < old_capacity; ++i) {
      if (old[i].address != 0) insert(old[i].address, old[i].size, old[i].birth);
    }
    if (old != nullptr) give_back_pages(old, old_capacity * sizeof(Entry));
    return true;
  }

  Lock lock_;
  Entry* entries_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
};

constexpr std::size_t kShards = 64;
Shard g_shards[kShards];

Shard& shard_of(std::uintptr_t address) noexcept { return g_shards[(address * 0x9E3779B97F4A7C15u >> 58) & (kShards - 1)]; }

/// Null where there is no address space for it: then the table is asked for every block.
MarkPlace* region_or_table(std::uintptr_t address) noexcept {
  MarkPlace* const marks = make_region(address);
  if (marks == nullptr) g_ask_table = true;
  return marks;
}

void put_in_table(MarkPlace* marks, std::uintptr_t address, std::size_t size, Birth birth) noexcept {
  const Busy busy;
  const bool stands = busy.entered() && shard_of(address).put(address, size, birth);
  if (!stands) missed();
  // Of a block that was here before and whose end was not seen.
  if (Detail* const details = details_of(marks); details != nullptr) details[mark_index(address)] = 0;
  if (marks != nullptr) marks[mark_index(address)] = stands ? static_cast<Mark>(tag_of(birth) << kSlackBits | kInTable) : Mark{0};
}

/// Of a chunk that is a map by itself the header takes two words, of another one.
bool has_chunk_header(const void* block, std::size_t usable) noexcept {
  const std::size_t header = chunk_bytes(reinterpret_cast<std::uintptr_t>(block)) - usable;
  return header == sizeof(std::size_t) || header == 2 * sizeof(std::size_t);
}

}  // namespace

void examine_allocator(void* (*allocate)(std::size_t), void (*release)(void*), std::size_t (*usable)(void*), bool is_glibc) noexcept {
  make_region_table();
  bool as_expected = is_glibc && usable != nullptr;
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{24}, std::size_t{25}, std::size_t{1000}, std::size_t{70'000}, std::size_t{1} << 20}) {
    if (!as_expected) break;
    void* const block = allocate(size);
    as_expected = block != nullptr && reinterpret_cast<std::uintptr_t>(block) % 16 == 0 && has_chunk_header(block, usable(block));
    release(block);
  }
  g_chunk_headers = as_expected;
  keep_paths_of_blocks(false);
  if (!as_expected) g_ask_table = true;
}

namespace {

void put_elsewhere(std::uintptr_t address, std::size_t size, unsigned tag, Path path) noexcept {
  MarkPlace* marks = region_of(address).load(std::memory_order_acquire);
  if (g_chunk_headers) {
    if (marks == nullptr) marks = region_or_table(address);
    const std::size_t slack = chunk_bytes(address) - size;
    Detail* details = details_of(marks);
    if (marks != nullptr && path != 0 && details == nullptr) details = make_details(marks);
    if (details != nullptr)
      details[mark_index(address)] = slack < kInTable && path != 0 ? static_cast<Detail>(path << kSlackBits | slack) : 0;
    if (marks != nullptr && slack < kInTable && (path == 0 || details != nullptr)) {
      marks[mark_index(address)] = static_cast<Mark>(tag << kSlackBits | (path == 0 ? slack : kInTable));
      return;
    }
  }
  put_in_table(marks, address, size, birth_of(tag, path));
}

}  // namespace

void remember_elsewhere(std::uintptr_t address, std::size_t size, unsigned tag, HookFrame frame) noexcept {
  put_elsewhere(address, size, tag, is_attributed_here() ? path_from(frame) : 0);
}

void remember_foreign(std::uintptr_t address, const Block& as) noexcept {
  MarkPlace* const marks = region_of(address).load(std::memory_order_acquire);
  put_in_table(marks != nullptr ? marks : region_or_table(address), address, as.size, as.birth);
}

void remember_again(void* block, const Block& as) noexcept {
  put_elsewhere(reinterpret_cast<std::uintptr_t>(block), as.size, tag_of(as.birth), path_of(as.birth));
}

Block forget_elsewhere(std::uintptr_t address, unsigned mark) noexcept {
  if (Detail* const details = details_of(region_of(address).load(std::memory_order_acquire)); details != nullptr && mark != 0) {
    Detail& place = details[mark_index(address)];
    if (const Detail detail = place; detail != 0) {
      place = 0;
      return {chunk_bytes(address) - (detail & kInTable), birth_of(mark >> kSlackBits, detail >> kSlackBits)};
    }
  }
  const Busy busy;
  if (busy.entered()) return shard_of(address).take(address);
  missed();
  return {};
}

Birth birth_of_block(const void* block) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  MarkPlace* const marks = region_of(address).load(std::memory_order_acquire);
  if (marks != nullptr) {
    const unsigned mark = marks[mark_index(address)];
    if (mark == 0) return 0;
    if ((mark & kInTable) != kInTable) return Birth{mark} << kMarkShift;
    const Detail* const details = details_of(marks);
    if (details != nullptr && details[mark_index(address)] != 0) {
      return birth_of(mark >> kSlackBits, details[mark_index(address)] >> kSlackBits);
    }
  }
  const Busy busy;
  return busy.entered() ? shard_of(address).find(address) : 0;
}

void keep_paths_of_blocks(bool keep) noexcept { g_marks_suffice = g_chunk_headers && g_regions.mask != 0 && !keep; }

void hold_blocks() noexcept {
  for (Shard& shard : g_shards) shard.hold();
}
void release_blocks() noexcept {
  for (Shard& shard : g_shards) shard.release();
}

void forget_everything() noexcept {
  for (MarkPlace* marks = g_newest_region.load(std::memory_order_acquire); marks != nullptr; marks = tail_of(marks).next) {
    wipe_pages(marks, kMarksBytes);
    if (Detail* const details = details_of(marks); details != nullptr) wipe_pages(details, kDetailsBytes);
  }
  for (Shard& shard : g_shards) shard.clear();
}

namespace {

/// Most marks are none: they are looked at four at a time.
using FourMarks [[gnu::may_alias]] = std::uint64_t;
constexpr std::size_t kMarksAWord = sizeof(FourMarks) / sizeof(Mark);
bool is_blank(const MarkPlace* marks) noexcept { return __atomic_load_n(reinterpret_cast<const FourMarks*>(marks), __ATOMIC_RELAXED) == 0; }

}  // namespace

void renumber(const NewTags& tags) noexcept {
  for (MarkPlace* marks = g_newest_region.load(std::memory_order_acquire); marks != nullptr; marks = tail_of(marks).next) {
    for (std::size_t i = 0; i < kMarksARegion; ++i) {
      if (i % kMarksAWord == 0 && is_blank(marks + i)) {
        i += kMarksAWord - 1;
        continue;
      }
      MarkPlace& place = marks[i];
      Mark mark = place;
      while (mark != 0) {
        const unsigned tag = tags[mark >> kSlackBits];
        const Mark wanted = tag == 0 ? Mark{0} : static_cast<Mark>(tag << kSlackBits | (mark & kInTable));
        if (place.change(mark, wanted)) break;
      }
    }
  }
  for (Shard& shard : g_shards) shard.renumber(tags);
}

}  // namespace benchkit::memhook
