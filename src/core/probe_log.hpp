// ProbeLog: the Probe that a worker hands to actions; it adds up what they say during one sample.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <benchkit/core/probe.hpp>

#include "protocol/messages.hpp"

namespace benchkit::core {

class ProbeLog final : public Probe {
 public:
  /// `taken`: names of metrics that are the meters' own; it outlives the log.
  explicit ProbeLog(const std::set<std::string, std::less<>>* taken = nullptr) : taken_(taken) {}

  /// Throws benchkit::Error also for a name that is a meter's, and for one that was used with another unit before.
  void report(std::string_view name, double value, std::string_view unit, Better better) override;
  void time(double nanoseconds) override;

  /// Forgets the numbers; names stay known, so that the next sample allocates nothing inside its window.
  void clear() noexcept;
  /// A log that refuses the same names and has heard nothing.
  [[nodiscard]] ProbeLog empty_copy() const { return ProbeLog(taken_); }
  /// What the logs of several threads heard in `calls` calls each, added to this one. Threads ran at once: of their times the longest counts.
  void add_threads(const std::vector<ProbeLog>& threads, std::uint64_t calls);
  /// Throws benchkit::Error if time() was called in some of `calls` calls and not in the others.
  void check_times(std::uint64_t calls) const;

  /// The mean of what was reported under each name, in the order of first mention.
  [[nodiscard]] std::vector<protocol::Report> reports() const;
  /// The sum of Probe::time, if it was called at all.
  [[nodiscard]] std::optional<double> own_time_ns() const noexcept { return times_ > 0 ? std::optional(own_time_ns_) : std::nullopt; }

 private:
  struct Entry {
    Metric metric;
    double sum = 0;
    std::uint64_t count = 0;
  };
  Entry& entry(std::string_view name, std::string_view unit, Better better);

  const std::set<std::string, std::less<>>* taken_;
  std::vector<Entry> entries_;
  std::size_t expected_ = 0;  ///< the entry after the last one that was asked for: actions report in the same order each time
  double own_time_ns_ = 0;
  std::uint64_t times_ = 0;  ///< calls of time()
};

}  // namespace benchkit::core
