// Snapshots for tests of what compares them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::compare {

/// A snapshot of one version with a record a case: its samples over three blocks.
class Maker {
 public:
  explicit Maker(const std::string& label, const std::string& cpu = "A", const Metric& metric = {"time", "ns", Better::less}) {
    snapshot_.path = label + ".jsonl";
    snapshot_.ended = true;
    snapshot_.sessions.push_back({{{"machine", {{"cpu", cpu}}}}});
    snapshot_.versions.push_back({label});
    snapshot_.metrics.push_back(metric);
  }
  Maker& add(const std::string& id, Dims dims, std::vector<double> values) {
    Record record{.case_index = snapshot_.cases.size()};
    for (std::size_t i = 0; i < values.size(); ++i) record.samples.push_back({.value = values[i], .block = static_cast<std::int64_t>(i)});
    snapshot_.cases.push_back({.id = id, .dims = std::move(dims)});
    snapshot_.records.push_back(std::move(record));
    return *this;
  }
  Maker& fail(const std::string& id, Status status, const std::string& reason) {
    add(id, {}, {});
    snapshot_.records.back().outcome = {status, reason, Json::object()};
    return *this;
  }
  Snapshot snapshot() const { return snapshot_; }
  Snapshot& edit() { return snapshot_; }

 private:
  Snapshot snapshot_;
};

}  // namespace benchkit::compare
