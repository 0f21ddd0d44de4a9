// rss: the most that the process held resident during one call, in pages of physical memory: heap, stacks, code, files that are mapped. The kernel
// keeps that high-water mark and forgets it on request (/proc/self/clear_refs), so a window needs no process of its own; it begins at what is
// resident already.
#include <algorithm>
#include <memory>

#include "base/os.hpp"
#include "core/meters/meter.hpp"

namespace benchkit::core {
namespace {

class RssMeter final : public Meter {
 public:
  [[nodiscard]] protocol::MeterInfo info() const override {
    return {
        .name = "rss",
        .help = "resident set of the process at its highest during one call, what was there before included; cold_rss: of the first call",
        .metrics = {{"rss", "B", Better::less}},
        .cold_metrics = {{"cold_rss", "B", Better::less}},
        .batches = false,
        .launch = {},
        .unavailable = can_reset() ? "" : "this system does not let a process reset its peak (/proc/self/clear_refs)"};
  }
  [[nodiscard]] bool batches() const noexcept override { return false; }
  [[nodiscard]] bool settled(const std::vector<double>& peaks) const override { return peaks.size() >= kCalls; }
  void reset() override { peak_bytes_ = -1; }
  void begin() override { (void)base::reset_peak_resident(); }
  void end() override { peak_bytes_ = std::max(peak_bytes_, base::peak_resident_bytes()); }
  std::vector<double> read(std::uint64_t /*iterations*/, const ProbeLog& /*log*/) override { return {static_cast<double>(peak_bytes_)}; }

 private:
  /// Resident sets differ by pages from call to call; more calls of one process say little more of it.
  static constexpr std::size_t kCalls = 5;

  static bool can_reset() {
    static const bool can = base::reset_peak_resident();
    return can;
  }

  std::int64_t peak_bytes_ = -1;
};

}  // namespace

std::unique_ptr<Meter> make_rss_meter(Clock& clock);
std::unique_ptr<Meter> make_rss_meter(Clock& /*clock*/) { return std::make_unique<RssMeter>(); }

}  // namespace benchkit::core
