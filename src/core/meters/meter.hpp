// Meter: what measures one action in one pass of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <benchkit/core/action.hpp>
#include <benchkit/model/call_paths.hpp>

#include "core/clock.hpp"
#include "core/probe_log.hpp"
#include "protocol/messages.hpp"

namespace benchkit::core {

/// Takes who holds the bytes so far of an attributed call that runs on.
using CheckpointSink = std::function<void(CallPaths)>;

/// A meter is a window: `begin` and `end` stand directly around the batch. A sample may be made of several windows (fresh states
/// come in portions), so a meter adds them up from `reset` to `read`.
class Meter : public detail::Window {
 public:
  /// Name, help, metrics, launch recipe, and why it cannot work here.
  [[nodiscard]] virtual protocol::MeterInfo info() const = 0;
  /// False: every sample is a single call (a peak of two calls would be a peak of neither). As MeterInfo::batches.
  [[nodiscard]] virtual bool batches() const noexcept { return true; }
  /// Whether further samples of this setup would tell nothing new. `headline`: of each sample so far, the cold one first.
  [[nodiscard]] virtual bool settled(const std::vector<double>& /*headline*/) const { return false; }
  /// The least difference the meter can tell, in nanoseconds of the action's time; sets how long a batch must be.
  [[nodiscard]] virtual double resolution_ns() { return 0; }
  virtual void reset() = 0;
  /// The values per iteration, one for each metric, after a sample of `iterations` calls. `log` holds what the action reported.
  [[nodiscard]] virtual std::vector<double> read(std::uint64_t iterations, const ProbeLog& log) = 0;
  /// Numbers beside those of the metrics, which not every sample has.
  [[nodiscard]] virtual std::vector<protocol::Report> reports() const { return {}; }
  /// The next window is to keep who held what at its peak, for call_paths(); while it is open, `checkpoint`, if there is one, is told now and then
  /// how that stands, from another thread. Only where MeterInfo::attributes.
  virtual void attribute_next(const CheckpointSink& /*checkpoint*/) {}
  [[nodiscard]] virtual CallPaths call_paths() const { return {}; }
  /// Doubts about what read() gave last.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
};

using MeterFactory = std::unique_ptr<Meter> (*)(Clock&);

/// The meters of meters.def, in its order: name and maker.
struct MeterEntry {
  const char* name;
  MeterFactory make;
  bool of_this_process = false;  ///< blind to what child processes do
};
[[nodiscard]] const std::vector<MeterEntry>& built_in_meters();

}  // namespace benchkit::core
