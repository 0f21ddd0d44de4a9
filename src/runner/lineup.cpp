#include "runner/lineup.hpp"

#include <algorithm>
#include <utility>

#include <benchkit/base/error.hpp>

#include "runner/choice.hpp"
#include "runner/plan.hpp"
#include "runner/random.hpp"

namespace benchkit::runner {
namespace {

/// The random stream of the versions' first workers.
constexpr std::uint64_t kMeetingStream = std::uint64_t{1} << 49;

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

void Lineup::describe(Observer& observer, std::size_t live) {
  live_ = live;
  describe_each(observer);
  form_groups();
  for (const auto& group : groups_) seats_ += group.size();
}

void Lineup::describe_each(Observer& observer) {
  const Side* first = nullptr;
  std::vector<Side*> to_meet;
  for (const auto& side : all_) {
    if (side->left_out().empty()) to_meet.push_back(side.get());
  }
  const bool few = to_meet.size() <= kMostLive;
  if (few) meet_all(to_meet);
  for (std::size_t i = 0; i < to_meet.size(); ++i) {
    Side* const side = to_meet[i];
    try {
      if (!few && i + 1 < to_meet.size() && side->has_room()) to_meet[i + 1]->meet();
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
    if (first == nullptr) first = side;
    if (!few) side->stop();
  }
  for (const auto& side : all_) {
    if (side->left_out().empty()) measured_.push_back(side.get());
  }
  if (measured_.empty()) throw Error("none of the versions can be measured");
}

void Lineup::meet_all(const std::vector<Side*>& sides) {
  if (sides.size() < 2) return;
  Random random(options_.seed, kMeetingStream);
  for (const std::size_t place : random.order(sides.size())) {
    if (!met_.empty() && !sides[place]->has_room()) return;
    met_.push_back(sides[place]);
    sides[place]->meet(random.below(kMostPadding));
  }
}

std::vector<Side*> Lineup::take_met(std::size_t meter) {
  std::vector<Side*> met = std::exchange(met_, {});
  const bool usable =
      groups_.size() == 1 && met.size() == measured_.size() && options_.layouts.empty() &&
      std::all_of(met.begin(), met.end(), [&](const Side* side) { return side->is_fresh(meter) && side->fresh_processes(); });
  if (usable) return met;
  for (Side* side : met) side->stop();
  return {};
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
  const auto selected = [&](const protocol::CaseDescription& description) { return is_selected(description, options_.filter); };
  const auto jobs = static_cast<std::size_t>(std::count_if(head().cases().begin(), head().cases().end(), selected));
  if (live_ == 0) live_ = options_.live > 0 ? options_.live : live_for(options_.budget, start_ns(), jobs);
  for (const std::vector<std::size_t>& group : groups_of(bases, live_)) {
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
