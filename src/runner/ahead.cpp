#include "runner/ahead.hpp"

#include <algorithm>
#include <string>

namespace benchkit::runner {

void Ahead::start(std::size_t meter, const Job& job, const Turn* turn, std::int64_t block) const {
  Side& side = *lineup_.measured().front();
  if (lineup_.is_paired() || lineup_.head().meters()[meter].meter.exclusive) return;
  const std::uint64_t wanted = blocks_behind(job, turn, block);
  bool all_alike = true;
  for (std::size_t other = 0; other < lineup_.head().meters().size(); ++other) {
    if (other == meter || !any_open(other)) continue;
    all_alike = false;
    if (side.ahead(other) == 0 && side.has_room()) side.start_ahead(other, 0, {});
  }
  if (wanted <= side.ahead(meter) || !side.has_room()) return;
  const std::uint64_t most = all_alike ? wanted : 1;
  for (std::uint64_t i = side.ahead(meter); i < most; ++i) side.start_ahead(meter, 0, all_alike ? job.description.info.id : std::string());
}

bool Ahead::any_open(std::size_t meter) const {
  const std::string& name = lineup_.head().meters()[meter].meter.name;
  return std::any_of(matches_.all().begin(), matches_.all().end(),
                     [&](const Match& match) { return match.open() && match.any().meter == name; });
}

std::uint64_t Ahead::blocks_behind(const Job& job, const Turn* turn, std::int64_t block) const {
  Job after = job;
  if (turn != nullptr) {
    after.finish_block(turn->samples, block, turn->took_ns);
  } else {
    after.finish_block({}, block, 0);
    after.progress.samples += next_share(job.progress, allowance_.budget, allowance_.blocks).samples;
  }
  // What comes after the fewest that a job has, if there is time, is seen when it comes.
  const std::uint64_t foreseen = after.progress.blocks >= kSolo.fewest ? 1 : kSolo.fewest - after.progress.blocks;
  return std::min(remaining_blocks(after.progress, allowance_.budget, allowance_.blocks), foreseen);
}

void Ahead::put_first_what_is_set_up(std::size_t meter, std::deque<Match*>& queue) const {
  Side& side = *lineup_.measured().front();
  while (const std::string* const opened = side.opened_ahead(meter)) {
    const auto is_opened = [&](const Match* match) {
      return match->any().description.info.id == *opened && match->any().meter == lineup_.head().meters()[meter].meter.name;
    };
    const auto first = std::find_if(queue.begin(), queue.end(), is_opened);
    if (first != queue.end()) return void(std::rotate(queue.begin(), first, first + 1));
    if (std::none_of(matches_.all().begin(), matches_.all().end(),
                     [&](const Match& match) { return is_opened(&match) && !match.went_well(); }))
      return;
    side.give_up_ahead(meter);
  }
}

}  // namespace benchkit::runner
