// Checkpoints of an attributed window: what is known should the process not live to see the window's end.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include <benchkit/core/memory.hpp>

namespace benchkit::core {

/// A thread that looks at an open window now and then, and tells who holds its bytes if they have become more by a part since it told last. What it
/// allocates itself does not count.
class Checkpoints {
 public:
  using Tell = std::function<void(CallPaths)>;
  /// `tell` is called from the thread, and only between begin() and end().
  explicit Checkpoints(Tell tell);
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;
  ~Checkpoints();

  /// The window must stay open until end().
  void begin(const MemoryWindow& window);
  /// Waits for a look that is under way.
  void end();

 private:
  void watch();
  /// What there was at the most, beyond what was told of, by a part (2: a half) of that.
  [[nodiscard]] bool has_grown_by(std::int64_t part) const;
  void look();
  void look_if_possible() noexcept;

  Tell tell_;
  std::int64_t owner_;  ///< the process that has the thread: a child that was forked has none
  std::mutex mutex_;
  std::condition_variable changed_;
  const MemoryWindow* window_ = nullptr;
  std::int64_t told_bytes_ = 0;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace benchkit::core
