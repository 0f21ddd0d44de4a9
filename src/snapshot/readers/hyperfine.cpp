// hyperfine's JSON (up to 1.20).
//
// Source: its README and man page, and files of its versions. A row of `results` is a command: `times` has the wall time of each run in
// seconds, `user` and `system` are means alone. The id is `command`; results that share it are told apart by `parameters`. A shell's
// start-up is subtracted from the times, which are cut off at 0.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "snapshot/readers/foreign_file.hpp"
#include "snapshot/readers/reader.hpp"
#include "snapshot/readers/timing_stats.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

using Parameters = std::vector<std::pair<std::string, std::string>>;

Parameters parameters_of(const Row& row) {
  Parameters result;
  if (const auto parameters = row.object("parameters")) {
    for (const auto [name, value] : parameters->fields()) {
      if (!name.empty()) result.emplace_back(std::string(name), dim_of(value).text());
    }
  } else if (const auto parameter = row.text("parameter")) {  // before 1.11, without its name
    result.emplace_back("parameter", std::string(*parameter));
  }
  return result;
}

template <class T>
bool parses(const std::string& text, T& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

/// Which type all values of a parameter can have: integer, then real, then text.
enum class Type { integer, real, text };

Type type_of(const std::string& text) {
  std::int64_t integer = 0;
  double real = 0;
  if (parses(text, integer)) return Type::integer;
  return parses(text, real) && std::isfinite(real) ? Type::real : Type::text;
}

DimValue typed(const std::string& text, Type type) {
  std::int64_t integer = 0;
  double real = 0;
  if (type == Type::integer && parses(text, integer)) return integer;
  if (type == Type::real && parses(text, real)) return real;
  return text;
}

/// How the runs ended: the first exit code that is not 0, and how many are not. A run that a signal ended has none.
Outcome outcome_of(const Row& row) {
  const auto codes = row.array("exit_codes");
  if (!codes) return {};
  std::size_t failed = 0;
  std::size_t killed = 0;
  std::int64_t first = 0;
  for (const simdjson::dom::element code : *codes) {
    std::int64_t value = 0;
    if (code.is_null()) ++killed;
    else if (code.get(value) != simdjson::SUCCESS) throw Fault{row.at("exit_codes"), "\"exit_codes\" holds what is no integer"};
    else if (value != 0 && failed++ == 0) first = value;
  }
  const std::size_t runs = codes->size();
  if (killed > 0) return {Status::signal, fmt::format("a signal ended {} of {} runs", killed, runs), Json::object()};
  if (failed > 0) return {Status::exit, fmt::format("exit code {} in {} of {} runs", first, failed, runs), {{"exit_code", first}}};
  return {};
}

/// A row, before the types of its parameters are known, which depend on all rows.
struct Result {
  std::string command;
  Parameters parameters;
  Record time;
  std::optional<double> user, system;
  std::vector<double> memory;
  std::string_view at;
};

Record time_of(ForeignFile& file, const Row& row) {
  Record record;
  std::vector<double> times = row.numbers("times").value_or(std::vector<double>());
  const auto zeros = std::count(times.begin(), times.end(), 0.0);
  if (zeros > 0)
    record.warnings.push_back(
        fmt::format("{} of {} times are 0: the shell's start-up was subtracted, and what was left cut off at 0", zeros, times.size()));
  put(times.empty() ? timing_stats(file, row) : TimingStats{.data = std::move(times)}, record);
  record.outcome = outcome_of(row);
  return record;
}

Result result_of(ForeignFile& file, const Row& row) {
  return {.command = std::string(row.required_text("command")),
          .parameters = parameters_of(row),
          .time = time_of(file, row),
          .user = row.number("user"),
          .system = row.number("system"),
          .memory = row.numbers("memory_usage_byte").value_or(std::vector<double>()),
          .at = row.at()};
}

void add(ForeignFile& file, Result result, const std::map<std::string, Type>& types) {
  CaseInfo info{.id = std::move(result.command)};
  for (const auto& [name, value] : result.parameters) info.dims.set(name, typed(value, types.at(name)));
  const std::size_t position = file.add_case(std::move(info), result.at);
  const auto record_of = [&](const Metric& metric) -> Record& {
    Record& record = file.record(position, metric);
    record.outcome = result.time.outcome;
    return record;
  };
  Record& time = record_of({"time", "ns", Better::less});
  time.samples = std::move(result.time.samples);
  time.summary = result.time.summary;
  time.warnings = std::move(result.time.warnings);
  if (!result.memory.empty()) record_of({"rss", "B", Better::less}).samples = samples_of(std::move(result.memory), 1);
  if (result.user) record_of({"user", "ns", Better::less}).summary.mean = *result.user * kNanosecondsPerSecond;
  if (result.system) record_of({"system", "ns", Better::less}).summary.mean = *result.system * kNanosecondsPerSecond;
}

}  // namespace

bool recognise_hyperfine(const Head& head) {
  return head.has("results") && head.row_has("command") && (head.row_has("mean") || head.row_has("times"));
}

Snapshot read_hyperfine(std::string_view text, const std::string& path) {
  ForeignFile file(text, path, "hyperfine");
  std::vector<Result> results;
  file.for_each_row("results", [&](const Row& row) { results.push_back(result_of(file, row)); });
  std::map<std::string, Type> types;
  for (const Result& result : results) {
    for (const auto& [name, value] : result.parameters) {
      Type& type = types.try_emplace(name, Type::integer).first->second;
      type = std::max(type, type_of(value));
    }
  }
  for (Result& result : results) add(file, std::move(result), types);
  return file.finish();
}

}  // namespace benchkit::snapshot
