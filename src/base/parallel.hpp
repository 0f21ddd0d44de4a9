// A loop whose turns know nothing of each other, divided over the CPUs.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace benchkit::base {

/// While one lives, the loops that its thread begins stay on that thread: what is being timed on this machine keeps the other CPUs.
class OnOneThread {
 public:
  OnOneThread() noexcept : before_(std::exchange(wanted(), true)) {}
  ~OnOneThread() { wanted() = before_; }
  OnOneThread(const OnOneThread&) = delete;
  OnOneThread& operator=(const OnOneThread&) = delete;

  [[nodiscard]] static bool& wanted() noexcept {
    thread_local bool is_wanted = false;
    return is_wanted;
  }

 private:
  bool before_;
};

/// Calls `turn(i)` for every i below `count`, `grain` of them at a time, on as many threads as there are CPUs and work. What a turn writes
/// must be its own. The result is that of the plain loop, also in what it throws: of all turns that throw, the first one's exception comes
/// out.
template <class Turn>
void parallel_for(std::size_t count, std::size_t grain, const Turn& turn) {
  const std::size_t pieces = (count + grain - 1) / grain;
  const std::size_t most = OnOneThread::wanted() ? 1U : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = std::min(pieces, most);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;
  std::size_t thrown_at = std::numeric_limits<std::size_t>::max();
  const auto work = [&] {
    for (std::size_t piece = next++; piece < pieces; piece = next++) {
      std::size_t i = piece * grain;
      try {
        for (const std::size_t end = std::min(count, i + grain); i < end; ++i) turn(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < thrown_at) {
          thrown_at = i;
          thrown = std::current_exception();
        }
      }
    }
  };
  std::vector<std::thread> others;
  try {
    while (others.size() + 1 < threads) others.emplace_back(work);
  } catch (const std::system_error&) {
    // No more threads to be had: those that are there do it all.
  }
  work();
  for (std::thread& other : others) other.join();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace benchkit::base
