// A lock that needs no memory and no library: held for some hundred nanoseconds, by code that never waits for anything else.
#pragma once

#include <sched.h>

#include <atomic>

namespace benchkit::memhook {

class Lock {
 public:
  void acquire() noexcept {
    for (unsigned tries = 0; taken_.exchange(true, std::memory_order_acquire); ++tries) {
      while (taken_.load(std::memory_order_relaxed)) {
        if (++tries > 200) sched_yield();  // its holder may need this very CPU
      }
    }
  }
  void release() noexcept { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> taken_{false};
};

class Guard {
 public:
  explicit Guard(Lock& lock) noexcept : lock_(lock) { lock_.acquire(); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { lock_.release(); }

 private:
  Lock& lock_;
};

}  // namespace benchkit::memhook
