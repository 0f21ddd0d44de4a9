// A look costs what copying the paths takes, for which the threads that allocate must wait: some milliseconds with many paths. So the pause between two
// looks is at least twenty times the last one's cost, and nothing is told that is not a tenth more than what was told before: a heap
// that grows to its end is told of in steps, the last of which holds nine tenths of it, unless it grew by more than that within one pause.
#include "core/checkpoints.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/os.hpp"
#include "core/memory_hooks.hpp"

namespace benchkit::core {
namespace {

constexpr std::chrono::nanoseconds kShortestPause = std::chrono::milliseconds(20);
constexpr int kPausesPerLook = 20;
constexpr std::int64_t kGrownByPart = 10;
/// Less is not worth a word.
constexpr std::int64_t kFewBytes = 1 << 20;

}  // namespace

Checkpoints::Checkpoints(Tell tell) : tell_(std::move(tell)), owner_(base::process_id()), thread_([this] { watch(); }) {}

Checkpoints::~Checkpoints() {
  if (base::process_id() != owner_) {  // it did not come along
    thread_.detach();
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    if (window_ != nullptr) look_if_possible();  // the call threw
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Checkpoints::begin(const MemoryWindow& window) {
  const std::lock_guard lock(mutex_);
  window_ = &window;
  told_bytes_ = 0;
}

void Checkpoints::end() {
  if (base::process_id() != owner_) return;
  const std::lock_guard lock(mutex_);
  window_ = nullptr;
}

void Checkpoints::watch() {
  const NotCounted not_counted(attached_memory_hooks());
  std::unique_lock lock(mutex_);
  std::chrono::nanoseconds pause = kShortestPause;
  while (!changed_.wait_for(lock, pause, [this] { return over_; })) {
    if (window_ == nullptr) continue;
    const auto began = std::chrono::steady_clock::now();
    look_if_possible();
    pause = std::max(kShortestPause, kPausesPerLook * (std::chrono::steady_clock::now() - began));
  }
}

void Checkpoints::look_if_possible() noexcept {
  try {
    look();
  } catch (const std::exception&) {  // no memory, of all things: the next look may have some, and the last one's word stands
  }
}

void Checkpoints::look() {
  const std::int64_t peak_bytes = window_->read().peak_bytes;
  if (peak_bytes < told_bytes_ + std::max(told_bytes_ / kGrownByPart, kFewBytes)) return;
  CallPaths paths = window_->call_paths_so_far();
  if (paths.paths.empty()) return;
  told_bytes_ = paths.peak_bytes;
  tell_(std::move(paths));
}

}  // namespace benchkit::core
