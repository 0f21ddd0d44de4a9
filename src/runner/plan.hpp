// The plan of a run: which jobs, in how many blocks, in what order, for how long. Pure functions: the same seed gives the same plan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace benchkit::runner {

/// What a run may spend, and when a job has enough.
struct Budget {
  std::int64_t per_job_ns = 500'000'000;  ///< of one case under one meter: setup, calibration, samples, teardown
  std::int64_t total_ns = 0;              ///< of the whole run; 0: no limit
  std::uint64_t samples = 0;              ///< exactly so many a job, each as long as the budget would make it; 0: as the budget allows
  double precision = 0;                   ///< stop at this relative half-width of the centre's interval; 0: no such rule
  std::uint64_t blocks = 0;               ///< 0: found by blocks_for()
  bool open_ended = false;                ///< a job has enough when somebody says so, and may take what others have left
  std::int64_t least_block_ns = 0;        ///< open-ended: shorter blocks would be spent on starting workers
};

/// How many blocks a job may be divided over.
struct BlockRange {
  std::uint64_t fewest = 3;
  std::uint64_t most = 10;
};
inline constexpr BlockRange kSolo{};
/// Pairs cancel what drifts, and what is left differs from process to process: more blocks are worth more there.
inline constexpr BlockRange kPaired{3, 60};
/// Watched while they come in: each block is a chance to stop, and there must be so many that any evidence can be told.
inline constexpr BlockRange kWatched{20, 60};
/// Samples that one block of a job is divided into, where the clock allows so many.
inline constexpr std::int64_t kSamplesPerBlock = 20;

/// How many blocks a run is divided into: as many as may be had for a fifth of the time, for more blocks know more; so many at
/// least that what differs from process to process can be seen at all.
/// `start_ns`: what starting a worker costs; `jobs`: how many share a worker's life.
[[nodiscard]] std::uint64_t blocks_for(const Budget& budget, std::int64_t start_ns, std::size_t jobs, BlockRange range = kSolo);

/// The budget of a run that may take `left_ns` in all (where it has a total budget): no job's own is more than its part of that.
[[nodiscard]] Budget under_total(Budget budget, std::int64_t left_ns, std::size_t jobs);

/// The budget without what starting those blocks takes: it pays for starts up to a fifth of itself; a dearer start (importing a large
/// library) is on top, for else nothing would be left to measure with.
[[nodiscard]] Budget without_starts(Budget budget, std::uint64_t blocks, std::int64_t start_ns, std::size_t jobs);

/// What an open-ended run may take in all, where `jobs` are measured that share workers of `start_ns` each: their budgets, and what dear starts
/// of so many blocks take beyond a fifth of them.
[[nodiscard]] std::int64_t pool_ns(const Budget& budget, std::uint64_t blocks, std::int64_t start_ns, std::size_t jobs,
                                   std::size_t jobs_a_block);

/// How many versions share a block at the most where nobody says.
inline constexpr std::size_t kMostLive = 4;
/// Bytes that a worker's environment is padded with at the most: they move its stack, and so what is aligned how.
inline constexpr std::uint64_t kMostPadding = 4096;
/// How many versions share a block where nobody says: two, so that the sides of a ratio are as near in time as can be; up to four where workers
/// take longer to start than `jobs` cases to be measured in a block, for what would be in two groups is then started once for both.
[[nodiscard]] std::size_t live_for(const Budget& budget, std::int64_t start_ns, std::size_t jobs);

/// Which versions share a block: each version and its base in one group, and no group of more than `live` (at least 2). `bases`: by version, which
/// one it is compared with; itself: none.
[[nodiscard]] std::vector<std::vector<std::size_t>> groups_of(const std::vector<std::size_t>& bases, std::size_t live);

/// What a job has spent and got so far.
struct JobProgress {
  std::uint64_t blocks = 0;  ///< finished ones
  std::uint64_t samples = 0;
  std::int64_t spent_ns = 0;
  std::int64_t dearest_block_ns = 0;  ///< the longest time that one block took
  std::int64_t ready_ns = 0;          ///< what a block took until its first sample was there; 0: not known
  double half_width = 0;              ///< of the centre's interval; infinity while there is none
  bool exact = false;                 ///< single calls that agree in all blocks so far, of which there are enough to tell
};

/// True if the job needs no further block.
[[nodiscard]] bool has_enough(const JobProgress& job, const Budget& budget, std::uint64_t blocks);

/// What the job's next block should ask for.
struct BlockShare {
  std::int64_t budget_ns = 0;  ///< of the whole block: setup, samples
  std::uint64_t samples = 0;   ///< 0: as many as the budget allows
  std::int64_t sample_ns = 0;  ///< wanted length of one sample
};
[[nodiscard]] BlockShare next_share(const JobProgress& job, const Budget& budget, std::uint64_t blocks);

/// What the job will still take, by what its blocks and samples took so far.
[[nodiscard]] std::int64_t remaining_ns(const JobProgress& job, const Budget& budget, std::uint64_t blocks);
/// How many more blocks the job will have, by the same reckoning.
[[nodiscard]] std::uint64_t remaining_blocks(const JobProgress& job, const Budget& budget, std::uint64_t blocks);

}  // namespace benchkit::runner
