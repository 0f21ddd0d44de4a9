// What a clock can tell apart, and what it costs to ask.
//
// Resolution: the least positive difference between two readings one after the other, over many of them; on a clock that ticks
// faster than it can be read, that is the time of a reading itself, which is what limits a measurement all the same.
// Cost: the mean distance over the same readings without the longest tenth (which would carry every preemption).
#include "core/clock.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/os.hpp"

namespace benchkit::core {
namespace {

constexpr std::size_t kReadings = 2000;

protocol::ClockInfo measure_clock() {
  std::array<std::int64_t, kReadings> readings{};
  for (std::int64_t& reading : readings) reading = base::monotonic_ns();
  std::array<std::int64_t, kReadings - 1> steps{};
  for (std::size_t i = 0; i + 1 < kReadings; ++i) steps[i] = readings[i + 1] - readings[i];
  std::sort(steps.begin(), steps.end());
  const auto first_positive = std::upper_bound(steps.begin(), steps.end(), std::int64_t{0});
  const std::int64_t least = first_positive == steps.end() ? 1 : *first_positive;
  const auto usual = steps.begin() + kReadings * 9 / 10;
  const double cost =
      static_cast<double>(std::accumulate(steps.begin(), usual, std::int64_t{0})) / static_cast<double>(usual - steps.begin());
  return {"CLOCK_MONOTONIC", static_cast<double>(least), cost};
}

class SystemClock final : public Clock {
 public:
  std::int64_t now_ns() noexcept override { return base::monotonic_ns(); }
  const protocol::ClockInfo& info() override {
    static const protocol::ClockInfo measured = measure_clock();
    return measured;
  }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace benchkit::core
