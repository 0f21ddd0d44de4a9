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

/// The samples of each block beside each other, blocks in the order of their numbers.
class ByBlock {
 public:
  explicit ByBlock(BlockedValues data) : values_(data.values.begin(), data.values.end()) {
    // Files hold samples in the order of their blocks, nearly all of them.
    std::vector<std::size_t> order;
    if (!std::is_sorted(data.blocks.begin(), data.blocks.end())) {
      order.resize(values_.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t left, std::size_t right) { return data.blocks[left] < data.blocks[right]; });
      std::transform(order.begin(), order.end(), values_.begin(), [&](std::size_t i) { return data.values[i]; });
    }
    const auto block_at = [&](std::size_t i) { return data.blocks[order.empty() ? i : order[i]]; };
    constexpr std::size_t kUsually = 16;  // blocks of a run that was settled before
    ends_.reserve(std::min(values_.size(), kUsually));
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (i + 1 == values_.size() || block_at(i + 1) != block_at(i)) ends_.push_back(i + 1);
    }
  }
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  /// Calls `use` with the samples of each block, which it may reorder.
  template <class Use>
  void for_each(Use use) {
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      use(std::span(values_).subspan(begin, end - begin));
      begin = end;
    }
  }

 private:
  std::vector<double> values_;
  std::vector<std::size_t> ends_;
};

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
  ByBlock(data).for_each([&](std::span<const double> block) { result.emplace_back(block.begin(), block.end()); });
  return result;
}

std::vector<double> block_values(BlockedValues data, Statistic statistic) {
  ByBlock blocks(data);
  std::vector<double> result;
  result.reserve(blocks.size());
  blocks.for_each([&](std::span<double> block) {
    result.push_back(statistic == Statistic::median ? median_in_place(block) : statistic_of(block, statistic));
  });
  return result;
}

}  // namespace benchkit::stats
