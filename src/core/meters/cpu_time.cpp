// cpu_time: CPU time of a call, of all threads of the process and of the children that it waited for (so that a command's own
// CPU time counts). Reading it is a system call of some hundred nanoseconds, and the kernel accounts children by the microsecond: so a
// batch must be longer than one for wall time.
#include "base/os.hpp"
#include "core/memory_hooks.hpp"
#include "core/meters/meter.hpp"

namespace benchkit::core {
namespace {

constexpr double kResolutionNs = 1000;

class CpuTimeMeter final : public Meter {
 public:
  [[nodiscard]] protocol::MeterInfo info() const override {
    return {.name = "cpu_time",
            .help = "CPU time of one call: all threads, and children waited for",
            .metrics = {{"cpu_time", "ns", Better::less}},
            .launch = {},
            .unavailable = {}};
  }
  [[nodiscard]] double resolution_ns() override { return kResolutionNs; }
  void reset() override { total_ns_ = 0; }
  void begin() override { begin_ns_ = base::process_cpu_ns(); }
  void end() override { total_ns_ += base::process_cpu_ns() - begin_ns_; }
  std::vector<double> read(std::uint64_t iterations, const ProbeLog& /*log*/) override {
    return {static_cast<double>(total_ns_) / static_cast<double>(iterations)};
  }
  [[nodiscard]] std::vector<std::string> warnings() const override { return hooked_warnings(); }

 private:
  std::int64_t begin_ns_ = 0;
  std::int64_t total_ns_ = 0;
};

}  // namespace

std::unique_ptr<Meter> make_cpu_time_meter(Clock& clock);
std::unique_ptr<Meter> make_cpu_time_meter(Clock& /*clock*/) { return std::make_unique<CpuTimeMeter>(); }

}  // namespace benchkit::core
