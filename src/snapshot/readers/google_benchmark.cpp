// Google Benchmark's JSON (1.1 to 1.9).
//
// Source: docs/user_guide.md of google/benchmark and the reporters of its versions. A row of `benchmarks` is one repetition of a case or an
// aggregate over them. `real_time` and `cpu_time` are per iteration, in the row's own `time_unit`. So the samples of a case are its
// repetitions, and aggregates count only where the repetitions are missing (--benchmark_report_aggregates_only). What a row has beside the
// fields that the format defines are counters. The name is the id and is not taken apart: nothing but `threads` is a field of its own.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "snapshot/readers/foreign_file.hpp"
#include "snapshot/readers/reader.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {
namespace {

const Metric time_metric{"time", "ns", Better::less};
const Metric cpu_time_metric{"cpu_time", "ns", Better::less};

/// The fields that the format itself defines; every other number of a row is a counter.
constexpr auto kDefined = std::to_array<std::string_view>({"name",
                                                           "family_index",
                                                           "per_family_instance_index",
                                                           "run_name",
                                                           "run_type",
                                                           "repetitions",
                                                           "repetition_index",
                                                           "threads",
                                                           "iterations",
                                                           "real_time",
                                                           "cpu_time",
                                                           "time_unit",
                                                           "aggregate_name",
                                                           "aggregate_unit",
                                                           "label",
                                                           "error_occurred",
                                                           "error_message",
                                                           "skipped",
                                                           "skip_message",
                                                           "big_o",
                                                           "rms",
                                                           "cpu_coefficient",
                                                           "real_coefficient"});

/// What a counter means where the library itself defines it. Those of the memory pass come from one run and stand in every repetition.
struct KnownCounter {
  std::string_view name;
  Metric metric;
  bool of_memory_pass;
};
const std::array<KnownCounter, 6> known_counters{{
    {"bytes_per_second", {"bytes_per_second", "B/s", Better::more}, false},
    {"items_per_second", {"items_per_second", "1/s", Better::more}, false},
    {"allocs_per_iter", {"allocations", "", Better::less}, true},
    {"max_bytes_used", {"peak", "B", Better::less}, true},
    {"total_allocated_bytes", {"allocated", "B", Better::less}, true},
    {"net_heap_growth", {"net_heap_growth", "B", Better::less}, true},
}};

/// A counter of any other name, kept apart from the metrics that the format has of its own.
KnownCounter counter_of(std::string_view name) {
  for (const KnownCounter& known : known_counters) {
    if (known.name == name) return known;
  }
  const bool taken = name == "time" || name == "cpu_time" || name == "peak" || name == "allocations" || name == "allocated";
  return {name, {fmt::format("{}{}", name, taken ? " (counter)" : ""), "", Better::unknown}, false};
}

double nanoseconds_per(const Row& row) {
  const std::string_view unit = row.text("time_unit").value_or("ns");
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  throw Fault{row.at("time_unit"), fmt::format("unknown time_unit \"{}\"", unit)};
}

/// The case and the aggregate that a row's name is made of.
struct RowName {
  std::string run;
  std::string aggregate;  ///< empty: a repetition
};

/// Before 1.5 a row does not say that it is an aggregate: its name does, where the rest of it is the name of other rows.
class Names {
 public:
  explicit Names(std::set<std::string, std::less<>> all) : all_(std::move(all)) {}

  [[nodiscard]] RowName of(const Row& row) const {
    const std::string_view name = row.required_text("name");
    if (const auto type = row.text("run_type")) {
      RowName result{std::string(row.text("run_name").value_or(name)), {}};
      if (*type == "aggregate") result.aggregate = row.text("aggregate_name").value_or("unnamed");
      return result;
    }
    for (const std::string_view aggregate : {"BigO", "RMS", "mean", "median", "stddev", "cv"}) {
      if (!name.ends_with(aggregate) || name.size() <= aggregate.size() + 1 || name[name.size() - aggregate.size() - 1] != '_') continue;
      const std::string run(name.substr(0, name.size() - aggregate.size() - 1));
      const bool fits = aggregate == "BigO"  ? row.number("real_coefficient").has_value()
                        : aggregate == "RMS" ? row.number("rms").has_value()
                                             : all_.contains(run) || (all_.contains(run + "_mean") && all_.contains(run + "_stddev"));
      if (fits) return {run, std::string(aggregate)};
    }
    return {std::string(name), {}};
  }

 private:
  std::set<std::string, std::less<>> all_;
};

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : file_(text, path, "google-benchmark") {}

  Snapshot run() {
    read_context(file_.document("context"));
    const Names names(all_names());
    file_.for_each_row("benchmarks", [&](const Row& row) { read_row(row, names.of(row)); });
    for (auto& [position, aggregates] : aggregates_) use_aggregates(position, aggregates);
    return file_.finish();
  }

 private:
  struct Aggregates {
    std::map<std::string, double> time;  ///< ns, by the aggregate's name
    std::map<std::string, double> cpu_time;
    double repetitions = 0;
  };

  /// Of all rows that do not say what they are.
  std::set<std::string, std::less<>> all_names() const {
    std::set<std::string, std::less<>> names;
    Outline rows(file_.member("benchmarks"));
    while (const auto row = rows.next()) {
      if (!member_of(row->value, "run_type").empty()) break;
      const std::string_view name = member_of(row->value, "name");
      if (name.size() >= 2) names.emplace(name.substr(1, name.size() - 2));
    }
    return names;
  }

  void read_context(const Json& context) {
    if (!context.is_object()) return;
    Json& header = file_.session().header;
    Json machine = Json::object();
    const auto take = [&](const char* from, Json& into, const char* name) {
      if (const auto found = context.find(from); found != context.end()) into[name] = *found;
    };
    take("date", header, "started");
    take("host_name", header, "host_name");
    take("executable", header, "host");
    take("load_avg", header, "load");
    take("num_cpus", machine, "cpus");
    take("caches", machine, "caches");
    header["machine"] = std::move(machine);
    if (const auto version = context.find("library_version"); version != context.end() && version->is_string())
      file_.set_tool(version->get<std::string>());
    if (const auto build = context.find("library_build_type"); build != context.end()) {
      file_.version().details["toolchain"] = {{"library_build_type", *build}};
      debug_library_ = *build == "debug";
    }
  }

  /// Rows of one name belong together unless their places among the registered benchmarks say otherwise.
  std::size_t case_of(const Row& row, const RowName& name) {
    const double threads = row.number("threads").value_or(1);
    const double family = row.number("family_index").value_or(-1);
    const double instance = row.number("per_family_instance_index").value_or(-1);
    // A fitted law belongs to all cases of a family, whose name is a case of no other row.
    const auto [found, is_new] = case_of_.try_emplace(fmt::format("{}\n{}\n{}\n{}", family, instance, threads, name.run));
    if (!is_new) return found->second;
    CaseInfo info{.id = name.run};
    if (threads > 1) info.dims.set("threads", static_cast<std::int64_t>(std::min(threads, 1e9)));
    if (const auto label = row.text("label")) info.extra["label"] = std::string(*label);
    return found->second = file_.add_case(std::move(info), row.at());
  }

  void read_row(const Row& row, const RowName& name) {
    if (name.aggregate == "BigO" || name.aggregate == "RMS") return read_law(row, name);
    if (row.flag("error_occurred").value_or(false)) return fail(row, name, Status::error, row.text("error_message"));
    if (is_skipped(row)) return fail(row, name, Status::skipped, row.text("skip_message"));
    const double unit = nanoseconds_per(row);
    const auto real = row.number("real_time");
    const auto cpu = row.number("cpu_time");
    if (!real && !cpu) throw Fault{row.at(), "there is neither \"real_time\" nor \"cpu_time\" in it"};
    const double iterations = row.number("iterations").value_or(1);
    const std::size_t position = case_of(row, name);
    if (!name.aggregate.empty()) {
      // The coefficient of variation is a ratio, whatever time_unit stands beside it.
      const double factor = name.aggregate == "cv" ? 1 : unit;
      Aggregates& aggregates = aggregates_[position];
      if (real) aggregates.time[name.aggregate] = *real * factor;
      if (cpu) aggregates.cpu_time[name.aggregate] = *cpu * factor;
      aggregates.repetitions = iterations;
      return;
    }
    Sample sample;
    if (iterations >= 1 && iterations < 1e18) sample.iterations = static_cast<std::uint64_t>(iterations);
    if (real) add_time(position, time_metric, sample, *real * unit);
    if (cpu) add_time(position, cpu_time_metric, sample, *cpu * unit);
    read_counters(row, position, sample);
  }

  static bool is_skipped(const Row& row) {
    simdjson::dom::element skipped;
    if (row.fields()["skipped"].get(skipped) != simdjson::SUCCESS) return false;
    return !skipped.is_bool() || bool(skipped);
  }

  void fail(const Row& row, const RowName& name, Status status, std::optional<std::string_view> message) {
    if (!name.aggregate.empty()) return;
    Record& record = file_.record(case_of(row, name), time_metric);
    record.outcome = {status, std::string(message.value_or("")), Json::object()};
  }

  void add_time(std::size_t position, const Metric& metric, Sample sample, double value) {
    constexpr double kNothing = 1e-3;
    Record& record = file_.record(position, metric);
    sample.value = value;
    record.samples.push_back(sample);
    if (record.samples.size() > 1) return;
    if (debug_library_) record.warnings.emplace_back("the library was built without optimisation (library_build_type is debug)");
    if (value < kNothing && sample.iterations >= 1'000'000)
      record.warnings.emplace_back("under a picosecond an iteration: the work was optimised away");
  }

  void read_counters(const Row& row, std::size_t position, Sample sample) {
    for (const auto [key, item] : row.fields()) {
      if (std::find(kDefined.begin(), kDefined.end(), std::string_view(key)) != kDefined.end()) continue;
      const auto value = number_of(item);
      if (!value) continue;
      const KnownCounter counter = counter_of(key);
      Record& record = file_.record(position, counter.metric);
      if (counter.of_memory_pass && !record.samples.empty()) continue;
      sample.value = *value;
      record.samples.push_back(sample);
    }
  }

  /// BigO and RMS: a law fitted over a family. Its coefficients are numbers of their own, of no samples.
  void read_law(const Row& row, const RowName& name) {
    const double unit = nanoseconds_per(row);
    const std::size_t position = case_of(row, name);
    if (const auto law = row.text("big_o")) file_.case_at(position).extra["big_o"] = std::string(*law);
    const auto put = [&](const char* key, const Metric& metric, double factor) {
      if (const auto value = row.number(key)) file_.record(position, metric).summary = stated(*value * factor);
    };
    put("real_coefficient", {"real_coefficient", "ns", Better::less}, unit);
    put("cpu_coefficient", {"cpu_coefficient", "ns", Better::less}, unit);
    put("rms", {"rms", "", Better::less}, 1);
  }

  void use_aggregates(std::size_t position, const Aggregates& aggregates) {
    const auto use = [&](const Metric& metric, const std::map<std::string, double>& values) {
      Record& record = file_.record(position, metric);
      Json others = Json::object();
      Summary summary;
      for (const auto& [name, value] : values) {
        if (name == "median") summary.median = value;
        else if (name == "mean") summary.mean = value;
        else if (name == "stddev") summary.stddev = value;
        else if (name == "min") summary.min = value;
        else if (name == "max") summary.max = value;
        else others[name] = base::number_to_json(value);
      }
      if (aggregates.repetitions >= 1 && aggregates.repetitions < 1e15) summary.count = static_cast<std::uint64_t>(aggregates.repetitions);
      if (record.samples.empty()) record.summary = summary;
      if (!others.empty()) record.extra["x-aggregates"] = std::move(others);
    };
    if (!aggregates.time.empty()) use(time_metric, aggregates.time);
    if (!aggregates.cpu_time.empty()) use(cpu_time_metric, aggregates.cpu_time);
  }

  ForeignFile file_;
  bool debug_library_ = false;
  std::unordered_map<std::string, std::size_t> case_of_;
  std::map<std::size_t, Aggregates> aggregates_;
};

}  // namespace

bool recognise_google_benchmark(const Head& head) {
  const bool row = head.row_has("name") && (head.row_has("real_time") || head.row_has("cpu_time") || head.row_has("run_type"));
  return head.has("benchmarks") && (row || (head.row_keys.empty() && head.has("context")));
}

Snapshot read_google_benchmark(std::string_view text, const std::string& path) { return Reader(text, path).run(); }

}  // namespace benchkit::snapshot
