#include "runner/decisions.hpp"

#include <algorithm>
#include <cmath>

#include "stats/blocks.hpp"

namespace benchkit::runner {

Decisions::Decisions(compare::JudgeOptions options, compare::Design design, std::size_t planned_blocks)
    : options_(std::move(options)), design_(design), planned_blocks_(planned_blocks) {
  options_.intervals = false;
}

std::size_t Decisions::place_of(std::size_t case_handle, std::size_t metric, const Metric& description) {
  const auto [found, is_new] = places_.try_emplace({case_handle, metric}, evidence_.size());
  if (is_new) {
    sides_.emplace_back();
    evidence_.push_back({.metric = description.name,
                         .better = description.better,
                         .paired = true,
                         .design = design_,
                         .planned_blocks = planned_blocks_,
                         .unfinished = true});
  }
  return found->second;
}

void Decisions::expect(const std::vector<Job*>& jobs, std::size_t metric, const Metric& description) {
  Sides& sides = sides_[place_of(jobs.front()->case_handle, metric, description)];
  sides.base = jobs.front();
  sides.head = jobs.back();
  sides.expected = true;
}

void Decisions::add(const Job& job, std::size_t metric, const Metric& description, const Sample& sample) {
  const std::size_t place = place_of(job.case_handle, metric, description);
  Sides& sides = sides_[place];
  if (sides.base == nullptr) sides.base = sides.head = &job;
  pending_.push_back({place, job.side > 0, sample});
}

void Decisions::restore(const Snapshot& snapshot, std::size_t session, const std::vector<Job>& jobs) {
  for (const Record& record : snapshot.records) {
    if (record.session != session) continue;
    const auto job = std::find_if(jobs.begin(), jobs.end(), [&](const Job& one) {
      return one.case_handle == record.case_index && one.version_handle == record.version;
    });
    if (job == jobs.end()) continue;
    for (std::size_t i = 0; i < record.samples.size(); ++i) add(*job, record.metric, snapshot.metrics[record.metric], record.samples.at(i));
  }
  end_block({});
}

void Decisions::take(std::size_t place, bool of_head, const Sample& sample) {
  Sides& sides = sides_[place];
  sides.changed = true;
  if (!std::isfinite(sample.value)) {
    sides.not_finite = true;
    return;
  }
  compare::Side& side = of_head ? sides.head_samples : sides.base_samples;
  side.values.push_back(sample.value);
  side.blocks.push_back(sample.block);
  side.pairs.push_back(sample.pair);
}

void Decisions::end_block(const std::vector<std::size_t>& cut_off) {
  for (const Pending& one : pending_) {
    const std::size_t case_handle = sides_[one.place].head->case_handle;
    if (std::find(cut_off.begin(), cut_off.end(), case_handle) == cut_off.end()) take(one.place, one.of_head, one.sample);
  }
  pending_.clear();
}

void Decisions::drop_block() { pending_.clear(); }

void Decisions::judge() {
  for (std::size_t i = 0; i < evidence_.size(); ++i) {
    Sides& sides = sides_[i];
    compare::Evidence& evidence = evidence_[i];
    const auto failed = [](const Job* job) { return job->outcome.status != Status::ok; };
    evidence.unfinished = !sides.base->ended || !sides.head->ended;
    evidence.time_over = sides.expected && sides.head->time_over;
    evidence.standing = failed(sides.base) || failed(sides.head) ? compare::Standing::failed
                        : sides.not_finite                       ? compare::Standing::missing_head
                                                                 : compare::Standing::compared;
    if (std::exchange(sides.changed, false))
      compare::add_samples(evidence, sides.base_samples, sides.head_samples, stats::Statistic::median);
  }
  judgements_ = compare::judge(evidence_, options_);
}

bool Decisions::are_decided(const Job& job) const {
  if (judgements_.empty()) return false;
  const auto is_decided = [&](const std::optional<std::size_t>& metric) {
    if (!metric) return true;
    const auto found = places_.find({job.case_handle, *metric});
    if (found == places_.end()) return true;
    // A meter that keeps first calls apart need not have any.
    if (!evidence_[found->second].has_values && job.progress.blocks > 0) return true;
    return found->second < judgements_.size() && judgements_[found->second].decided;
  };
  return std::all_of(job.metrics.begin(), job.metrics.end(), is_decided) &&
         std::all_of(job.cold_metrics.begin(), job.cold_metrics.end(), is_decided);
}

}  // namespace benchkit::runner
