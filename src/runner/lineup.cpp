#include "runner/lineup.hpp"

#include <algorithm>

#include <benchkit/base/error.hpp>

#include "runner/plan.hpp"

namespace benchkit::runner {
namespace {

bool measure_alike(const std::vector<MeterChoice>& left, const std::vector<MeterChoice>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const MeterChoice& one, const MeterChoice& other) {
    return one.meter.name == other.meter.name && one.meter.metrics == other.meter.metrics &&
           one.meter.cold_metrics == other.meter.cold_metrics && one.wanted == other.wanted;
  });
}

}  // namespace

Lineup::Lineup(const RunOptions& options, const std::vector<Target>& targets) : options_(options) {
  for (std::size_t i = 0; i < targets.size(); ++i) all_.push_back(std::make_unique<Side>(targets[i], i));
  const auto usable = std::find_if(all_.begin(), all_.end(), [](const auto& side) { return side->left_out().empty(); });
  if (usable == all_.end()) throw Error("none of the versions can be measured");
  clock_ = usable->get();
}

void Lineup::describe(Observer& observer) {
  describe_each(observer);
  form_groups();
  for (const auto& group : groups_) seats_ += group.size();
}

void Lineup::describe_each(Observer& observer) {
  const Side* first = nullptr;
  for (const auto& side : all_) {
    if (!side->left_out().empty()) continue;
    try {
      side->describe(options_, all_.size() == 1);
      if (first != nullptr && !measure_alike(side->meters(), first->meters()))
        throw Error(is_sweep() ? "it measures other metrics under one name" : "the two versions measure other metrics under one name", {},
                    "build both with the same benchkit");
    } catch (const Error& error) {
      if (!is_sweep()) throw;
      side->leave_out(benchkit::describe(error));
      observer.version_left_out(side->name(), side->left_out());
      continue;
    }
    if (first == nullptr) first = side.get();
    if (is_sweep()) side->stop();  // many of them at once are no quiet machine
  }
  for (const auto& side : all_) {
    if (side->left_out().empty()) measured_.push_back(side.get());
  }
  if (measured_.empty()) throw Error("none of the versions can be measured");
}

std::size_t Lineup::base_of(std::size_t number) const {
  const auto named = [&](std::size_t of) { return options_.bases.empty() ? 0 : options_.bases.at(of); };
  std::size_t base = named(number);
  while (!all_[base]->left_out().empty() && named(base) != base) base = named(base);
  return all_[base]->left_out().empty() ? base : measured_.front()->number();
}

void Lineup::form_groups() {
  std::vector<std::size_t> bases;
  const auto place_of = [&](std::size_t number) {
    return static_cast<std::size_t>(
        std::find_if(measured_.begin(), measured_.end(), [&](const Side* side) { return side->number() == number; }) - measured_.begin());
  };
  for (const Side* side : measured_) bases.push_back(place_of(base_of(side->number())));
  for (const std::vector<std::size_t>& group : groups_of(bases, options_.live)) {
    groups_.emplace_back();
    for (const std::size_t place : group) groups_.back().push_back(measured_[place]);
  }
}

std::vector<Version> Lineup::versions() const {
  std::vector<Version> versions;
  for (const auto& side : all_) versions.push_back(side->version());
  if (options_.bases.empty()) return versions;
  for (const Side* side : measured_) {
    if (const std::size_t base = base_of(side->number()); base != side->number())
      versions[side->number()].details["base"] = versions[base].label;
  }
  return versions;
}

std::int64_t Lineup::start_ns() const {
  std::int64_t sum = 0;
  for (const Side* side : measured_) sum += side->start_ns();
  return sum / static_cast<std::int64_t>(measured_.size());
}

}  // namespace benchkit::runner
