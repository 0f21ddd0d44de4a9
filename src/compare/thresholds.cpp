#include "compare/thresholds.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "model/limit.hpp"

namespace benchkit::compare {
namespace {

constexpr double kPercent = 100;

const Metric& metric_named(const std::string& name, std::span<const Snapshot> snapshots, std::string_view option) {
  std::vector<std::string> known;
  for (const Snapshot& snapshot : snapshots) {
    for (const Metric& metric : snapshot.metrics) {
      if (metric.name == name) return metric;
      if (std::find(known.begin(), known.end(), metric.name) == known.end()) known.push_back(metric.name);
    }
  }
  throw Error(fmt::format("no snapshot has the metric \"{}\"", name), std::string(option),
              known.empty() ? "these files hold no metric" : fmt::format("there are: {}", fmt::join(known, ", ")));
}

void add(Thresholds& thresholds, std::string_view text, std::span<const Snapshot> snapshots, std::string_view option) {
  if (text.find(':') == std::string_view::npos) {
    thresholds.of_all = Threshold{base::parse_share(text, option), true};
    return;
  }
  for (const Limit& limit : parse_limits(text, option)) {
    const Metric& metric = metric_named(limit.metric, snapshots, option);
    const bool share = limit.amount.unit == "%" && metric.unit != "%";
    thresholds.of_metric.emplace_back(
        limit.metric, share ? Threshold{limit.amount.number / kPercent, true} : Threshold{bound_of(limit, metric, option), false});
  }
}

}  // namespace

Thresholds parse_thresholds(const std::vector<std::string>& texts, std::span<const Snapshot> snapshots, std::string_view option) {
  Thresholds thresholds;
  for (const std::string& text : texts) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      add(thresholds, std::string_view(text).substr(begin, end - begin), snapshots, option);
      begin = end + 1;
    }
  }
  return thresholds;
}

}  // namespace benchkit::compare
