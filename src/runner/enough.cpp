// A match goes on until each of its versions has enough, for what is measured alone is no pair.
//
// The screen (--screen) is one look on the way to the planned number of blocks: when all matches have a fifth of them, those whose versions are proven to be
// the same as their bases end, and the others go on to the plan's end. What may have changed is so judged with all of its blocks, and a run with a screen
// calls no more false changes than one without; a false `same` has two chances, so that the first of them is judged at a fifth of alpha. Levels are corrected
// over all comparisons of a version, as they are in the table (compare/verdict.cpp).
#include "runner/enough.hpp"

#include <algorithm>
#include <utility>

namespace benchkit::runner {
namespace {

/// Judging what there is takes no more than this part of the time.
constexpr std::int64_t kJudgingShare = 50;
constexpr std::uint64_t kScreenShare = 5;
/// With fewer blocks next to nothing can be proven.
constexpr std::uint64_t kFewestScreened = 8;
constexpr double kScreenAlpha = 0.2;

}  // namespace

std::uint64_t Enough::blocks_of_screen() const { return std::max(kFewestScreened, allowance_.blocks / kScreenShare); }

void Enough::watch() {
  screened_ = !options_.screen || is_watched() || blocks_of_screen() >= allowance_.blocks;
  if (!is_watched() && screened_) return;
  compare::JudgeOptions judging = judging_;
  if (!screened_) judging.alpha *= kScreenAlpha;
  decisions_.emplace(std::move(judging), options_.verdicts.design, allowance_.blocks);
  for (const Match& match : matches_.all()) {
    if (!match.runs) continue;
    for (const Job* job : match.jobs) {
      if (job->base == nullptr) continue;
      for (const auto* metrics : {&job->metrics, &job->cold_metrics}) {
        for (const std::optional<std::size_t>& metric : *metrics) {
          if (metric) decisions_->expect(*job, *metric, recorder_.metric(*metric));
        }
      }
    }
  }
  recorder_.listen([this](const Job& job, std::size_t metric, const Metric& description, const Sample& sample) {
    decisions_->add(job, metric, description, sample);
  });
}

void Enough::restore(const Snapshot& snapshot, std::size_t session, const GroupTeller& is_own) {
  if (decisions_) decisions_->restore(snapshot, session, matches_.jobs(), is_own);
  for (const Match& match : matches_.all()) {
    for (const Job* job : match.jobs) screened_ = screened_ || job->screened || job->progress.blocks > blocks_of_screen();
  }
}

void Enough::end_block(const std::vector<std::size_t>& cut_off) {
  if (decisions_) decisions_->end_block(cut_off);
}

void Enough::drop_block() {
  if (decisions_) decisions_->drop_block();
}

void Enough::decide(const std::function<std::int64_t()>& now_ns, bool in_any_case) {
  if (is_watched() && (in_any_case || now_ns() >= next_judgement_ns_)) {
    const std::int64_t began_ns = now_ns();
    decisions_->judge();
    next_judgement_ns_ = now_ns() + (now_ns() - began_ns) * kJudgingShare;
  }
  screen();
  for (Match& match : matches_.all()) {
    const bool enough = has_enough(match);
    if (enough && match.open()) {
      for (Job* job : match.jobs) job->ended = true;
      if (is_watched() && match.went_well() && !are_decided(match)) end_for_time(match);
    } else if (match.stopped && !enough) {  // whatever it was that undid the decision: it is taken up again
      for (Job* job : match.jobs) job->ended = false;
    }
    const bool stops = enough && is_watched() && match.went_well() && are_decided(match);
    if (stops && !match.stopped) observer_.case_decided(match.any().description.info.id, match.any().meter);
    match.stopped = stops;
  }
}

void Enough::screen() {
  if (screened_) return;
  const std::uint64_t wanted = blocks_of_screen();
  for (const Match& match : matches_.all()) {
    if (std::any_of(match.jobs.begin(), match.jobs.end(), [&](const Job* job) { return !job->ended && job->progress.blocks < wanted; }))
      return;
  }
  screened_ = true;
  decisions_->judge();
  for (Match& match : matches_.all()) {
    const auto is_same = [&](const Job* job) { return job->base == nullptr || decisions_->are_same(*job); };
    if (!match.open() || !std::all_of(match.jobs.begin(), match.jobs.end(), is_same)) continue;
    for (Job* job : match.jobs) {
      spared_ns_ += std::max<std::int64_t>(allowance_.budget.per_job_ns - job->progress.spent_ns, 0);
      job->ended = job->screened = true;
    }
    write_at_heads(match, compare::screened());
  }
}

/// Every comparison in the match is.
bool Enough::are_decided(const Match& match) const {
  return std::all_of(match.jobs.begin(), match.jobs.end(),
                     [&](const Job* job) { return job->base == nullptr || decisions_->are_decided(*job); });
}

bool Enough::has_enough(const Match& match) const {
  if (is_watched()) {
    // What one version alone has, or does, cannot be decided: a few blocks tell its size.
    if (!match.went_well())
      return std::all_of(match.jobs.begin(), match.jobs.end(),
                         [](const Job* job) { return job->ended || job->progress.blocks >= kSolo.fewest; });
    if (are_decided(match)) return true;
  }
  return std::all_of(match.jobs.begin(), match.jobs.end(), [&](const Job* job) {
    JobProgress progress = job->progress;
    progress.exact = progress.exact && !is_watched();                     // that is then for the verdict to say
    const bool had_its_time = job->time_over && !allowance_.out_of_time;  // where the run has none left, it still wants some
    return (job->ended && !match.stopped) || had_its_time || runner::has_enough(progress, allowance_.budget, allowance_.blocks);
  });
}

void Enough::end_all_for_time() {
  if (!is_watched()) return;
  for (Match& match : matches_.all()) {
    const bool reached = std::all_of(match.jobs.begin(), match.jobs.end(), [](const Job* job) { return job->progress.blocks > 0; });
    if (reached && match.open() && match.went_well()) end_for_time(match);
  }
}

/// It has had its time. Where that was to be for more blocks, looks that were planned end here, and the file says so: of what was stopped
/// because it was decided the end says nothing (compare/levels.cpp).
void Enough::end_for_time(Match& match) {
  const auto has_all = [&](const Job* job) { return job->progress.blocks >= allowance_.blocks; };
  if (options_.verdicts.design != compare::Design::looks || std::all_of(match.jobs.begin(), match.jobs.end(), has_all)) return;
  for (Job* job : match.jobs) job->time_over = true;
  write_at_heads(match, compare::time_over());
}

void Enough::write_at_heads(Match& match, const Json& details) {
  for (Job* job : match.jobs) {
    if (job->base == nullptr) continue;
    Outcome outcome = job->outcome;  // what it printed
    outcome.details.update(details);
    for (const auto* metrics : {&job->metrics, &job->cold_metrics}) {
      for (const std::optional<std::size_t>& metric : *metrics) {
        if (metric && *metric != job->headline_metric) recorder_.outcome(*job, *metric, {Status::ok, {}, details});
      }
    }
    recorder_.outcome(*job, std::move(outcome));
  }
}

}  // namespace benchkit::runner
