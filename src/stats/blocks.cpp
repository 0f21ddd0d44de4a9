#include "stats/blocks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "stats/moments.hpp"

namespace benchkit::stats {
namespace {

struct Name {
  Statistic statistic;
  std::string_view text;
};
constexpr std::array<Name, 5> kNames{{{Statistic::median, "median"},
                                      {Statistic::mean, "mean"},
                                      {Statistic::min, "min"},
                                      {Statistic::max, "max"},
                                      {Statistic::stddev, "stddev"}}};

/// Calls `use` with the samples of each block, which it may reorder.
template <class Use>
void for_each_block(BlockedValues data, Use use) {
  // Files hold samples in the order of their blocks, nearly all of them.
  std::vector<std::size_t> order;
  if (!std::is_sorted(data.blocks.begin(), data.blocks.end())) {
    order.resize(data.values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t left, std::size_t right) { return data.blocks[left] < data.blocks[right]; });
  }
  const auto at = [&](std::size_t i) { return order.empty() ? i : order[i]; };
  std::vector<double> block;
  for (std::size_t i = 0; i < data.values.size(); ++i) {
    block.push_back(data.values[at(i)]);
    if (i + 1 == data.values.size() || data.blocks[at(i + 1)] != data.blocks[at(i)]) {
      use(block);
      block.clear();
    }
  }
}

}  // namespace

std::string_view to_string(Statistic statistic) noexcept {
  for (const Name& name : kNames) {
    if (name.statistic == statistic) return name.text;
  }
  return {};
}

std::optional<Statistic> statistic_from(std::string_view text) noexcept {
  for (const Name& name : kNames) {
    if (name.text == text) return name.statistic;
  }
  return std::nullopt;
}

bool has_interval(Statistic statistic) noexcept { return statistic == Statistic::median || statistic == Statistic::mean; }

double statistic_of(std::span<const double> values, Statistic statistic) {
  switch (statistic) {
    case Statistic::mean: return mean(values);
    case Statistic::min: return *std::min_element(values.begin(), values.end());
    case Statistic::max: return *std::max_element(values.begin(), values.end());
    case Statistic::stddev: return values.size() < 2 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(variance(values));
    case Statistic::median: break;
  }
  return median({values.begin(), values.end()});
}

std::vector<std::vector<double>> values_by_block(BlockedValues data) {
  std::vector<std::vector<double>> result;
  for_each_block(data, [&](const std::vector<double>& block) { result.push_back(block); });
  return result;
}

std::vector<double> block_values(BlockedValues data, Statistic statistic) {
  std::vector<double> result;
  for_each_block(data, [&](std::vector<double>& block) {
    result.push_back(statistic == Statistic::median ? median_in_place(block) : statistic_of(block, statistic));
  });
  return result;
}

}  // namespace benchkit::stats
