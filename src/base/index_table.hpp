// Positions of things that are kept elsewhere, found by what stands there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace benchkit::base {

/// A hash table of positions in some list: no key is copied and nothing is allocated for an entry, which is what hundreds of thousands of
/// entries cost most. Open addressing with linear probing, at most half full. Positions are below 2^32 - 1.
class IndexTable {
 public:
  /// The position of an equal thing that is there already, or `position`, which is there from now on; and whether it is new.
  /// `equals(p)`: whether what stands at p is the thing.
  template <class Equals>
  std::pair<std::size_t, bool> insert(std::size_t hash, std::size_t position, const Equals& equals) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    const auto small = static_cast<std::uint32_t>(mixed(hash));
    Slot* slot = &slots_[small & (slots_.size() - 1)];
    while (slot->position != kFree) {
      if (slot->hash == small && equals(slot->position)) return {slot->position, false};
      slot = slot + 1 == slots_.data() + slots_.size() ? slots_.data() : slot + 1;
    }
    *slot = {small, static_cast<std::uint32_t>(position)};
    ++count_;
    return {position, true};
  }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t position = kFree;
  };

  /// Its high bits are as good as its low ones.
  static std::uint64_t mixed(std::uint64_t hash) noexcept {
    hash *= 0x9e3779b97f4a7c15;
    return hash ^ (hash >> 32);
  }

  void grow() {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 64 : 2 * slots_.size()));
    for (const Slot& one : old) {
      if (one.position == kFree) continue;
      std::size_t at = one.hash & (slots_.size() - 1);
      while (slots_[at].position != kFree) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = one;
    }
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace benchkit::base
