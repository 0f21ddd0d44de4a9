// All samples of the search are kept, and after each step the changes are made anew from all of them. So they are on one scale, which compare chooses
// for any two versions as well: logarithms of ratios, or differences as soon as a zero has been seen anywhere. What is no finite number says nothing of a
// change, and a block that has nothing else is none.
#include "sweep/search_samples.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "stats/moments.hpp"

namespace benchkit::sweep {
namespace {

std::set<std::int64_t> blocks_of(const Record& record) {
  std::set<std::int64_t> blocks;
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    if (std::isfinite(record.samples.value[i])) blocks.insert(record.samples.block[i]);
  }
  return blocks;
}

/// What was measured at one place in one block, each sample with its pair; the block is the measurement's number.
void add_block(compare::Side& to, const Record& record, std::int64_t block, std::int64_t number) {
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    if (record.samples.block[i] != block || !std::isfinite(record.samples.value[i])) continue;
    to.values.push_back(record.samples.value[i]);
    to.blocks.push_back(number);
    to.pairs.push_back(record.samples.pair[i]);
  }
}

}  // namespace

SearchSamples::SearchSamples(std::string case_id, std::string metric) : case_id_(std::move(case_id)) {
  evidence_.metric = std::move(metric);
  evidence_.paired = true;
}

std::size_t SearchSamples::add(std::size_t place, const Snapshot& step) {
  const auto record_of = [&](std::size_t version) {
    return std::find_if(step.records.begin(), step.records.end(), [&](const Record& record) {
      return record.version == version && step.cases[record.case_index].id == case_id_ &&
             step.metrics[record.metric].name == evidence_.metric;
    });
  };
  const auto base = record_of(0);
  const auto head = record_of(1);
  last_step_ = 0;
  if (base == step.records.end() || head == step.records.end()) return 0;
  unit_ = step.metrics[head->metric].unit;
  const std::set<std::int64_t> of_base = blocks_of(*base);
  for (const std::int64_t block : blocks_of(*head)) {
    if (!of_base.contains(block)) continue;
    const auto number = static_cast<std::int64_t>(places_.size());
    add_block(base_, *base, block, number);
    add_block(head_, *head, block, number);
    places_.push_back(place);
    ++last_step_;
  }
  return last_step_;
}

void SearchSamples::tell(stats::Bisection& bisection) {
  compare::add_samples(evidence_, base_, head_, stats::Statistic::median);
  for (std::size_t i = 0; i < places_.size(); ++i) bisection.add(places_[i], evidence_.effects.at(i));
}

double SearchSamples::last_change() const {
  return stats::median(std::vector<double>(evidence_.effects.end() - static_cast<std::ptrdiff_t>(last_step_), evidence_.effects.end()));
}

}  // namespace benchkit::sweep
