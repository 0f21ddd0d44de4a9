// time: wall time of a call, from two readings of the clock directly around the batch. Where the action times itself
// (Probe::time), the sum of what it said takes the place of the clock's.
#include "core/memory_hooks.hpp"
#include "core/meters/meter.hpp"

namespace benchkit::core {
namespace {

class TimeMeter final : public Meter {
 public:
  explicit TimeMeter(Clock& clock) : clock_(clock) {}

  [[nodiscard]] protocol::MeterInfo info() const override {
    return {.name = "time", .help = "wall time of one call", .metrics = {{"time", "ns", Better::less}}, .launch = {}, .unavailable = {}};
  }
  [[nodiscard]] double resolution_ns() override { return clock_.info().resolution_ns; }
  void reset() override { total_ns_ = 0; }
  void begin() override { begin_ns_ = clock_.now_ns(); }
  void end() override { total_ns_ += clock_.now_ns() - begin_ns_; }
  std::vector<double> read(std::uint64_t iterations, const ProbeLog& log) override {
    const double total = log.own_time_ns().value_or(static_cast<double>(total_ns_));
    return {total / static_cast<double>(iterations)};
  }
  [[nodiscard]] std::vector<std::string> warnings() const override { return hooked_warnings(); }

 private:
  Clock& clock_;
  std::int64_t begin_ns_ = 0;
  std::int64_t total_ns_ = 0;
};

}  // namespace

std::unique_ptr<Meter> make_time_meter(Clock& clock);
std::unique_ptr<Meter> make_time_meter(Clock& clock) { return std::make_unique<TimeMeter>(clock); }

}  // namespace benchkit::core
