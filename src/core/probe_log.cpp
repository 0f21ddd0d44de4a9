#include "core/probe_log.hpp"

#include <cmath>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::core {

ProbeLog::Entry& ProbeLog::entry(std::string_view name, std::string_view unit, Better better) {
  for (Entry& known : entries_) {
    if (known.metric.name == name) return known;
  }
  return entries_.emplace_back(Entry{{std::string(name), std::string(unit), better}, 0, 0});
}

void ProbeLog::report(std::string_view name, double value, std::string_view unit, Better better) {
  if (name.empty()) throw Error("Probe::report: a name is needed");
  if (!std::isfinite(value)) throw Error(fmt::format("Probe::report(\"{}\"): {} is not a finite number", name, value));
  Entry& known = entry(name, unit, better);
  known.sum += value;
  ++known.count;
}

void ProbeLog::time(double nanoseconds) {
  if (!std::isfinite(nanoseconds) || nanoseconds < 0) {
    throw Error(fmt::format("Probe::time: {} is no duration in nanoseconds", nanoseconds));
  }
  own_time_ns_ = own_time_ns_.value_or(0) + nanoseconds;
}

void ProbeLog::clear() noexcept {
  entries_.clear();
  own_time_ns_.reset();
}

void ProbeLog::add(const ProbeLog& other) {
  for (const Entry& said : other.entries_) {
    Entry& known = entry(said.metric.name, said.metric.unit, said.metric.better);
    known.sum += said.sum;
    known.count += said.count;
  }
  if (other.own_time_ns_) own_time_ns_ = own_time_ns_.value_or(0) + *other.own_time_ns_;
}

std::vector<protocol::Report> ProbeLog::reports() const {
  std::vector<protocol::Report> result;
  for (const Entry& said : entries_) result.push_back({said.metric, said.sum / static_cast<double>(said.count)});
  return result;
}

}  // namespace benchkit::core
