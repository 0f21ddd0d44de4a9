#include "runner/matches.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "runner/limits.hpp"

namespace benchkit::runner {

bool Match::went_well() const {
  return std::all_of(jobs.begin(), jobs.end(), [](const Job* job) { return job->outcome.status == Status::ok; });
}

bool Match::open() const {
  return std::any_of(jobs.begin(), jobs.end(), [](const Job* job) { return !job->ended; });
}

bool runs(const Job& job) { return !job.ended && !job.absent && job.description.broken.empty() && job.description.skip.empty(); }

bool runs(const Match& match) {
  return std::any_of(match.jobs.begin(), match.jobs.end(), [](const Job* job) { return runs(*job); });
}

void Matches::make(const RunOptions& options, const Lineup& lineup) {
  options_ = &options;
  lineup_ = &lineup;
  std::size_t all = 0;
  std::vector<std::string> ids;
  std::unordered_map<std::string, std::vector<const protocol::CaseDescription*>> of_id;  // by side; null: it has no such case
  for (const Side* side : lineup.measured()) {
    all += side->cases().size();
    for (const protocol::CaseDescription& description : side->cases()) {
      if (!is_selected(description, options.filter)) continue;
      const auto [found, is_new] = of_id.try_emplace(description.info.id, lineup.all().size(), nullptr);
      if (is_new) ids.push_back(description.info.id);
      found->second[side->number()] = &description;
    }
  }
  const Side& head = lineup.head();
  if (all == 0) throw Error(fmt::format("the suite \"{}\" has no cases", head.hello().program));
  if (ids.empty()) {
    throw Error(fmt::format("none of the {} cases is selected", head.cases().size()), {}, "`list` shows the cases; check -k and --where");
  }
  jobs_.reserve(ids.size() * head.meters().size() * lineup.seats());
  for (const std::string& id : ids) {
    for (const MeterChoice& choice : head.meters()) {
      for (std::size_t group = 0; group < lineup.groups().size(); ++group) matches_.push_back({group, jobs_of(of_id[id], choice, group)});
    }
  }
}

std::vector<Job*> Matches::jobs_of(const std::vector<const protocol::CaseDescription*>& descriptions, const MeterChoice& choice,
                                   std::size_t group) {
  std::vector<Job*> jobs;
  const auto any = std::find_if(descriptions.begin(), descriptions.end(), [](const auto* description) { return description != nullptr; });
  for (const Side* side : lineup_->groups()[group]) {
    const std::size_t i = side->number();
    jobs_.push_back({.description = descriptions[i] != nullptr ? *descriptions[i] : **any,
                     .meter = choice.meter.name,
                     .side = i,
                     .group = group,
                     .planted = planted_in((*any)->info.id, i),
                     .absent = descriptions[i] == nullptr || !descriptions[i]->absent.empty(),
                     .headline = choice.headline(),
                     .batches = choice.meter.batches,
                     .attribute = options_->attribute && choice.meter.attributes});
    protocol::CaseDescription& description = jobs_.back().description;
    if (description.broken.empty()) description.broken = unfit_limits(description, side->hello().meters);
    jobs.push_back(&jobs_.back());
  }
  link(jobs);
  return jobs;
}

void Matches::link(const std::vector<Job*>& jobs) const {
  for (Job* job : jobs) {
    for (Job* other : jobs) {
      if (other == job || other->side != lineup_->base_of(job->side)) continue;
      job->base = other;
      other->heads.push_back(job);
    }
  }
}

double Matches::planted_in(const std::string& id, std::size_t version) const {
  const auto planted = options_->planted.find(id);
  return planted != options_->planted.end() && planted->second.version == version ? planted->second.share : 0;
}

std::span<Job> Matches::beside(const Job& job) {
  const std::size_t seats = lineup_->seats();
  const auto place = static_cast<std::size_t>(&job - jobs_.data());
  return std::span(jobs_).subspan(place - place % seats, seats);
}

bool Matches::any_open() const {
  return std::any_of(matches_.begin(), matches_.end(), [](const Match& match) { return match.open(); });
}

void Matches::leave_lone_ones_to_others() {
  if (lineup_->groups().size() < 2) return;
  const auto company = [](const Job& job) {
    return std::count_if(job.heads.begin(), job.heads.end(), [](const Job* head) { return runs(*head); }) +
           (job.base != nullptr && runs(*job.base) ? 1 : 0);
  };
  for (Match& match : matches_) {
    for (Job* job : match.jobs) {
      if (!runs(*job) || company(*job) > 0) continue;
      for (const Job& other : beside(*job)) job->ended = job->ended || (&other != job && other.side == job->side && runs(other));
    }
  }
}

void Matches::end_screened() {
  for (Match& match : matches_) {
    const bool any = std::any_of(match.jobs.begin(), match.jobs.end(), [](const Job* job) { return job->screened; });
    const bool all =
        std::all_of(match.jobs.begin(), match.jobs.end(), [](const Job* job) { return job->screened || job->base == nullptr; });
    if (!any || !all) continue;
    for (Job* job : match.jobs) job->ended = job->screened = true;
  }
}

GroupTeller Matches::group_teller(const Snapshot& snapshot, std::size_t session) const {
  const auto& groups = lineup_->groups();
  if (groups.size() < 2) return [](const Job&, std::int64_t) { return true; };
  std::map<std::set<std::size_t>, std::size_t> group_of;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::set<std::size_t> numbers;
    for (const Side* side : groups[i]) numbers.insert(side->number());
    group_of[numbers] = i;
  }
  std::unordered_map<std::int64_t, std::size_t> of_block;
  for (const Block& block : snapshot.blocks) {
    if (block.session != session) continue;
    const auto found = group_of.find(block.details.value("started", std::set<std::size_t>{}));
    if (found != group_of.end()) of_block[block.block] = found->second;
  }
  return [of_block = std::move(of_block)](const Job& job, std::int64_t block) {
    const auto found = of_block.find(block);
    return found != of_block.end() && found->second == job.group;
  };
}

}  // namespace benchkit::runner
