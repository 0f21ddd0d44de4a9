// What each thread knows of itself: a few words, so that the library can be loaded late (its thread-local storage comes out of a small reserve).
#pragma once

#include <atomic>
#include <cstdint>

#include "memhook/lock.hpp"

namespace benchkit::memhook {

struct Place;

struct Thread {
  Place* place;         ///< where it counts; null until its first event, and while it is held
  std::uint64_t state;  ///< the g_state in which it has counted by the short way: its share of that one window is good
  Place* kept;          ///< its place while it is held
  unsigned held;        ///< how often it was told to hold (objects.hpp)
  bool busy;            ///< inside a slow part, a lock may be held: a signal handler on this thread must stay out
  bool forks;           ///< it holds all locks over a fork
  bool patches;         ///< inside the patching of slots, whose lock may be held
  bool holds_patching;  ///< that lock, over a fork
  bool ends;            ///< its destructors have run, this library's too
};

extern __thread Thread t_thread __attribute__((tls_model("initial-exec")));

/// Counts an event that could not be taken because it came from a signal handler that interrupted a slow part.
void missed() noexcept;

/// Marks a slow part. `entered()` is false where the thread was in one already.
class Busy {
 public:
  Busy() noexcept : entered_(!t_thread.busy) {
    t_thread.busy = true;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  ~Busy() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (entered_) t_thread.busy = false;
  }
  [[nodiscard]] bool entered() const noexcept { return entered_; }

 private:
  bool entered_;
};

/// A lock, and the mark by which a signal handler on this thread knows that it must stay out.
class Inside {
 public:
  explicit Inside(Lock& lock) noexcept : guard_(lock) {}

 private:
  Busy busy_;
  Guard guard_;
};

}  // namespace benchkit::memhook
