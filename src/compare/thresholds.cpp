#include "compare/thresholds.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"
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

/// One limit: `METRIC:LIMIT` or a bare share, which has no metric.
std::pair<std::string, Threshold> limit_from(std::string_view text, std::span<const Snapshot> snapshots, std::string_view option) {
  if (text.find(':') == std::string_view::npos) return {{}, Threshold{base::parse_share(text, option), true}};
  const Limit limit = parse_limits(text, option).front();
  const Metric& metric = metric_named(limit.metric, snapshots, option);
  const bool share = limit.amount.unit == "%" && metric.unit != "%";
  return {limit.metric, share ? Threshold{limit.amount.number / kPercent, true} : Threshold{bound_of(limit, metric, option), false}};
}

/// Calls `use` with each limit of a list.
template <class Use>
void for_each_limit(std::string_view list, std::span<const Snapshot> snapshots, std::string_view option, Use use) {
  base::for_each_part(list, [&](std::string_view part) { use(limit_from(part, snapshots, option)); });
}

/// A condition that selects no case at all was meant otherwise.
void refuse_empty(const Filter& where, std::span<const Snapshot> snapshots, std::string_view option) {
  std::vector<const Dims*> cases;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) {
      if (where.matches(info.id, info.dims)) return;
      cases.push_back(&info.dims);
    }
  }
  throw Error(fmt::format("no case is where {}", fmt::join(where.conditions(), " and ")), std::string(option), where.why_nothing(cases));
}

}  // namespace

Thresholds parse_thresholds(const std::vector<std::string>& texts, std::span<const Snapshot> snapshots, std::string_view option) {
  Thresholds thresholds;
  for (const std::string& text : texts) {
    for_each_limit(text, snapshots, option, [&](std::pair<std::string, Threshold> limit) {
      if (limit.first.empty()) thresholds.of_all = limit.second;
      else thresholds.of_metric.push_back(std::move(limit));
    });
  }
  return thresholds;
}

std::vector<GateLimit> parse_gate_limits(const std::vector<std::string>& texts, std::span<const Snapshot> snapshots,
                                         std::string_view option) {
  constexpr std::string_view kWhere = " where ";
  std::vector<GateLimit> limits;
  for (const std::string& text : texts) {
    std::string_view rest = text;
    const std::string_view list = rest.substr(0, rest.find(kWhere));
    Filter where;
    for (rest.remove_prefix(list.size()); !rest.empty();) {
      rest.remove_prefix(kWhere.size());
      const std::string_view condition = rest.substr(0, rest.find(kWhere));
      where.add_where(condition);
      rest.remove_prefix(condition.size());
    }
    if (!where.empty()) refuse_empty(where, snapshots, option);
    for_each_limit(list, snapshots, option, [&](std::pair<std::string, Threshold> limit) {
      limits.push_back({std::move(limit.first), limit.second, where});
    });
  }
  return limits;
}

std::string to_text(const Threshold& threshold, std::string_view unit) {
  return threshold.relative ? base::format_percent(threshold.amount) : base::format_value(threshold.amount, unit);
}

}  // namespace benchkit::compare
