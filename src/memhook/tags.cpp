// Windows nest. A block carries the tag of the innermost window at its birth; tags rise with each window opened. A window whose tag is not
// above a block's was open when the block was born, so freeing it counts there, and in no other. How tags begin again is told in blocks.hpp.
#include "memhook/tags.hpp"

#include "memhook/maps.hpp"

namespace benchkit::memhook {

Relaxed<std::uint16_t> g_become[kMostTag + 1];
std::atomic<unsigned> g_tag{0};
std::atomic<bool> g_thread_windows{false};

namespace {

unsigned g_last_tag = 0;
const Place* g_tag_owner[kMostTag + 1];

/// In the order of their tags; returns how many.
unsigned sort_open_windows(Window* (&by_tag)[kMostWindows]) noexcept {
  unsigned count = 0;
  for (Window& window : g_windows) {
    if (!window.open) continue;
    unsigned at = count++;
    for (; at > 0 && by_tag[at - 1]->tag > window.tag; --at) by_tag[at] = by_tag[at - 1];
    by_tag[at] = &window;
  }
  return count;
}

/// What the last turn has left of the tags of a half that is to be taken up again, in marks and maps.
void bring_up_to_date(unsigned half) noexcept {
  static NewTags tags;
  for (unsigned tag = 0; tag <= kMostTag; ++tag) tags[tag] = (tag & kTagHalf) == half ? g_become[tag] : static_cast<std::uint16_t>(tag);
  renumber(tags);
  renumber_maps(tags);
}

/// The open windows get the first tags of the other half, in their order. What was born in a closed one was born in those around it that are open: in the
/// process' own, and in its thread's. Those of other threads it never was in.
void change_halves() noexcept {
  const unsigned half = ~g_last_tag & kTagHalf;
  Window* by_tag[kMostWindows];
  const unsigned count = sort_open_windows(by_tag);
  if (count == 0) {
    forget_everything();
    forget_maps();
  } else {
    bring_up_to_date(half);
  }
  for (unsigned tag = half ^ kTagHalf; tag <= g_last_tag; ++tag) {
    unsigned become = 0;
    for (unsigned i = 0; i < count && by_tag[i]->tag <= tag; ++i) {
      if (by_tag[i]->of_thread == nullptr || by_tag[i]->of_thread == g_tag_owner[tag]) become = half + i + 1;
    }
    g_become[tag] = static_cast<std::uint16_t>(become);
  }
  std::atomic_thread_fence(std::memory_order_release);  // whoever finds a window's new tag finds what the old ones have become
  for (unsigned i = 0; i < count; ++i) {
    by_tag[i]->tag = half + i + 1;
    g_tag_owner[half + i + 1] = by_tag[i]->of_thread;
  }
  g_last_tag = half + count;
}

}  // namespace

unsigned next_tag(const Place* of_thread) noexcept {
  if ((g_last_tag & (kTagHalf - 1)) == kTagHalf - 1) change_halves();
  g_tag_owner[++g_last_tag] = of_thread;
  return g_last_tag;
}

unsigned tag_here(const Place* place) noexcept {
  unsigned tag = g_tag.load(std::memory_order_relaxed);
  std::uint64_t newest = 0;
  const unsigned depth = g_depth.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < depth; ++level) {
    const Window& window = g_windows[level];
    const bool is_own = window.open && window.of_thread == place && place != nullptr;
    if (!is_own || window.serial < newest) continue;
    newest = window.serial;
    tag = window.tag;
  }
  return tag;
}

bool is_of_thread(const Window& window, unsigned tag) noexcept {
  return g_tag_owner[follows(tag, window.tag) ? tag : unsigned{g_become[tag]}] == window.of_thread;
}

}  // namespace benchkit::memhook
