#include "runner/limits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "compare/compare.hpp"

namespace benchkit::runner {
namespace {

constexpr const char* kOption = "--max";

struct Known {
  const Metric* metric = nullptr;  ///< null: no meter has it
  bool single_calls = false;       ///< each sample is one call
};

Known find_metric(const std::vector<protocol::MeterInfo>& meters, const std::string& name) {
  for (const protocol::MeterInfo& meter : meters) {
    for (const std::vector<Metric>* metrics : {&meter.metrics, &meter.cold_metrics}) {
      for (const Metric& metric : *metrics) {
        if (metric.name == name) return {&metric, !meter.batches};
      }
    }
  }
  return {};
}

bool is_measured(const std::vector<MeterChoice>& choices, const std::string& name) {
  for (const MeterChoice& choice : choices) {
    for (const std::vector<Metric>* metrics : {&choice.meter.metrics, &choice.meter.cold_metrics}) {
      for (std::size_t i = 0; i < metrics->size(); ++i) {
        if (choice.wanted[i] && (*metrics)[i].name == name) return true;
      }
    }
  }
  return false;
}

std::vector<std::string> measured_names(const std::vector<MeterChoice>& choices) {
  std::vector<std::string> names;
  for (const MeterChoice& choice : choices) {
    for (std::size_t i = 0; i < choice.meter.metrics.size(); ++i) {
      if (choice.wanted[i]) names.push_back(choice.meter.metrics[i].name);
    }
  }
  return names;
}

/// The limits of one case: its own behind those of all.
std::vector<Limit> limits_of(const protocol::CaseDescription& description, const std::vector<Limit>& for_all) {
  std::vector<Limit> limits = for_all;
  for (const std::string& text : description.limits) {
    const std::vector<Limit> own = parse_limits(text, description.info.id);
    limits.insert(limits.end(), own.begin(), own.end());
  }
  return limits;
}

/// The numbers of a finished run that limits hold for, of each metric with a limit, by case. What is counted a call at a time (memory) has no noise, and
/// the worst call is judged: a ceiling holds for each. Of what is timed it is the number in the table, for a tick of the machine is no excess.
class Numbers {
 public:
  struct Number {
    std::size_t handle = 0;
    const Metric* metric = nullptr;
    double value = 0;
  };

  Numbers(const Snapshot& snapshot, std::size_t version, const std::set<std::string>& metrics,
          const std::vector<protocol::MeterInfo>& known)
      : snapshot_(snapshot) {
    std::set<std::string> centres;
    for (const Record& record : snapshot.records) {
      const std::string& metric = snapshot.metrics[record.metric].name;
      if (record.version != version || !metrics.contains(metric)) continue;
      if (!find_metric(known, metric).single_calls) {
        centres.insert(metric);
        continue;
      }
      for (std::size_t i = 0; i < record.samples.size(); ++i)
        keep_worst({metric, snapshot.cases[record.case_index].id}, record.samples.value[i]);
    }
    if (!centres.empty()) take_centres(version, {centres.begin(), centres.end()});
  }

  /// nullopt: the case has no record of this metric.
  [[nodiscard]] std::optional<Number> find(const std::string& metric, const std::string& case_id) const {
    const auto found = values_.find({metric, case_id});
    if (found == values_.end()) return std::nullopt;
    const auto known =
        std::find_if(snapshot_.metrics.begin(), snapshot_.metrics.end(), [&](const Metric& one) { return one.name == metric; });
    return Number{static_cast<std::size_t>(known - snapshot_.metrics.begin()), &*known, found->second};
  }

 private:
  using Key = std::pair<std::string, std::string>;  // metric, case

  void keep_worst(const Key& key, double value) {
    double& worst = values_.emplace(key, value).first->second;
    if (!std::isnan(worst) && !(value <= worst)) worst = value;
  }

  void take_centres(std::size_t version, std::vector<std::string> metrics) {
    // A version that was not measured has no column.
    const auto column = static_cast<std::size_t>(
        std::count_if(snapshot_.versions.begin(), snapshot_.versions.begin() + static_cast<std::ptrdiff_t>(version), was_measured));
    for (const compare::Comparison& comparison : compare::compare({&snapshot_, 1}, {.metrics = std::move(metrics)})) {
      for (const compare::Group& group : comparison.groups) {
        for (const compare::Row& row : group.rows) {
          const compare::Cell& cell = row.cells[column];
          values_[{comparison.metric.name, row.id}] = cell.has_value ? cell.centre.value : std::nan("");
        }
      }
    }
  }

  const Snapshot& snapshot_;
  std::map<Key, double> values_;
};

/// Two numbers of a metric so that they can be told apart.
std::array<std::string, 2> told_apart(double value, const Limit& limit, double bound, const std::string& unit) {
  const std::string shown = base::format_value(value, unit);
  if (shown != base::format_value(bound, unit)) return {shown, base::to_text(limit.amount)};
  return {base::to_text({value, unit}), base::to_text({bound, unit})};
}

/// nullopt: it holds.
std::optional<Outcome> judge(const Limit& limit, const Numbers::Number& number) {
  const Metric& metric = *number.metric;
  try {
    const double bound = bound_of(limit, metric, {});
    if (number.value <= bound) return std::nullopt;
    const auto [shown, most] = told_apart(number.value, limit, bound, metric.unit);
    const std::string reason = std::isnan(number.value)
                                   ? fmt::format("{} is no finite number: nothing says that its limit of {} holds", metric.name, most)
                                   : fmt::format("{} {} is above its limit of {}", metric.name, shown, most);
    const Json value = base::number_to_json(number.value);
    return Outcome{Status::error, reason, {{"metric", metric.name}, {"limit", bound}, {"value", value}, {"unit", metric.unit}}};
  } catch (const Error& error) {
    return Outcome{Status::error, fmt::format("its limit {} does not fit: {}", limit.text, error.what()), Json::object()};
  }
}

Outcome of_nothing(const Limit& limit) {
  return {Status::error,
          fmt::format("its limit {} holds for nothing: no meter is called so, and the case reports no such number", limit.text),
          Json::object()};
}

/// One complaint a number: that of the strictest limit.
void add(std::vector<Excess>& excesses, Excess excess) {
  const auto bound = [](const Excess& one) { return one.outcome.details.value("limit", 0.0); };
  for (auto known = excesses.rbegin(); known != excesses.rend() && known->job == excess.job; ++known) {
    if (known->metric != excess.metric) continue;
    if (bound(excess) < bound(*known)) *known = std::move(excess);
    return;
  }
  excesses.push_back(std::move(excess));
}

}  // namespace

void check_limits(const std::vector<Limit>& limits, const std::vector<MeterChoice>& measured,
                  const std::vector<protocol::MeterInfo>& known) {
  for (const Limit& limit : limits) {
    const std::string where = fmt::format("{} {}", kOption, limit.text);
    const Metric* const metric = find_metric(known, limit.metric).metric;
    if (metric == nullptr) {
      throw Error(fmt::format("this suite has no metric \"{}\"", limit.metric), where,
                  fmt::format("measured here: {}; a limit on what a case reports itself belongs into its `limits`",
                              fmt::join(measured_names(measured), ", ")));
    }
    (void)bound_of(limit, *metric, where);
    if (!is_measured(measured, limit.metric)) {
      std::string wanted = limit.metric;
      if (wanted.starts_with("cold_")) wanted = wanted.substr(5);
      throw Error(fmt::format("this run does not measure {}", limit.metric), where,
                  fmt::format("add it: --metric {},{}", fmt::join(measured_names(measured), ","), wanted));
    }
  }
}

std::string unfit_limits(const protocol::CaseDescription& description, const std::vector<protocol::MeterInfo>& known) {
  try {
    for (const Limit& limit : limits_of(description, {})) {
      if (const Metric* const metric = find_metric(known, limit.metric).metric) (void)bound_of(limit, *metric, {});
    }
  } catch (const Error& error) {
    return fmt::format("its limits do not fit: {}; {}", error.what(), error.hint());
  }
  return {};
}

std::vector<Excess> find_excesses(const Snapshot& snapshot, std::size_t version, std::vector<Job>& jobs, const std::vector<Limit>& for_all,
                                  const std::vector<protocol::MeterInfo>& known) {
  std::set<std::string> metrics;
  for (const Limit& limit : for_all) metrics.insert(limit.metric);
  for (const Job& job : jobs) {
    if (job.outcome.status != Status::ok) continue;
    for (const Limit& limit : limits_of(job.description, {})) metrics.insert(limit.metric);
  }
  if (metrics.empty()) return {};

  const Numbers numbers(snapshot, version, metrics, known);
  std::vector<Excess> excesses;
  std::unordered_set<std::string> seen;  // cases: what one reports itself is judged once, whatever the number of its jobs
  for (Job& job : jobs) {
    if (job.version_handle != version || job.outcome.status != Status::ok) continue;
    const bool first = seen.insert(job.description.info.id).second;
    for (const Limit& limit : limits_of(job.description, for_all)) {
      const bool reported = find_metric(known, limit.metric).metric == nullptr;
      const auto number = numbers.find(limit.metric, job.description.info.id);
      if (reported ? !first : !number || !job.measures(number->handle)) continue;
      if (!number) add(excesses, {&job, job.headline_metric, of_nothing(limit)});
      else if (auto outcome = judge(limit, *number)) add(excesses, {&job, number->handle, std::move(*outcome)});
    }
  }
  return excesses;
}

}  // namespace benchkit::runner
