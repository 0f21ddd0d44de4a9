#include "runner/decisions.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stats/blocks.hpp"

namespace benchkit::runner {
namespace {

/// Whether it holds for each metric that was expected of the job, first calls included.
template <class Predicate>
bool all_metrics(const Job& job, const Predicate& holds) {
  return std::all_of(job.metrics.begin(), job.metrics.end(), holds) && std::all_of(job.cold_metrics.begin(), job.cold_metrics.end(), holds);
}

}  // namespace

Decisions::Decisions(compare::JudgeOptions options, compare::Design design, std::size_t planned_blocks)
    : options_(std::move(options)), design_(design), planned_blocks_(planned_blocks) {
  options_.intervals = false;
}

std::tuple<std::size_t, std::size_t, std::size_t> Decisions::key_of(const Job& head, std::size_t metric) {
  return {head.side, head.case_handle, metric};
}

Decisions::Place Decisions::place_of(const Job& head, std::size_t metric, const Metric& description) {
  Family& family = families_[head.side];
  const auto [found, is_new] = places_.try_emplace(key_of(head, metric), Place{head.side, family.evidence.size()});
  if (is_new) {
    family.sides.push_back({.base = head.base, .head = &head, .base_samples = {}, .head_samples = {}});
    family.evidence.push_back({.metric = description.name,
                               .better = description.better,
                               .paired = true,
                               .design = design_,
                               .planned_blocks = planned_blocks_,
                               .unfinished = true});
  }
  return found->second;
}

void Decisions::expect(const Job& head, std::size_t metric, const Metric& description) {
  sides_at(place_of(head, metric, description)).expected = true;
}

void Decisions::add(const Job& job, std::size_t metric, const Metric& description, const Sample& sample) {
  if (job.base != nullptr) pending_.push_back({place_of(job, metric, description), true, sample});
  for (const Job* head : job.heads) pending_.push_back({place_of(*head, metric, description), false, sample});
}

void Decisions::restore(const Snapshot& snapshot, std::size_t session, const std::vector<Job>& jobs,
                        const std::function<bool(const Job& job, std::int64_t block)>& is_own) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<const Job*>> known;  // one of each group
  for (const Job& job : jobs) {
    std::vector<const Job*>& of_case = known[{job.case_handle, job.version_handle}];
    if (std::none_of(of_case.begin(), of_case.end(), [&](const Job* other) { return other->group == job.group; })) of_case.push_back(&job);
  }
  for (const Record& record : snapshot.records) {
    if (record.session != session) continue;
    for (const Job* job : known[{record.case_index, record.version}]) {
      for (std::size_t i = 0; i < record.samples.size(); ++i) {
        if (is_own(*job, record.samples.block[i])) add(*job, record.metric, snapshot.metrics[record.metric], record.samples.at(i));
      }
    }
  }
  end_block({});
}

void Decisions::take(const Pending& one) {
  Sides& sides = sides_at(one.place);
  sides.changed = true;
  if (!std::isfinite(one.sample.value)) {
    sides.not_finite = true;
    return;
  }
  compare::Side& side = one.of_head ? sides.head_samples : sides.base_samples;
  side.values.push_back(one.sample.value);
  side.blocks.push_back(one.sample.block);
  side.pairs.push_back(one.sample.pair);
}

void Decisions::end_block(const std::vector<std::size_t>& cut_off) {
  for (const Pending& one : pending_) {
    const std::size_t case_handle = sides_at(one.place).head->case_handle;
    if (std::find(cut_off.begin(), cut_off.end(), case_handle) == cut_off.end()) take(one);
  }
  pending_.clear();
}

void Decisions::drop_block() { pending_.clear(); }

void Decisions::judge(Family& family) const {
  for (std::size_t i = 0; i < family.evidence.size(); ++i) {
    Sides& sides = family.sides[i];
    compare::Evidence& evidence = family.evidence[i];
    const auto failed = [](const Job* job) { return job->outcome.status != Status::ok; };
    evidence.unfinished = !sides.base->ended || !sides.head->ended;
    evidence.time_over = sides.expected && sides.head->time_over;
    evidence.standing = failed(sides.base) || failed(sides.head) ? compare::Standing::failed
                        : sides.not_finite                       ? compare::Standing::missing_head
                                                                 : compare::Standing::compared;
    if (std::exchange(sides.changed, false))
      compare::add_samples(evidence, sides.base_samples, sides.head_samples, stats::Statistic::median);
  }
  family.judgements = compare::judge(family.evidence, options_);
}

void Decisions::judge() {
  for (auto& [version, family] : families_) judge(family);
}

bool Decisions::are_decided(const Job& head) const {
  const auto of_version = families_.find(head.side);
  if (of_version == families_.end()) return true;  // of no metric is anything to be decided
  const Family& family = of_version->second;
  if (family.judgements.empty()) return false;
  const auto is_decided = [&](const std::optional<std::size_t>& metric) {
    if (!metric) return true;
    const auto found = places_.find(key_of(head, *metric));
    if (found == places_.end()) return true;
    const std::size_t index = found->second.index;
    // A meter that keeps first calls apart need not have any.
    if (!family.evidence[index].has_values && head.progress.blocks > 0) return true;
    return index < family.judgements.size() && family.judgements[index].decided;
  };
  return all_metrics(head, is_decided);
}

bool Decisions::are_same(const Job& head) const {
  const auto of_version = families_.find(head.side);
  if (of_version == families_.end()) return true;
  const Family& family = of_version->second;
  const auto is_same = [&](const std::optional<std::size_t>& metric) {
    const auto found = metric ? places_.find(key_of(head, *metric)) : places_.end();
    if (found == places_.end() || !family.evidence[found->second.index].has_values) return true;
    const compare::Judgement& judgement = family.judgements.at(found->second.index);
    return judgement.standing != compare::Standing::compared || judgement.verdict == compare::Verdict::same;
  };
  return all_metrics(head, is_same);
}

}  // namespace benchkit::runner
