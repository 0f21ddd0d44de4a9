// memory: what one call allocates. Setup and teardown stand outside the window; a sample is a single call, for a peak of two calls would be a peak
// of neither.
//
// The first call in a worker's life is a figure of its own (`cold_...`): it carries lazy imports, caches that fill, arenas that grow. Later calls
// are taken until two in a row agree, ten calls in all at the most. Most do at once, and then the metric is exact for this case; where threads
// race it never does, and the spread is the truth.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <benchkit/core/memory.hpp>

#include "base/units.hpp"
#include "core/call_paths.hpp"
#include "core/checkpoints.hpp"
#include "core/memory_hooks.hpp"
#include "core/meters/meter.hpp"
#include "core/own_allocators.hpp"

namespace benchkit::core {
namespace {

constexpr std::size_t kMostCalls = 10;

class MemoryMeter final : public Meter {
 public:
  [[nodiscard]] protocol::MeterInfo info() const override {
    protocol::MeterInfo info{
        .name = "memory",
        .help =
            "heap of one call: peak (high-water mark), all that was allocated, how often, the largest request, what was "
            "not freed, address space that is no memory; cold_...: of the first call",
        .metrics = {{"peak", "B", Better::less},
                    {"allocated", "B", Better::less},
                    {"allocations", "", Better::less},
                    {"largest", "B", Better::less},
                    {"leaked", "B", Better::less},
                    {"reserved", "B", Better::less}},
        .batches = false,
        .attributes = true,
        .exclusive = false,
        .launch = {},
        .unavailable = memory_hooks_unavailable()};
    for (const Metric& metric : info.metrics) info.cold_metrics.push_back({"cold_" + metric.name, metric.unit, metric.better});
    return info;
  }
  [[nodiscard]] bool batches() const noexcept override { return false; }
  [[nodiscard]] bool settled(const std::vector<double>& peaks) const override {
    return peaks.size() >= kMostCalls || (peaks.size() >= 2 && peaks[peaks.size() - 1] == peaks[peaks.size() - 2]);
  }
  void reset() override {
    reading_ = {};
    (void)attached_memory_hooks();  // outside of the window, which its first use would otherwise be in
  }
  void attribute_next(const CheckpointSink& checkpoint) override {
    attribute_ = true;
    if (!checkpoint) return;
    checkpoints_.emplace([this, tell = checkpoint](CallPaths paths) {
      leave_out(paths, callers_);
      tell(std::move(paths));
    });
  }
  [[nodiscard]] CallPaths call_paths() const override { return call_paths_; }
  void begin() override {
    if (attribute_) callers_ = native_callers();
    window_.emplace(MemoryOptions{.attribute = attribute_});
    if (checkpoints_) checkpoints_->begin(*window_);
  }
  void end() override {
    if (checkpoints_) checkpoints_->end();
    const MemoryReading seen = window_->close();
    if (std::exchange(attribute_, false)) {
      call_paths_ = window_->call_paths();
      leave_out(call_paths_, callers_);
    }
    window_.reset();
    checkpoints_.reset();
    reading_ = seen;
    peaks_.push_back(seen.peak_bytes);
  }
  std::vector<double> read(std::uint64_t /*iterations*/, const ProbeLog& /*log*/) override {
    return {static_cast<double>(reading_.peak_bytes),  static_cast<double>(reading_.allocated_bytes),
            static_cast<double>(reading_.allocations), static_cast<double>(reading_.largest_bytes),
            static_cast<double>(reading_.live_bytes),  static_cast<double>(reading_.reserved_bytes)};
  }
  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> result;
    if (peaks_.size() == kMostCalls && peaks_[kMostCalls - 1] != peaks_[kMostCalls - 2]) {
      const auto [low, high] = std::ranges::minmax(peaks_);
      result.push_back(fmt::format("no two calls in a row had the same peak: {} to {}", base::format_value(static_cast<double>(low), "B"),
                                   base::format_value(static_cast<double>(high), "B")));
    }
    if (reading_.peak_error_bytes > 0) {
      const bool one = reading_.threads < 2;
      result.push_back(several_bound(one ? "address space became memory without a call (MAP_NORESERVE)" : "several threads allocate",
                                     reading_.peak_error_bytes));
    }
    if (std::string doubt = own_allocators_doubt(); !doubt.empty()) result.push_back(std::move(doubt));
    if (reading_.missed_events > 0)
      result.emplace_back(
          "something is not in the numbers: most often a signal handler allocated while an allocation was being counted, or another tool "
          "took the hooks' place (docs/memory.md)");
    return result;
  }

 private:
  std::optional<MemoryWindow> window_;
  MemoryReading reading_;
  std::vector<std::int64_t> peaks_;  ///< of each call, the cold one first
  bool attribute_ = false;           ///< the window that is open, or the next one
  CallPaths call_paths_;
  std::vector<Frame> callers_;              ///< of the attributed window's opening
  std::optional<Checkpoints> checkpoints_;  ///< behind the window: while they live, so does it
};

}  // namespace

std::unique_ptr<Meter> make_memory_meter(Clock& clock);
std::unique_ptr<Meter> make_memory_meter(Clock& /*clock*/) { return std::make_unique<MemoryMeter>(); }

}  // namespace benchkit::core
