// How time is divided.
//
// Samples of one process share its memory layout, its hash seeds, its luck; so they tell little about the next process, and a block (a
// fresh worker) is worth more than many samples. But starting a worker costs: 1 ms for a C++ program, 2.4 s where Python
// imports a large library. blocks_for() weighs the two. In a block each job gets its share of what is left of its budget, and the share
// is divided into kSamplesPerBlock samples, or fewer, longer ones where the clock or the action needs that.
//
// In pairs, blocks were measured against each other (eight kernels against themselves, 1 s a case, two virtual CPUs): half the width of the
// median interval was 0.6 % with 20 blocks, 0.37 % with 40, 0.3 to 0.4 % with 80 or 160, in samples of a millisecond. Of shorter samples
// (turn.cpp) more blocks can be made of the same time, so there are up to 60, but none in which setup would take most. Kalibera and Jones' rule for the best
// number of samples in a block (stats/allocation_test.hpp), applied to the variance components of a case's first ten blocks, was simulated
// beside this plan (bench/power_curves.cpp): it narrows intervals by a tenth to a third where processes differ by more than two thirds of
// what single pairs do, and by nothing elsewhere. Of the kernels one was such a case. For that a case would get two to three times as many
// blocks as its neighbours, which it then starts for itself alone; the plan stays as it is.
//
// A run that stops when all is decided (open-ended) is made of many short blocks, since a block can say no more than one bit
// (stats/e_process.cpp): sixty to a budget, and as many more as other cases leave time for. They are as long as their start at least.
//
// Many versions are compared with a base each (the one before, or one that all share), and a ratio is as good as its two sides are near in time; so
// a version and its base share blocks of their own (groups_of()), and nothing of a block is compared with what is in another one. No more
// versions live at a time than asked for: each holds a setup in memory.
//
// A job whose single call is dearer than its share overdraws; it then gets fewer blocks, so that the budget holds as well as one call
// allows. The rest of the time is reckoned from the dearest block that the job had, which is what makes the ETA truthful.
#include "runner/plan.hpp"

#include <algorithm>
#include <cmath>

namespace benchkit::runner {
namespace {

constexpr double kStartShare = 0.2;
/// A remainder smaller than this share of the budget is not worth another block.
constexpr double kWorthwhile = 0.05;
/// A block is so many times as long as its setup and warm-up take, or most of the time would go there: with fewer blocks for it, then.
constexpr std::int64_t kReadyTimes = 4;

std::uint64_t share_of(std::uint64_t samples, std::uint64_t blocks) { return (samples + blocks - 1) / blocks; }

}  // namespace

std::uint64_t blocks_for(const Budget& budget, std::int64_t start_ns, std::size_t jobs, BlockRange range) {
  if (budget.blocks > 0) return budget.blocks;
  const double measuring = static_cast<double>(budget.per_job_ns) * static_cast<double>(std::max<std::size_t>(jobs, 1));
  const double affordable = kStartShare * measuring / static_cast<double>(std::max<std::int64_t>(start_ns, 1));
  const auto blocks =
      static_cast<std::uint64_t>(std::clamp(affordable, static_cast<double>(range.fewest), static_cast<double>(range.most)));
  return budget.samples > 0 ? std::min(blocks, budget.samples) : blocks;
}

std::size_t live_for(const Budget& budget, std::int64_t start_ns, std::size_t jobs) {
  const double measuring = static_cast<double>(budget.per_job_ns) * static_cast<double>(jobs) / static_cast<double>(kPaired.fewest);
  return static_cast<double>(start_ns) > measuring ? kMostLive : 2;
}

std::vector<std::vector<std::size_t>> groups_of(const std::vector<std::size_t>& bases, std::size_t live) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t version = 0; version < bases.size(); ++version) {
    if (bases[version] == version) continue;
    // The newest group of its base that has room, so that a row of versions is cut into equal parts.
    const auto found = std::find_if(groups.rbegin(), groups.rend(), [&](const std::vector<std::size_t>& group) {
      return group.size() < live && std::find(group.begin(), group.end(), bases[version]) != group.end();
    });
    if (found != groups.rend()) found->push_back(version);
    else groups.push_back({bases[version], version});
  }
  for (std::size_t version = 0; version < bases.size(); ++version) {
    const bool placed = std::any_of(groups.begin(), groups.end(), [&](const std::vector<std::size_t>& group) {
      return std::find(group.begin(), group.end(), version) != group.end();
    });
    if (!placed) groups.push_back({version});
  }
  return groups;
}

Budget under_total(Budget budget, std::int64_t left_ns, std::size_t jobs) {
  if (budget.total_ns <= 0 || jobs == 0) return budget;
  budget.per_job_ns = std::min(budget.per_job_ns, std::max<std::int64_t>(left_ns / static_cast<std::int64_t>(jobs), 1));
  return budget;
}

Budget without_starts(Budget budget, std::uint64_t blocks, std::int64_t start_ns, std::size_t jobs) {
  const double starts = static_cast<double>(blocks) * static_cast<double>(start_ns) / static_cast<double>(std::max<std::size_t>(jobs, 1));
  budget.per_job_ns -= static_cast<std::int64_t>(std::min(starts, kStartShare * static_cast<double>(budget.per_job_ns)));
  return budget;
}

std::int64_t pool_ns(const Budget& budget, std::uint64_t blocks, std::int64_t start_ns, std::size_t jobs, std::size_t jobs_a_block) {
  const double budgets = static_cast<double>(budget.per_job_ns) * static_cast<double>(jobs);
  const double lives = static_cast<double>(jobs) / static_cast<double>(std::max<std::size_t>(jobs_a_block, 1));
  const double starts = static_cast<double>(blocks) * static_cast<double>(start_ns) * lives;
  return static_cast<std::int64_t>(budgets + std::max(0.0, starts - kStartShare * budgets));
}

bool has_enough(const JobProgress& job, const Budget& budget, std::uint64_t blocks) {
  if (budget.open_ended) return false;
  if (budget.samples > 0) return job.samples >= budget.samples;
  if (job.exact && budget.blocks == 0) return true;
  const double left = static_cast<double>(budget.per_job_ns - job.spent_ns);
  if (left < kWorthwhile * static_cast<double>(budget.per_job_ns)) return true;
  if (budget.precision > 0) return job.blocks >= kSolo.fewest && job.half_width <= budget.precision;
  return job.blocks >= blocks;
}

BlockShare next_share(const JobProgress& job, const Budget& budget, std::uint64_t blocks) {
  const std::uint64_t blocks_left = job.blocks < blocks ? blocks - job.blocks : 1;
  BlockShare share;
  if (budget.samples > 0) {
    const std::uint64_t wanted = budget.samples - std::min(budget.samples, job.samples);
    share.samples = share_of(wanted, blocks_left);
    share.sample_ns =
        budget.per_job_ns / std::max(static_cast<std::int64_t>(budget.samples), kSamplesPerBlock * static_cast<std::int64_t>(kSolo.most));
    return share;
  }
  if (budget.open_ended) {
    share.budget_ns = std::max(budget.per_job_ns / static_cast<std::int64_t>(blocks), budget.least_block_ns);
    share.sample_ns = share.budget_ns / kSamplesPerBlock;
    return share;
  }
  const std::int64_t left = std::max<std::int64_t>(budget.per_job_ns - job.spent_ns, 0);
  // With a wanted precision the number of blocks is open: each takes what a block of the plan would.
  share.budget_ns = budget.precision > 0 ? std::min(left, budget.per_job_ns / static_cast<std::int64_t>(blocks))
                                         : left / static_cast<std::int64_t>(blocks_left);
  share.budget_ns = std::max(share.budget_ns, std::min(left, kReadyTimes * job.ready_ns));
  share.sample_ns = share.budget_ns / kSamplesPerBlock;
  return share;
}

std::uint64_t remaining_blocks(const JobProgress& job, const Budget& budget, std::uint64_t blocks) {
  if (has_enough(job, budget, blocks)) return 0;
  const std::uint64_t planned = job.blocks < blocks ? blocks - job.blocks : 1;
  if (budget.samples > 0) {
    std::uint64_t count = 0;
    for (std::uint64_t samples = job.samples; samples < budget.samples; ++count)
      samples += share_of(budget.samples - samples, planned > count ? planned - count : 1);
    return count;
  }
  if (job.dearest_block_ns == 0) return planned;
  // Blocks go on while what is left is worthwhile, as has_enough() sees it.
  const double left = static_cast<double>(budget.per_job_ns - job.spent_ns) - kWorthwhile * static_cast<double>(budget.per_job_ns);
  const auto affordable = 1 + static_cast<std::uint64_t>(left / static_cast<double>(job.dearest_block_ns));
  if (budget.precision <= 0) return std::min(planned, affordable);
  if (!std::isfinite(job.half_width)) return affordable;
  // The interval narrows with the root of the blocks.
  const double wanted = static_cast<double>(job.blocks) * std::pow(job.half_width / budget.precision, 2);
  const double more = std::max(wanted, static_cast<double>(kSolo.fewest)) - static_cast<double>(job.blocks);
  return more < static_cast<double>(affordable) ? static_cast<std::uint64_t>(std::max(std::ceil(more), 1.0)) : affordable;
}

std::int64_t remaining_ns(const JobProgress& job, const Budget& budget, std::uint64_t blocks) {
  if (budget.samples > 0 && job.samples > 0) {
    const double sample_ns = static_cast<double>(job.spent_ns) / static_cast<double>(job.samples);
    return static_cast<std::int64_t>(sample_ns * static_cast<double>(budget.samples - std::min(budget.samples, job.samples)));
  }
  const auto count = static_cast<std::int64_t>(remaining_blocks(job, budget, blocks));
  const std::int64_t share = next_share(job, budget, blocks).budget_ns;
  return count * std::max(share, job.blocks > 0 ? job.spent_ns / static_cast<std::int64_t>(job.blocks) : share);
}

}  // namespace benchkit::runner
