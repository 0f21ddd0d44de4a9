// A look costs what copying the paths takes, for which the threads that allocate must wait: some milliseconds with many paths. So the pause between two
// looks is at least twenty times the last one's cost, and nothing is told that is not a tenth more than what was told before. Only a heap that
// has grown by half meanwhile, which may be on its way to its end, is not waited for: from a MiB to a TiB it does so 35 times. So the last word holds
// two thirds of what there was, and as a rule nine tenths.
#include "core/checkpoints.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/os.hpp"
#include "core/memory_hooks.hpp"

namespace benchkit::core {
namespace {

/// Reading how much there is costs next to nothing.
constexpr std::chrono::nanoseconds kBetweenReadings = std::chrono::milliseconds(5);
constexpr std::chrono::nanoseconds kShortestPause = std::chrono::milliseconds(20);
constexpr int kPausesPerLook = 20;
constexpr std::int64_t kGrownByPart = 10;
constexpr std::int64_t kFastGrownByPart = 2;
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
  using Clock = std::chrono::steady_clock;
  const NotCounted not_counted(attached_memory_hooks());
  std::unique_lock lock(mutex_);
  Clock::time_point next_look = Clock::now() + kShortestPause;
  while (!changed_.wait_for(lock, kBetweenReadings, [this] { return over_; })) {
    const auto began = Clock::now();
    if (window_ == nullptr || (began < next_look && !has_grown_by(kFastGrownByPart))) continue;
    look_if_possible();
    const auto ended = Clock::now();
    next_look = ended + std::max(kShortestPause, kPausesPerLook * (ended - began));
  }
}

bool Checkpoints::has_grown_by(std::int64_t part) const {
  return window_->read().peak_bytes >= told_bytes_ + std::max(told_bytes_ / part, kFewBytes);
}

void Checkpoints::look_if_possible() noexcept {
  try {
    look();
  } catch (const std::exception&) {  // no memory, of all things: the next look may have some, and the last one's word stands
  }
}

void Checkpoints::look() {
  if (!has_grown_by(kGrownByPart)) return;
  CallPaths paths = window_->call_paths_so_far();
  if (paths.paths.empty()) return;
  told_bytes_ = paths.peak_bytes;
  tell_(std::move(paths));
}

}  // namespace benchkit::core
