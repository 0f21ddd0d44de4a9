#include "runner/jobs.hpp"

#include <algorithm>
#include <map>

#include "compare/terms.hpp"
#include "stats/centre.hpp"

namespace benchkit::runner {
namespace {

/// So many processes agree, and those of the other version with them: fewer cannot show that a count does not vary. What is measured alone must be enough
/// for the change that it may once be compared with, and what differs beside its base for that it is no chance (compare/verdict.cpp).
constexpr std::uint64_t kBlocksOfSameness = 2;
constexpr std::uint64_t kBlocksAlone = 3;
constexpr std::uint64_t kBlocksOfDifference = 5;

}  // namespace

bool Job::measures(std::size_t metric) const noexcept {
  const auto has = [&](const std::vector<std::optional<std::size_t>>& handles) {
    return std::find(handles.begin(), handles.end(), metric) != handles.end();
  };
  return has(metrics) || has(cold_metrics);
}

bool Job::agrees() const noexcept { return values.empty() || std::equal(values.begin() + 1, values.end(), values.begin()); }

bool Job::is_exact() const noexcept {
  if (batches || values.empty() || !agrees()) return false;
  if (base == nullptr && heads.empty()) return progress.blocks >= kBlocksAlone;
  const bool same = base == nullptr || (!base->values.empty() && base->values.front() == values.front());
  return progress.blocks >= (same ? kBlocksOfSameness : kBlocksOfDifference);
}

void Job::finish_block(const std::vector<double>& samples, std::int64_t block, std::int64_t spent_ns) {
  values.insert(values.end(), samples.begin(), samples.end());
  blocks.insert(blocks.end(), samples.size(), block);
  ++progress.blocks;
  progress.samples += samples.size();
  progress.spent_ns += spent_ns;
  progress.dearest_block_ns = std::max(progress.dearest_block_ns, spent_ns);
  progress.exact = is_exact();
  progress.half_width = stats::relative_half_width(stats::centre({values, blocks}, stats::Statistic::median));
}

namespace {

/// What a finished block's line says that the job spent in it.
std::int64_t spent_in(const Snapshot& snapshot, std::size_t session, std::int64_t block, std::size_t case_handle) {
  for (const Block& known : snapshot.blocks) {
    if (known.session != session || known.block != block || !known.details.contains("spent")) continue;
    const Json& spent = known.details["spent"];
    const auto found = spent.find(std::to_string(case_handle));
    if (found != spent.end() && found->is_number_integer()) return found->get<std::int64_t>();
  }
  return 0;
}

}  // namespace

void restore(Job& job, const Snapshot& snapshot, std::size_t session, const std::function<bool(std::int64_t block)>& is_own) {
  for (const Attribution& known : snapshot.call_paths) {
    const bool own = known.session == session && known.version == job.version_handle && known.case_index == job.case_handle &&
                     known.metric == job.attributed_metric;
    if (own) job.attribute = false;
  }
  for (const Record& record : snapshot.records) {
    if (record.session != session || record.case_index != job.case_handle || record.metric != job.headline_metric ||
        record.version != job.version_handle)
      continue;
    job.outcome = record.outcome;
    job.screened = job.base != nullptr && compare::is_screened(record.outcome);
    job.ended = record.outcome.status != Status::ok;
    job.time_over = compare::is_time_over(record.outcome);
    job.warnings = record.warnings;
    std::map<std::int64_t, std::vector<double>> by_block;
    for (std::size_t i = 0; i < record.samples.size(); ++i) {
      if (!is_own(record.samples.block[i])) continue;
      by_block[record.samples.block[i]].push_back(record.samples.value[i]);
      job.iterations = record.samples.iterations[i];
    }
    for (const auto& [block, samples] : by_block) {
      job.finish_block(samples, block, spent_in(snapshot, session, block, job.case_handle));
    }
  }
}

}  // namespace benchkit::runner
