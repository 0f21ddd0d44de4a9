// ProbeLog: the Probe that a worker hands to actions; it adds up what they say during one sample.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <benchkit/core/probe.hpp>

#include "protocol/messages.hpp"

namespace benchkit::core {

class ProbeLog final : public Probe {
 public:
  void report(std::string_view name, double value, std::string_view unit, Better better) override;
  void time(double nanoseconds) override;

  void clear() noexcept;
  /// What another thread's log heard, added to this one.
  void add(const ProbeLog& other);

  /// The mean of what was reported under each name, in the order of first mention.
  [[nodiscard]] std::vector<protocol::Report> reports() const;
  /// The sum of Probe::time, if it was called at all.
  [[nodiscard]] std::optional<double> own_time_ns() const noexcept { return own_time_ns_; }

 private:
  struct Entry {
    Metric metric;
    double sum = 0;
    std::uint64_t count = 0;
  };
  Entry& entry(std::string_view name, std::string_view unit, Better better);

  std::vector<Entry> entries_;
  std::optional<double> own_time_ns_;
};

}  // namespace benchkit::core
