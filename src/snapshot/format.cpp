#include "snapshot/format.hpp"

#include <variant>

#include "model/call_paths_json.hpp"

namespace benchkit::snapshot {
namespace {

Json head(const char* kind) { return {{"kind", kind}}; }

Json placed(const char* kind, const Place& place) {
  return {{"kind", kind}, {"session", place.session}, {"version", place.version}, {"case", place.case_index}, {"metric", place.metric}};
}

Json pairs(const std::vector<std::pair<std::string, double>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = base::number_to_json(value);
  return object;
}

Json dims_json(const Dims& dims) {
  Json object = Json::object();
  for (const auto& [name, value] : dims) {
    std::visit([&, key = name](const auto& plain) { object[key] = plain; }, value.variant());
  }
  return object;
}

Json scalar(double value) { return base::number_to_json(value); }
Json scalar(std::int64_t value) { return value; }
Json scalar(std::uint64_t value) { return value; }

template <class T>
Json column(const Column<T>& column) {
  if (column.is_constant()) return scalar(column[0]);
  Json values = Json::array();
  for (const T value : column.values()) values.push_back(scalar(value));
  return values;
}

}  // namespace

Json session_line(const Session& session, std::size_t handle) {
  Json line = head("session");
  line["format"] = kFormatVersion;
  line["session"] = handle;
  line.update(session.header);
  return line;
}

Json version_line(const Version& version, std::size_t handle) {
  Json line = head("version");
  line["version"] = handle;
  line["label"] = version.label;
  line.update(version.details);
  return line;
}

Json metric_line(const Metric& metric, std::size_t handle) {
  Json line = head("metric");
  line["metric"] = handle;
  line["name"] = metric.name;
  line["unit"] = metric.unit;
  line["better"] = to_string(metric.better);
  return line;
}

Json case_line(const CaseInfo& info, std::size_t handle) {
  Json line = head("case");
  line["case"] = handle;
  line["id"] = info.id;
  if (!info.dims.empty()) line["dims"] = dims_json(info.dims);
  if (!info.labels.empty()) line["labels"] = pairs(info.labels);
  if (!info.work.empty()) line["work"] = pairs(info.work);
  if (!info.group.empty()) line["group"] = info.group;
  if (!info.body_hash.empty()) line["body_hash"] = info.body_hash;
  if (!info.extra.empty()) line.update(info.extra);
  return line;
}

Json sample_line(const Place& place, const Sample& sample) {
  Json line = placed("sample", place);
  line["value"] = base::number_to_json(sample.value);
  for_each_column([&](const auto& column, auto fallback) {
    const auto value = sample.*column.in_sample;
    if (value != fallback) line[std::string(column.name)] = scalar(value);
  });
  return line;
}

Json outcome_line(const Place& place, std::int64_t block, const Outcome& outcome) {
  Json line = placed("outcome", place);
  line["block"] = block;
  line["status"] = to_string(outcome.status);
  line["reason"] = outcome.reason;
  if (!outcome.details.empty()) line["details"] = outcome.details;
  return line;
}

Json warning_line(const Place& place, const std::string& text) {
  Json line = placed("warning", place);
  line["text"] = text;
  return line;
}

Json block_line(const Block& block) {
  Json line = head("block");
  line["session"] = block.session;
  line["block"] = block.block;
  line["status"] = block.complete ? "complete" : "partial";
  line.update(block.details);
  return line;
}

Json paths_line(const Place& place, std::int64_t block, const CallPaths& paths) {
  Json line = placed("paths", place);
  if (block >= 0) line["block"] = block;
  line.update(to_json(paths));
  return line;
}

Json end_line(std::size_t session) {
  Json line = head("end");
  line["session"] = session;
  return line;
}

Json series_line(const Place& place, const Samples& samples, bool partial, const Json& extra) {
  Json line = placed("series", place);
  if (partial) line["partial"] = true;
  line["count"] = samples.size();
  line["value"] = column(samples.value);
  for_each_column([&](const auto& named, auto fallback) {
    const auto& values = samples.*named.in_samples;
    if (!(values.is_constant() && values[0] == fallback)) line[std::string(named.name)] = column(values);
  });
  if (!extra.empty()) line.update(extra);
  return line;
}

}  // namespace benchkit::snapshot
