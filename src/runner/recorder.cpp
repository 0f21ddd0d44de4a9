#include "runner/recorder.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace benchkit::runner {

void Recorder::write_head(const std::vector<Version>& versions, std::size_t head, const std::vector<MeterChoice>& meters,
                          std::vector<Job>& jobs) {
  using Handles = std::vector<std::optional<std::size_t>>;
  std::vector<std::size_t> of_side;
  for (const Version& version : versions) of_side.push_back(journal_.add_version(version));
  head_version_ = of_side.at(head);
  std::map<std::string, std::pair<Handles, Handles>> of_meter;  // warm, cold
  std::map<std::string, Metric> attributed;
  for (const MeterChoice& choice : meters) {
    attributed[choice.meter.name] = choice.meter.metrics.front();
    const auto add = [&](const std::vector<Metric>& metrics, Handles& handles) {
      for (std::size_t i = 0; i < metrics.size(); ++i) {
        handles.push_back(choice.wanted[i] ? std::optional(journal_.add_metric(metrics[i])) : std::nullopt);
        if (handles.back()) metrics_[*handles.back()] = metrics[i];
      }
    };
    auto& [warm, cold] = of_meter[choice.meter.name];
    add(choice.meter.metrics, warm);
    add(choice.meter.cold_metrics, cold);
  }
  for (Job& job : jobs) {
    job.version_handle = of_side[job.side];
    job.case_handle = journal_.add_case(job.description.info);
    std::tie(job.metrics, job.cold_metrics) = of_meter[job.meter];
    job.headline_metric = job.metrics[job.headline].value();
    if (job.attribute) job.attributed_metric = journal_.add_metric(attributed.at(job.meter));
  }
}

void Recorder::go_on_after(const Snapshot& snapshot, std::size_t session) {
  for (const Block& block : snapshot.blocks) {
    if (block.session == session) next_block_ = std::max(next_block_, block.block + 1);
  }
  std::int64_t cut_off = -1;
  for (const Record& record : snapshot.records) {
    if (record.session != session) continue;
    for (const Samples* samples : {&record.samples, &*record.partial}) {
      for (std::size_t i = 0; i < samples->size(); ++i) {
        next_order_ = std::max(next_order_, samples->order[i] + 1);
        cut_off = std::max(cut_off, samples->block[i]);
      }
    }
  }
  if (cut_off < next_block_) return;
  journal_.block({.session = journal_.session(), .block = cut_off, .complete = false});
  next_block_ = cut_off + 1;
}

void Recorder::end_block(bool complete, Json details) {
  journal_.block({.session = journal_.session(), .block = block_, .complete = complete, .details = std::move(details)});
}

bool Recorder::sample(Job& job, const protocol::Sampled& sampled, const std::vector<std::optional<std::size_t>>& metrics,
                      std::vector<double>* headlines) {
  if (sampled.values.size() != job.metrics.size()) return false;
  Sample sample = sampled.circumstances;
  sample.block = block_;
  sample.order = next_order_++;
  sample.start_ns -= origin_ns_;
  const auto write = [&](std::size_t metric, const Metric& description, double value) {
    sample.value = value;
    journal_.sample(job.version_handle, job.case_handle, metric, sample);
    if (listener_) listener_(job, metric, description, sample);
  };
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i]) write(*metrics[i], metrics_.at(*metrics[i]), sampled.values[i]);
  }
  for (const protocol::Report& report : sampled.reports) write(journal_.add_metric(report.metric), report.metric, report.value);
  warn(job, sampled.warnings);
  if (headlines != nullptr) headlines->push_back(sampled.values[job.headline]);
  return true;
}

void Recorder::call_paths(const Job& job, const CallPaths& paths, bool of_block) {
  journal_.call_paths(job.version_handle, job.case_handle, job.attributed_metric, of_block ? block_ : -1, paths);
}

void Recorder::warn(Job& job, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    if (std::find(job.warnings.begin(), job.warnings.end(), warning) != job.warnings.end()) continue;
    job.warnings.push_back(warning);
    journal_.warning(job.version_handle, job.case_handle, job.headline_metric, warning);
  }
}

void Recorder::outcome(Job& job, Outcome outcome) {
  this->outcome(job, job.headline_metric, std::move(outcome));
  if (job.outcome.status == Status::ok) return;
  // None of the others has a value, either; what the case printed is told once.
  const Outcome why{job.outcome.status, job.outcome.reason, Json::object()};
  for (const auto* metrics : {&job.metrics, &job.cold_metrics}) {
    for (const std::optional<std::size_t>& metric : *metrics) {
      if (metric && *metric != job.headline_metric) write_outcome(job, *metric, why);
    }
  }
}

void Recorder::outcome(Job& job, std::size_t metric, Outcome outcome) {
  job.outcome = std::move(outcome);
  write_outcome(job, metric, job.outcome);
}

void Recorder::write_outcome(const Job& job, std::size_t metric, const Outcome& outcome) {
  journal_.outcome(job.version_handle, job.case_handle, metric, std::max<std::int64_t>(block_, 0), outcome);
}

}  // namespace benchkit::runner
