// Walking the stack in a few nanoseconds a frame, or nearly none at all.
//
// A frame is three words: the place of its return address, the return address, and the frame pointer that its function saw at the call. From one
// the next follows by the rule of its return address (unwind_rules.cpp), with frame pointers and without. Every place is checked to lie within the
// thread's stack and above the last, so that a rule that does not fit ends the walk and never leads out of the stack.
//
// Between one allocation of a thread and the next most of its stack stays as it was. So the last walk is kept, and a new one is only taken as far as
// a frame that was in it, at the same place with the same three words. Beyond it the frames are the same if their words in memory are still the same:
// by the same rules, the same words lead to the same places, frame after frame. That is one comparison a frame, and the
// path of the frame where the walks meet is known. A frame pointer is compared only where some rule further out goes by it;
// functions that keep no frame pointer use the register as they like. (Checking saved return addresses to reuse a stack is memray's idea too, in its
// pull request 1004.)
//
// In a thread that is an interpreter's, the interpreter's frames come first, as its walker tells them, and of the native ones only those below its
// innermost loop: what called the loop is told better by the interpreter.
#include "memhook/stack.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memhook/account.hpp"
#include "memhook/own_memory.hpp"
#include "memhook/relocations.hpp"
#include "memhook/thread.hpp"
#include "memhook/unwind_rules.hpp"

extern "C" void* __libc_stack_end;  // NOLINT(readability-identifier-naming): glibc's name

namespace benchkit::memhook {
namespace {

constexpr unsigned kMostFrames = 4096;
/// A thread on which so many stacks were found that were no thread's (fibers) is walked no further than its caller.
constexpr unsigned kMostStacks = 256;

struct Frame {
  std::uintptr_t place;  ///< of its return address
  std::uintptr_t address;
  std::uintptr_t frame_pointer;
  const std::uintptr_t* frame_pointer_place;  ///< where that was read; its own copy where it does not matter
  Path path;
  bool frame_pointer_matters;
  // How its rule treats the frame pointer.
  bool goes_by_it;
  bool passes_it_on;
};

struct Interpreted {
  std::uint64_t numbers[kMostFrames];  ///< innermost first
  std::size_t count;
};

}  // namespace

struct Recent {
  std::uintptr_t low, high;  ///< the stack
  unsigned stacks;           ///< that were looked up
  unsigned generation;
  std::uintptr_t limit;
  Path base;                            ///< of the interpreter's innermost frame; the native ones begin below it
  unsigned count;                       ///< of `frames`
  unsigned fresh_count;                 ///< of `fresh`
  Frame frames[kMostFrames];            ///< outermost first
  Frame fresh[kMostFrames];             ///< of the walk that is being made, innermost first
  Interpreted interpreted[2];           ///< last and new, in turn
  Path interpreted_paths[kMostFrames];  ///< of the last, outermost first
  unsigned turn;
  std::uint64_t numbers[kMostFrames];  ///< to be interned, outermost first
  Path paths[kMostFrames];
};

namespace {

// ---- where the stack is ----

/// Reads lines of /proc/self/maps without memory of anybody's.
class Maps {
 public:
  Maps() noexcept : file_(static_cast<int>(syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC))) {}
  Maps(const Maps&) = delete;
  Maps& operator=(const Maps&) = delete;
  ~Maps() {
    if (file_ >= 0) syscall(SYS_close, file_);
  }
  bool next(std::uintptr_t& low, std::uintptr_t& high) noexcept {
    int c = number(low);
    if (c != '-') return false;
    c = number(high);
    while (c != '\n' && c >= 0) c = get();
    return c == '\n';
  }

 private:
  int get() noexcept {
    if (at_ == size_) {
      const long got = file_ < 0 ? -1 : syscall(SYS_read, file_, buffer_, sizeof buffer_);
      if (got <= 0) return -1;
      size_ = static_cast<std::size_t>(got);
      at_ = 0;
    }
    return static_cast<unsigned char>(buffer_[at_++]);
  }
  int number(std::uintptr_t& value) noexcept {
    value = 0;
    for (;;) {
      const int c = get();
      if (c >= '0' && c <= '9') value = value * 16 + static_cast<unsigned>(c - '0');
      else if (c >= 'a' && c <= 'f') value = value * 16 + static_cast<unsigned>(c - 'a' + 10);
      else return c;
    }
  }
  int file_;
  char buffer_[1024];
  std::size_t at_ = 0, size_ = 0;
};

/// The first thread's stack grows as it is used, down to its limit, and nothing else is put there.
bool is_first_threads(std::uintptr_t place, std::uintptr_t& low, std::uintptr_t& high) noexcept {
  high = reinterpret_cast<std::uintptr_t>(__libc_stack_end);
  rlimit limit{};
  constexpr std::uintptr_t kMost = std::uintptr_t{64} << 20;
  const bool known = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < kMost;
  low = high - (known ? limit.rlim_cur : kMost);
  return place >= low && place < high;
}

/// Fills the bounds of the stack that `place` is on. False: no telling.
bool find_stack(Recent& recent, std::uintptr_t place) noexcept {
  if (is_first_threads(place, recent.low, recent.high)) return true;
  if (recent.stacks++ < kMostStacks) {
    Maps maps;
    while (maps.next(recent.low, recent.high)) {
      if (place >= recent.low && place < recent.high) return true;
    }
  }
  recent.low = recent.high = 0;
  return false;
}

// ---- steps ----

std::uintptr_t word_at(std::uintptr_t place) noexcept { return *reinterpret_cast<const std::uintptr_t*>(place); }

[[gnu::always_inline]] inline bool is_on_stack(const Recent& recent, std::uintptr_t place, std::uintptr_t above) noexcept {
  return place > above && place < recent.high && place % sizeof place == 0;
}

/// From a frame to its caller's. False: it is the outermost, or there is no telling.
[[gnu::always_inline]] inline bool step(const Recent& recent, Frame& from, Frame& to) noexcept {
  const Rule rule = rule_at(from.address);
  std::uintptr_t cfa = 0;
  from.goes_by_it = rule.cfa == Rule::Cfa::frame || rule.cfa == Rule::Cfa::frame_word || rule.saved == Rule::Saved::at_frame;
  from.passes_it_on = rule.saved == Rule::Saved::no;
  const auto offset = static_cast<std::uintptr_t>(static_cast<std::intptr_t>(rule.offset));
  const auto saved_offset = static_cast<std::uintptr_t>(static_cast<std::intptr_t>(rule.saved_offset));
  switch (rule.cfa) {
    case Rule::Cfa::stack: cfa = from.place + sizeof(std::uintptr_t) + offset; break;
    case Rule::Cfa::frame: cfa = from.frame_pointer + offset; break;
    case Rule::Cfa::frame_word: {
      const std::uintptr_t word = from.frame_pointer + offset;
      if (!is_on_stack(recent, word, from.place)) return false;
      cfa = word_at(word);
      break;
    }
    default: from.goes_by_it = from.passes_it_on = false; return false;
  }
  to.place = cfa - sizeof(std::uintptr_t);
  if (!is_on_stack(recent, to.place, from.place)) return false;
  to.address = word_at(to.place);
  to.frame_pointer = from.frame_pointer;
  to.frame_pointer_place = nullptr;
  if (rule.saved != Rule::Saved::no) {
    const std::uintptr_t saved = (rule.saved == Rule::Saved::at_cfa ? cfa : from.frame_pointer) + saved_offset;
    if (!is_on_stack(recent, saved, from.place)) return false;
    to.frame_pointer_place = reinterpret_cast<const std::uintptr_t*>(saved);
    to.frame_pointer = *to.frame_pointer_place;
  }
  return to.address != 0;
}

[[gnu::always_inline]] inline Frame caller_of(HookFrame hook) noexcept {
  const auto* const words = static_cast<const std::uintptr_t*>(hook);
  Frame caller{};
  caller.place = reinterpret_cast<std::uintptr_t>(words + 1);
  caller.address = words[1];
  caller.frame_pointer = words[0];
  return caller;
}

// ---- the walk ----

/// Whether what is beyond `top` in the last walk is still as it was.
[[gnu::always_inline]] inline bool still_holds(const Recent& recent, unsigned top) noexcept {
  for (unsigned i = top; i-- > 0;) {
    const Frame& frame = recent.frames[i];
    if (word_at(frame.place) != frame.address || *frame.frame_pointer_place != frame.frame_pointer) return false;
  }
  return true;
}

/// Walks until it meets the last walk, and leaves the new frames in `fresh`. Returns how many of the last walk's frames hold.
unsigned walk(Recent& recent, const Frame& first, bool reuse, bool& too_deep) noexcept {
  unsigned known = reuse ? recent.count : 0;
  recent.fresh_count = 0;
  recent.fresh[0] = first;
  for (;;) {
    Frame& frame = recent.fresh[recent.fresh_count];
    if (frame.place > recent.limit) return 0;
    while (known > 0 && recent.frames[known - 1].place < frame.place) --known;
    if (known > 0) {
      const Frame& last = recent.frames[known - 1];
      const bool same = last.place == frame.place && last.address == frame.address &&
                        (last.frame_pointer == frame.frame_pointer || !last.frame_pointer_matters);
      if (same) {
        if (still_holds(recent, known - 1)) return known;
        return walk(recent, first, false, too_deep);  // the words of the frames in between may be older than their callers
      }
    }
    if (recent.fresh_count + 1 == kMostFrames) {
      too_deep = true;
      return 0;
    }
    const bool more = step(recent, frame, recent.fresh[recent.fresh_count + 1]);
    ++recent.fresh_count;
    if (!more) return 0;
  }
}

/// The interpreter's, where there is one.
CodeRange g_left_out;
bool is_told(const Frame& frame) noexcept { return frame.address < g_left_out.begin || frame.address >= g_left_out.end; }

/// The path of the interpreter's innermost frame; `limit` as the walker says. 0 with `too_deep`: not to be told.
Path interpreted_path(Recent& recent, std::uintptr_t& limit, bool& too_deep) noexcept {
  Interpreted& fresh = recent.interpreted[1 - recent.turn];
  const Interpreted& last = recent.interpreted[recent.turn];
  fresh.count = walker()->walk(fresh.numbers, kMostFrames, &limit);
  if (fresh.count > kMostFrames) {
    too_deep = true;
    return 0;
  }
  if (fresh.count == 0) {
    limit = UINTPTR_MAX;
    return 0;
  }
  std::size_t same = 0;
  const std::size_t both = fresh.count < last.count ? fresh.count : last.count;
  while (same < both && fresh.numbers[fresh.count - 1 - same] == last.numbers[last.count - 1 - same]) ++same;
  if (same == fresh.count) return recent.interpreted_paths[same - 1];
  for (std::size_t i = same; i < fresh.count; ++i) recent.numbers[i - same] = fresh.numbers[fresh.count - 1 - i] | kInterpreted;
  if (!intern(recent.generation, same > 0 ? recent.interpreted_paths[same - 1] : 0, recent.numbers, fresh.count - same,
              recent.interpreted_paths + same)) {
    recent.interpreted[recent.turn].count = 0;
    too_deep = true;
    return 0;
  }
  recent.turn = 1 - recent.turn;
  return recent.interpreted_paths[fresh.count - 1];
}

/// Interns the frames from index `from` on. False: the tree is full.
bool intern_frames(Recent& recent, unsigned from) noexcept {
  Path parent = from > 0 ? recent.frames[from - 1].path : recent.base;
  std::size_t count = 0;
  for (unsigned i = from; i < recent.count; ++i) {
    if (is_told(recent.frames[i])) recent.numbers[count++] = recent.frames[i].address;
  }
  if (count > 0 && !intern(recent.generation, parent, recent.numbers, count, recent.paths)) return false;
  count = 0;
  for (unsigned i = from; i < recent.count; ++i) {
    Frame& frame = recent.frames[i];
    if (is_told(frame)) parent = recent.paths[count++];
    frame.path = parent;
  }
  return true;
}

Path give_up(Recent& recent) noexcept {
  recent.count = 0;
  return 0;
}

Path path_of(Recent& recent, const Frame& first) noexcept {
  const unsigned generation = tree_generation();
  if (recent.generation != generation) {
    recent.generation = generation;
    recent.count = 0;
    recent.interpreted[recent.turn].count = 0;
  }
  bool too_deep = false;
  std::uintptr_t limit = UINTPTR_MAX;
  const Path base = walker() != nullptr ? interpreted_path(recent, limit, too_deep) : 0;
  if (too_deep) return give_up(recent);

  const bool stack_known = (first.place >= recent.low && first.place < recent.high) || find_stack(recent, first.place);
  if (!stack_known) {  // a fiber's: no further than the one frame that is known
    Path path = 0;
    recent.count = 0;
    return intern(generation, base, &first.address, 1, &path) ? path : 0;
  }
  const bool reuse = limit == recent.limit;
  recent.limit = limit;
  const unsigned kept = walk(recent, first, reuse, too_deep);
  if (too_deep || kept + recent.fresh_count > kMostFrames) return give_up(recent);
  unsigned stale = kept;
  if (base != recent.base) stale = 0;
  recent.base = base;
  recent.count = kept;
  for (unsigned i = recent.fresh_count; i-- > 0;) {
    Frame& frame = recent.frames[recent.count];
    frame = recent.fresh[i];
    const bool outer_matters = recent.count > 0 && recent.frames[recent.count - 1].frame_pointer_matters;
    frame.frame_pointer_matters = frame.goes_by_it || (frame.passes_it_on && outer_matters);
    if (!frame.frame_pointer_matters || frame.frame_pointer_place == nullptr) frame.frame_pointer_place = &frame.frame_pointer;
    ++recent.count;
  }
  if (stale < recent.count && !intern_frames(recent, stale)) return give_up(recent);
  return recent.count > 0 ? recent.frames[recent.count - 1].path : base;
}

}  // namespace

void forget_recent(Recent* recent) noexcept {
  if (recent == nullptr) return;
  recent->generation = 0;
  recent->low = recent->high = 0;
  recent->stacks = 0;
}

CodeRange object_around(const void* address) noexcept {
  struct Search {
    const void* address;
    CodeRange found;
  } search{address, {}};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        const ObjectFacts object = read_object(*info);
        if (!object.holds(wanted.address)) return 0;
        wanted.found = {object.begin, object.end};
        return 1;
      },
      &search);
  return search.found;
}

void leave_out(const CodeRange& code) noexcept { g_left_out = code; }

Path path_from(HookFrame frame) noexcept {
  const Busy busy;
  Place* const place = t_thread.place;
  if (!busy.entered() || place == nullptr) return 0;
  if (place->recent == nullptr) place->recent = static_cast<Recent*>(take_pages(sizeof(Recent)));
  return place->recent != nullptr ? path_of(*place->recent, caller_of(frame)) : 0;
}

}  // namespace benchkit::memhook
