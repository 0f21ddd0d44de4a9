#include "core/probe_log.hpp"

#include <cmath>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

constexpr const char* kTimeEachCall = "call it in every call of the action, or in none";

}  // namespace

ProbeLog::Entry& ProbeLog::entry(std::string_view name, std::string_view unit, Better better) {
  for (std::size_t step = 0; step < entries_.size(); ++step, ++expected_) {
    if (expected_ >= entries_.size()) expected_ = 0;
    Entry& known = entries_[expected_];
    if (known.metric.name != name) continue;
    if (known.metric.unit != unit) {
      throw Error(fmt::format("Probe::report(\"{}\"): reported in \"{}\" before, now in \"{}\"", name, known.metric.unit, unit), {},
                  "a name has one unit: give one of the two another name");
    }
    ++expected_;
    return known;
  }
  if (taken_ != nullptr && taken_->contains(name)) {
    throw Error(fmt::format("Probe::report(\"{}\"): that is a metric of a meter", name), {},
                "report it under another name; for work that times itself there is Probe::time");
  }
  expected_ = 0;
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
  own_time_ns_ += nanoseconds;
  ++times_;
}

void ProbeLog::clear() noexcept {
  for (Entry& known : entries_) known.sum = 0, known.count = 0;
  expected_ = 0;
  own_time_ns_ = 0;
  times_ = 0;
}

void ProbeLog::add_threads(const std::vector<ProbeLog>& threads, std::uint64_t calls) {
  const ProbeLog* longest = nullptr;
  for (const ProbeLog& thread : threads) {
    for (const Entry& said : thread.entries_) {
      if (said.count == 0) continue;
      Entry& known = entry(said.metric.name, said.metric.unit, said.metric.better);
      known.sum += said.sum;
      known.count += said.count;
    }
    if (thread.times_ > 0 && (longest == nullptr || thread.own_time_ns_ > longest->own_time_ns_)) longest = &thread;
  }
  if (longest == nullptr) return;
  for (const ProbeLog& thread : threads) {
    if (thread.times_ == 0) throw Error("Probe::time was called in some threads and not in others", {}, kTimeEachCall);
    thread.check_times(calls);
  }
  own_time_ns_ += longest->own_time_ns_;
  times_ += calls;
}

void ProbeLog::check_times(std::uint64_t calls) const {
  // Work in parts may be timed part by part; but calls with and without a time cannot be told apart afterwards.
  if (calls == 0 || times_ % calls == 0) return;
  throw Error(fmt::format("Probe::time was called {} times in {} calls", times_, calls), {}, kTimeEachCall);
}

std::vector<protocol::Report> ProbeLog::reports() const {
  std::vector<protocol::Report> result;
  for (const Entry& said : entries_) {
    if (said.count > 0) result.push_back({said.metric, said.sum / static_cast<double>(said.count)});
  }
  return result;
}

}  // namespace benchkit::core
