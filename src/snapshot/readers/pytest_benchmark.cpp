// pytest-benchmark's JSON (2.5 to 5.3), with what pytest-benchmem keeps in extra_info.
//
// Source: pytest-benchmark.readthedocs.io, and files that each version wrote. A benchmark is a row with `fullname` (the id), `params` (the
// dims, typed) and `stats` in seconds per iteration, whose `data` has one number a round; it stands in files of --benchmark-json, and in
// saved ones only with --benchmark-save-data. `options.timer` names the clock. pytest-benchmem's passes are other runs than the rounds.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "snapshot/readers/foreign_file.hpp"
#include "snapshot/readers/reader.hpp"
#include "snapshot/readers/timing_stats.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {
namespace {

constexpr const char* kTool = "pytest-benchmark";
constexpr double kBytesPerMiB = 1024.0 * 1024.0;

/// The clock of a benchmark: its metric, and a doubt where nobody knows what it counts.
struct Clock {
  Metric metric;
  std::string doubt;
};

Clock clock_of(const Row& row) {
  std::string_view timer = "perf_counter";
  if (const auto options = row.object("options")) timer = options->text("timer").value_or(timer);
  const std::string_view name = timer.substr(timer.rfind('.') + 1);
  if (name == "process_time" || name == "thread_time") return {{"cpu_time", "ns", Better::less}, {}};
  Clock clock{{"time", "ns", Better::less}, {}};
  if (name != "perf_counter" && name != "time" && name != "monotonic" && name != "default_timer")
    clock.doubt = fmt::format("measured with the clock \"{}\": it may not be wall time", timer);
  return clock;
}

/// An object without a text of its own has its address in what stands for it, which is another one in every run; a long list is no heading.
bool is_no_dim(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  return text.size() > kLongest || text.find(" at 0x") != std::string_view::npos;
}

void take_params(const Row& row, CaseInfo& info) {
  const auto params = row.object("params");
  if (!params) return;
  for (const auto [key, item] : params->fields()) {
    if (key.empty()) continue;
    DimValue value = dim_of(item);
    if (value.is_text() && is_no_dim(value.text())) info.extra["params"][std::string(key)] = to_json(item);
    else info.dims.set(std::string(key), std::move(value));
  }
}

void take_labels(const Row& extra, CaseInfo& info) {
  for (const auto [key, item] : extra.fields()) {
    if (key == "benchmem" || key == "peak_mib") continue;
    if (const auto number = number_of(item)) info.labels.emplace_back(std::string(key), *number);
    else info.extra["extra_info"][std::string(key)] = to_json(item);
  }
}

/// One metric of pytest-benchmem.
struct Memory {
  Metric metric;
  std::vector<double> passes;
  Summary summary;
};

/// 0.3 and later: a list with a number for each pass. 0.2: one number, which for `peak_bytes` is the least of them.
void take_passes(const Row& benchmem, const char* key, const char* worst, Metric metric, std::vector<Memory>& found) {
  simdjson::dom::element value;
  if (benchmem.fields()[key].get(value) != simdjson::SUCCESS || value.is_null()) return;
  Memory memory{.metric = std::move(metric)};
  if (value.is_array()) {
    memory.passes = *benchmem.numbers(key);
    if (memory.passes.empty()) return;
  } else {
    memory.summary = stated(*benchmem.number(key));
    memory.summary.min = memory.summary.median;
    memory.summary.max = benchmem.number(worst);
  }
  found.push_back(std::move(memory));
}

std::vector<Memory> memory_of(const Row& extra) {
  std::vector<Memory> found;
  if (const auto benchmem = extra.object("benchmem")) {
    take_passes(*benchmem, "peak_bytes", "peak_bytes_max", {"peak", "B", Better::less}, found);
    take_passes(*benchmem, "allocations", "allocations_max", {"allocations", "", Better::less}, found);
    take_passes(*benchmem, "total_bytes", "total_bytes_max", {"allocated", "B", Better::less}, found);
    take_passes(*benchmem, "rss_bytes", "rss_bytes_max", {"rss", "B", Better::less}, found);
  } else if (const auto peak = extra.number("peak_mib")) {  // 0.1
    found.push_back({.metric = {"peak", "B", Better::less}, .summary = stated(*peak * kBytesPerMiB)});
  }
  return found;
}

void read_benchmark(ForeignFile& file, const Row& row) {
  CaseInfo info{.id = std::string(row.required_text("fullname")), .group = std::string(row.text("group").value_or(""))};
  take_params(row, info);
  std::vector<Memory> memory;
  if (const auto extra = row.object("extra_info")) {
    take_labels(*extra, info);
    memory = memory_of(*extra);
  }
  const auto stats = row.object("stats");
  if (!stats && memory.empty()) throw Fault{row.at(), "\"stats\" is missing"};
  const Clock clock = clock_of(row);
  TimingStats timing = stats ? timing_stats(file, *stats) : TimingStats{};

  const std::size_t position = file.add_case(std::move(info), row.at());
  if (stats) {
    Record& record = file.record(position, clock.metric);
    put(std::move(timing), record);
    if (!clock.doubt.empty()) record.warnings.push_back(clock.doubt);
  }
  for (Memory& one : memory) {
    Record& record = file.record(position, one.metric);
    if (one.passes.empty()) record.summary = one.summary;
    else record.samples = samples_of(std::move(one.passes), 1);
  }
}

std::string text_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void set(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

/// The same facts, by the same names, as benchkit writes of a machine and of an interpreter.
void read_machine(const Json& info, Session& session, Version& version) {
  if (!info.is_object()) return;
  set(session.header, "host_name", text_in(info, "node"));
  Json machine = Json::object();
  if (const auto cpu = info.find("cpu"); cpu != info.end() && cpu->is_object()) {
    const std::string brand = text_in(*cpu, "brand_raw");
    set(machine, "cpu", brand.empty() ? text_in(*cpu, "brand") : brand);
    if (const auto count = cpu->find("count"); count != cpu->end() && count->is_number_integer()) machine["cpus"] = *count;
  }
  set(machine, "architecture", text_in(info, "machine"));
  const std::string release = text_in(info, "release");
  if (!release.empty()) machine["kernel"] = text_in(info, "system") + " " + release;
  session.header["machine"] = std::move(machine);

  Json toolchain = Json::object();
  set(toolchain, "python", text_in(info, "python_version"));
  set(toolchain, "implementation", text_in(info, "python_implementation"));
  set(toolchain, "compiler", text_in(info, "python_compiler"));
  version.details["toolchain"] = std::move(toolchain);
}

void read_commit(const Json& info, Version& version) {
  if (!info.is_object()) return;
  const auto dirty = info.find("dirty");
  const bool is_dirty = dirty != info.end() && dirty->is_boolean() && dirty->get<bool>();
  const std::string commit = text_in(info, "id");
  version.label = commit_label(commit, is_dirty);
  if (version.label.empty()) return;
  version.details["commit"] = commit;
  version.details["dirty"] = is_dirty;
  set(version.details, "branch", text_in(info, "branch"));
}

}  // namespace

bool recognise_pytest_benchmark(const Head& head) {
  const bool machine = head.has("machine_info");
  const bool commit = head.has("commit_info");
  if (head.row_keys.empty()) return (machine && commit) || ((machine || commit) && head.has("benchmarks"));
  return head.row_has("fullname") && (machine || commit || head.row_has("name") || head.row_has("options"));
}

Snapshot read_pytest_benchmark(std::string_view text, const std::string& path) {
  ForeignFile file(text, path, kTool);
  if (const Json version = file.document("version"); version.is_string()) file.set_tool(version.get<std::string>());
  if (const Json started = file.document("datetime"); started.is_string()) file.session().header["started"] = started;
  read_machine(file.document("machine_info"), file.session(), file.version());
  read_commit(file.document("commit_info"), file.version());
  file.for_each_row("benchmarks", [&](const Row& row) { read_benchmark(file, row); });
  return file.finish();
}

}  // namespace benchkit::snapshot
