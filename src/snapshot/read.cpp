// Reading a file of format 1.
//
// Each line is parsed on its own, so that one damaged line costs one line. simdjson makes the fast path; only where it
// refuses a line is that line parsed again by the slower parser, which knows the column. Handles are looked up, never assumed to be
// positions, so that a lost line cannot move what stands behind it to another case.
#include "snapshot/read.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>
#include <simdjson.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/index_table.hpp"
#include "base/parallel.hpp"
#include "model/call_paths_json.hpp"
#include "snapshot/format.hpp"
#include "snapshot/readers/reader.hpp"
#include "snapshot/recognise.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr std::string_view kOwn = "benchkit";

/// A complaint about the line being read.
struct Complaint {
  std::string message;
};

/// The fields of a line. simdjson walks an object from its beginning for each name that is looked up; a line is walked once here, and names are told
/// apart by their lengths before their letters.
class Line {
 public:
  struct Field {
    std::string_view name;
    element value;
  };

  void assign(object fields) {
    fields_.clear();
    for (const auto [name, value] : fields) fields_.push_back({name, value});
  }
  /// Of several of one name the first.
  [[nodiscard]] simdjson::simdjson_result<element> operator[](std::string_view name) const {
    for (const Field& field : fields_) {
      if (field.name == name) return element(field.value);
    }
    return simdjson::NO_SUCH_FIELD;
  }
  [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
  [[nodiscard]] auto end() const noexcept { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

double number(element value, std::string_view name) {
  if (const auto result = number_of(value)) return *result;
  throw Complaint{fmt::format("\"{}\" is not a number", name)};
}

void take(element value, std::string_view name, double& result) { result = number(value, name); }
void take(element value, std::string_view name, std::int64_t& result) {
  if (value.get(result) != simdjson::SUCCESS) throw Complaint{fmt::format("\"{}\" is not an integer", name)};
}
void take(element value, std::string_view name, std::uint64_t& result) {
  if (value.get(result) != simdjson::SUCCESS) throw Complaint{fmt::format("\"{}\" is not an integer of 0 or more", name)};
}

std::string_view text(const Line& line, std::string_view name) {
  std::string_view result;
  if (line[name].get(result) != simdjson::SUCCESS) throw Complaint{fmt::format("\"{}\" is missing or not a text", name)};
  return result;
}

std::string text_or(const Line& line, std::string_view name, std::string fallback) {
  element value;
  return line[name].get(value) == simdjson::SUCCESS ? std::string(text(line, name)) : std::move(fallback);
}

std::uint64_t handle(const Line& line, std::string_view name) {
  std::uint64_t result = 0;
  if (line[name].get(result) != simdjson::SUCCESS) throw Complaint{fmt::format("\"{}\" is missing or not an integer of 0 or more", name)};
  return result;
}

bool flag(const Line& line, std::string_view name) {
  bool result = false;
  return line[name].get(result) == simdjson::SUCCESS && result;
}

std::vector<std::pair<std::string, double>> number_pairs(const Line& line, std::string_view name) {
  std::vector<std::pair<std::string, double>> result;
  element value;
  if (line[name].get(value) != simdjson::SUCCESS) return result;
  object entries;
  if (value.get(entries) != simdjson::SUCCESS) throw Complaint{fmt::format("\"{}\" is not an object", name)};
  for (const auto [key, item] : entries) result.emplace_back(std::string(key), number(item, key));
  return result;
}

Dims dims_of(const Line& line) {
  Dims dims;
  element value;
  if (line["dims"].get(value) != simdjson::SUCCESS) return dims;
  object entries;
  if (value.get(entries) != simdjson::SUCCESS) throw Complaint{"\"dims\" is not an object"};
  dims.reserve(entries.size());
  for (const auto [key, item] : entries) {
    std::string name(key);
    if (name.empty()) throw Complaint{"a dim has no name"};
    switch (item.type()) {
      case element_type::STRING: dims.set(std::move(name), std::string_view(item)); break;
      case element_type::INT64: dims.set(std::move(name), std::int64_t(item)); break;
      case element_type::DOUBLE: dims.set(std::move(name), double(item)); break;
      case element_type::BOOL: dims.set(std::move(name), bool(item)); break;
      default: throw Complaint{fmt::format("the dim \"{}\" is neither text, integer, real nor boolean", name)};
    }
  }
  return dims;
}

/// Positions in the Snapshot by the handles of the file, which are nearly always 0, 1, 2, ...
class Handles {
 public:
  /// False: the handle is there already.
  bool add(std::uint64_t handle, std::size_t position) {
    if (handle == in_order_.size() && !others_.contains(handle)) {
      in_order_.push_back(position);
      return true;
    }
    return handle >= in_order_.size() && others_.emplace(handle, position).second;
  }
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t handle) const {
    if (handle < in_order_.size()) return in_order_[handle];
    const auto found = others_.find(handle);
    return found == others_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::vector<std::size_t> in_order_;
  std::unordered_map<std::uint64_t, std::size_t> others_;
};

class Reader {
 public:
  Reader(std::string_view content, const std::string& path, Facts facts) : content_(content), facts_(facts) { snapshot_.path = path; }

  Snapshot run() {
    snapshot_.format = fmt::format("benchkit {}", kFormatVersion);
    for (std::size_t at = 0; at < content_.size(); ++line_number_) {
      const std::size_t end = content_.find('\n', at);
      // A last line without its newline is what a kill leaves of a journal: the line that was being written, and nothing else. A sealed
      // file was written at one go: there it is a line like any other, or damage.
      if (end == std::string_view::npos && line_number_ > 1 && !snapshot_.sealed) break;
      const std::size_t stop = std::min(end, content_.size());
      if (stop > at) read_line(content_.substr(at, stop - at));
      at = stop + 1;
    }
    snapshot_.bytes = content_.size();
    if (snapshot_.sessions.empty()) refuse_headless();
    distribute_samples();
    keep_call_paths();
    if (dropped_ > 0) {
      snapshot_.diagnostics.push_back({snapshot_.path, fmt::format("and {} more complaints like these", dropped_), {}});
    }
    return std::move(snapshot_);
  }

 private:
  void read_line(std::string_view line) {
    try {
      element document;
      const bool padded = line.data() + line.size() + simdjson::SIMDJSON_PADDING <= content_.data() + content_.size();
      if (const auto error = parser_.parse(line.data(), line.size(), !padded).get(document); error != simdjson::SUCCESS) {
        return not_json(line, simdjson::error_message(error));
      }
      object fields;
      if (document.get(fields) != simdjson::SUCCESS) throw Complaint{"not an object"};
      line_.assign(fields);
      read_object(line_);
    } catch (const Complaint& complaint) {
      if (line_number_ == 1) refuse_headless();
      complain(1, complaint.message);
    }
  }

  void read_object(const Line& line) {
    const std::string_view kind = text(line, "kind");
    if (snapshot_.sessions.empty() && kind != "session") throw Complaint{"the first line must be a session"};
    if (kind == "sample") return read_sample(line);
    if (kind == "series") return read_series(line);
    if (kind == "case") return read_case(line);
    if (kind == "outcome") return read_outcome(line);
    if (kind == "block") return read_block(line);
    if (kind == "warning") return read_warning(line);
    if (kind == "paths") return read_paths(line);
    if (kind == "metric") return read_metric(line);
    if (kind == "version") return read_version(line);
    if (kind == "session") return read_session(line);
    if (kind == "end") {
      snapshot_.ended = true;
      return;
    }
    throw Complaint{fmt::format("unknown kind of line \"{}\"", kind)};
  }

  void not_json(std::string_view line, const char* message) {
    if (line_number_ == 1) refuse_headless();
    try {
      (void)base::parse_json(line, snapshot_.path, line_number_);
    } catch (const Error& error) {
      return add_diagnostic({error.where(), error.what(), "the line was left out"});
    }
    complain(1, message);
  }

  /// Nothing can be read: say what the file looks like instead.
  [[noreturn]] void refuse_headless() const { throw not_a_snapshot(content_, snapshot_.path); }

  void complain(std::size_t column, std::string message) {
    add_diagnostic({fmt::format("{}:{}:{}", snapshot_.path, line_number_, column), std::move(message), "the line was left out"});
  }
  void add_diagnostic(Diagnostic diagnostic) {
    if (snapshot_.diagnostics.size() < kMostDiagnostics) {
      snapshot_.diagnostics.push_back(std::move(diagnostic));
    } else {
      ++dropped_;
    }
  }

  /// Fields that are facts of their own, without those that the format itself gave a meaning.
  /// Null: there is none.
  static Json other_fields(const Line& line, std::initializer_list<std::string_view> known) {
    Json result;
    for (const auto& [key, value] : line) {
      if (std::find(known.begin(), known.end(), key) == known.end()) result[std::string(key)] = to_json(value);
    }
    return result;
  }

  static Json object_of(Json fields) { return fields.is_null() ? Json::object() : std::move(fields); }

  void name(Handles& handles, std::uint64_t handle, std::size_t position, std::string_view kind) {
    if (!handles.add(handle, position)) throw Complaint{fmt::format("the {} handle {} stands twice", kind, handle)};
  }

  void read_session(const Line& line) {
    std::int64_t version = 0;
    if (line["format"].get(version) != simdjson::SUCCESS) throw Complaint{"\"format\" is missing or not an integer"};
    if (version != kFormatVersion) {
      throw Error(fmt::format("the file has format {}, this benchkit reads format {}", version, kFormatVersion),
                  fmt::format("{}:{}:1", snapshot_.path, line_number_), "read it with a newer benchkit");
    }
    name(sessions_, handle(line, "session"), snapshot_.sessions.size(), "session");
    snapshot_.sealed = snapshot_.ended = flag(line, "sealed");
    snapshot_.sessions.push_back({object_of(other_fields(line, {"kind", "format", "session", "sealed"}))});
  }

  void read_version(const Line& line) {
    Version version{std::string(text(line, "label")), object_of(other_fields(line, {"kind", "version", "label"}))};
    name(versions_, handle(line, "version"), snapshot_.versions.size(), "version");
    snapshot_.versions.push_back(std::move(version));
  }

  void read_metric(const Line& line) {
    Metric metric{std::string(text(line, "name")), text_or(line, "unit", ""), better_from(text_or(line, "better", "unknown"))};
    name(metrics_, handle(line, "metric"), snapshot_.metrics.size(), "metric");
    snapshot_.metrics.push_back(std::move(metric));
  }

  void read_case(const Line& line) {
    CaseInfo info{.id = std::string(text(line, "id")),
                  .dims = dims_of(line),
                  .labels = number_pairs(line, "labels"),
                  .work = number_pairs(line, "work"),
                  .group = text_or(line, "group", ""),
                  .body_hash = text_or(line, "body_hash", ""),
                  .extra = other_fields(line, {"kind", "case", "id", "dims", "labels", "work", "group", "body_hash"})};
    const std::uint64_t own = handle(line, "case");
    if (const auto known = cases_.find(own)) {  // what is known of a case only when it is over
      CaseInfo& before = snapshot_.cases[*known];
      if (before.id != info.id) throw Complaint{fmt::format("the case handle {} stands for two ids", own)};
      before = std::move(info);
      return;
    }
    const auto same = [&](std::size_t at) { return snapshot_.cases[at].id == info.id; };
    if (!ids_.insert(std::hash<std::string>()(info.id), snapshot_.cases.size(), same).second)
      throw Complaint{fmt::format("the id \"{}\" stands twice", info.id.substr(0, 200))};
    cases_.add(own, snapshot_.cases.size());
    snapshot_.cases.push_back(std::move(info));
  }

  static std::size_t position(const Handles& handles, const Line& line, std::string_view kind) {
    const std::uint64_t wanted = handle(line, kind);
    const auto found = handles.find(wanted);
    if (!found) throw Complaint{fmt::format("there is no {} {}", kind, wanted)};
    return *found;
  }

  std::size_t record_of(const Line& line) {
    const struct {
      std::size_t session, version, case_index, metric;
    } key{position(sessions_, line, "session"), position(versions_, line, "version"), position(cases_, line, "case"),
          position(metrics_, line, "metric")};
    std::size_t hash = key.case_index;
    for (const std::size_t part : {key.metric, key.version, key.session}) hash = hash * 0x9e3779b97f4a7c15 + part;
    const auto [found, is_new] = records_.insert(hash, snapshot_.records.size(), [&](std::size_t at) {
      const Record& there = snapshot_.records[at];
      return there.case_index == key.case_index && there.metric == key.metric && there.version == key.version &&
             there.session == key.session;
    });
    if (is_new) {
      if (snapshot_.records.empty()) expect_records();
      Record& record = snapshot_.records.emplace_back();  // in its place: a record is large
      record.session = key.session;
      record.version = key.version;
      record.case_index = key.case_index;
      record.metric = key.metric;
    }
    return found;
  }

  /// Moving hundreds of thousands of records to larger places would cost more than reading them: room for as many as there can be, by the
  /// cases that are known when the first one comes, and by the shortest line that makes one.
  void expect_records() {
    constexpr std::size_t kShortestLine = 64;
    const std::size_t most =
        snapshot_.cases.size() * std::max<std::size_t>(snapshot_.metrics.size(), 1) * std::max<std::size_t>(snapshot_.versions.size(), 1);
    snapshot_.records.reserve(std::min(most, content_.size() / kShortestLine));
  }

  void read_sample(const Line& line) {
    Sample sample;
    element value;
    if (line["value"].get(value) != simdjson::SUCCESS) throw Complaint{"\"value\" is missing"};
    sample.value = number(value, "value");
    for_each_column([&](const auto& column, auto /*fallback*/) {
      element item;
      if (line[column.name].get(item) == simdjson::SUCCESS) take(item, column.name, sample.*column.in_sample);
    });
    if (sample.iterations == 0) throw Complaint{"\"iterations\" must be at least 1"};
    const std::size_t record = record_of(line);
    pending_.push_back({record, sample});
  }

  [[nodiscard]] bool is_kept(std::string_view column) const {
    return facts_ == Facts::all || column == "block" || column == "pair" || column == "iterations";
  }

  /// What is not kept is checked all the same.
  template <class T>
  static Column<T> read_column(element value, std::string_view name, std::size_t count, T otherwise, bool is_kept) {
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) {
      T constant{};
      take(value, name, constant);
      return Column<T>(constant, count);
    }
    std::vector<T> values;
    if (!is_kept) {
      std::size_t there = 0;
      T one{};
      for (const element item : items) {
        take(item, name, one);
        ++there;
      }
      if (there != count) throw Complaint{fmt::format("\"{}\" has {} values, \"count\" says {}", name, there, count)};
      return Column<T>(otherwise, count);
    }
    values.reserve(std::min(count, items.size()));
    for (const element item : items) take(item, name, values.emplace_back());
    if (values.size() != count) throw Complaint{fmt::format("\"{}\" has {} values, \"count\" says {}", name, values.size(), count)};
    return Column<T>(std::move(values));
  }

  /// A count is believed where an array bears it out; a series of nothing but shared values says any number in no space.
  static void check_count(const Line& line, std::uint64_t count) {
    constexpr std::uint64_t kMostShared = 1'000'000;
    if (count <= kMostShared) return;
    bool borne_out = element_is_array(line, "value");
    for_each_column([&](const auto& column, auto /*fallback*/) { borne_out = borne_out || element_is_array(line, column.name); });
    if (!borne_out) throw Complaint{fmt::format("\"count\" is {}, and no column has so many values", count)};
  }
  static bool element_is_array(const Line& line, std::string_view name) {
    element value;
    return line[name].get(value) == simdjson::SUCCESS && value.is_array();
  }

  void read_series(const Line& line) {
    const std::uint64_t count = handle(line, "count");
    check_count(line, count);
    Samples samples;
    element value;
    if (line["value"].get(value) != simdjson::SUCCESS) throw Complaint{"\"value\" is missing"};
    samples.value = read_column<double>(value, "value", count, 0, true);
    for_each_column([&](const auto& column, auto fallback) {
      element item;
      samples.*column.in_samples = line[column.name].get(item) == simdjson::SUCCESS
                                       ? read_column<decltype(fallback)>(item, column.name, count, fallback, is_kept(column.name))
                                       : Column<decltype(fallback)>(fallback, count);
    });
    const auto& iterations = samples.iterations;
    const bool none = iterations.is_constant()
                          ? iterations[0] == 0
                          : std::find(iterations.values().begin(), iterations.values().end(), 0U) != iterations.values().end();
    if (none) throw Complaint{"\"iterations\" must be at least 1"};
    const bool partial = flag(line, "partial");
    Record& record = snapshot_.records[record_of(line)];
    Samples& place = partial ? record.partial.make() : record.samples;
    if (!place.empty()) throw Complaint{"a second series of the same session, version, case and metric"};
    place = std::move(samples);
    for (const auto& [key, item] : line) {
      if (key.starts_with("x-")) record.extra[std::string(key)] = to_json(item);
    }
  }

  void read_outcome(const Line& line) {
    const std::string_view word = text(line, "status");
    const auto status = status_from(word);
    if (!status) throw Complaint{fmt::format("unknown status \"{}\"", word)};
    Outcome outcome{*status, text_or(line, "reason", ""), Json::object()};
    element details;
    if (line["details"].get(details) == simdjson::SUCCESS) outcome.details = to_json(details);
    snapshot_.records[record_of(line)].outcome = std::move(outcome);
  }

  void read_warning(const Line& line) {
    std::string warning(text(line, "text"));
    auto& warnings = snapshot_.records[record_of(line)].warnings;
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(std::move(warning));
  }

  void read_block(const Line& line) {
    Block block;
    block.session = position(sessions_, line, "session");
    block.block = static_cast<std::int64_t>(handle(line, "block"));
    const std::string_view status = text(line, "status");
    if (status != "complete" && status != "partial") throw Complaint{fmt::format("unknown status \"{}\" of a block", status)};
    block.complete = status == "complete";
    block.details = object_of(other_fields(line, {"kind", "session", "block", "status"}));
    if (block.complete) complete_blocks_.emplace(block.session, block.block);
    simdjson::dom::array cut_off;
    if (line["cut_off"].get(cut_off) == simdjson::SUCCESS) {
      for (const element item : cut_off) {
        std::uint64_t wanted = 0;
        const auto found = item.get(wanted) == simdjson::SUCCESS ? cases_.find(wanted) : std::nullopt;
        if (!found) throw Complaint{"\"cut_off\" names a case that is not there"};
        cut_off_.emplace(block.session, block.block, *found);
      }
    }
    snapshot_.blocks.push_back(std::move(block));
  }

  void read_paths(const Line& line) {
    Attribution one{.session = position(sessions_, line, "session"),
                    .version = position(versions_, line, "version"),
                    .case_index = position(cases_, line, "case"),
                    .metric = position(metrics_, line, "metric")};
    element block;
    if (line["block"].get(block) == simdjson::SUCCESS) take(block, "block", one.block);
    try {
      one.paths = call_paths_from_json(object_of(other_fields(line, {"kind"})), {});
    } catch (const Error& error) {
      throw Complaint{error.what()};
    }
    pending_paths_.push_back(std::move(one));
  }

  /// A block that was cut off tells nothing; of several whole ones the last counts.
  void keep_call_paths() {
    std::map<std::array<std::size_t, 4>, std::size_t> kept;
    for (Attribution& one : pending_paths_) {
      const bool whole = one.block < 0 || is_whole(one.session, one.block, one.case_index);
      if (!whole) continue;
      const auto [found, is_new] =
          kept.emplace(std::array{one.session, one.version, one.case_index, one.metric}, snapshot_.call_paths.size());
      if (is_new) snapshot_.call_paths.push_back(std::move(one));
      else snapshot_.call_paths[found->second] = std::move(one);
    }
  }

  /// Whether the block came to its end, and the case got through it.
  [[nodiscard]] bool is_whole(std::size_t session, std::int64_t block, std::size_t case_index) const {
    return complete_blocks_.contains({session, block}) && !cut_off_.contains({session, block, case_index});
  }

  /// Samples of blocks that never came to their end are kept apart, and those of a case that did not get through its block.
  void distribute_samples() {
    for (const auto& [index, sample] : pending_) {
      Record& record = snapshot_.records[index];
      const bool complete = is_whole(record.session, sample.block, record.case_index);
      (complete ? record.samples : record.partial.make()).push_back(sample);
    }
  }

  std::string_view content_;
  Facts facts_;
  std::size_t line_number_ = 1;
  simdjson::dom::parser parser_;
  Line line_;
  Snapshot snapshot_;
  Handles sessions_, versions_, metrics_, cases_;
  base::IndexTable records_;
  base::IndexTable ids_;
  std::set<std::pair<std::size_t, std::int64_t>> complete_blocks_;
  std::set<std::tuple<std::size_t, std::int64_t, std::size_t>> cut_off_;
  struct Pending {
    std::size_t record;
    Sample sample;
  };
  std::vector<Pending> pending_;
  std::vector<Attribution> pending_paths_;
  std::size_t dropped_ = 0;
};

}  // namespace

Snapshot read_text(std::string_view text, const std::string& path, std::string_view from, Facts facts) {
  if (from == kOwn) return Reader(text, path, facts).run();
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const ReaderEntry* reader = from.empty() ? nullptr : &reader_named(from);
  if (reader == nullptr) reader = reader_of(text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text);
  if (reader == nullptr) return Reader(text, path, facts).run();
  return reader->read(text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text, path);
}

Snapshot read(const std::string& path, std::string_view from, Facts facts) {
  if (!base::exists(path)) throw no_such_snapshot(path);
  const base::FileText file(path);
  return read_text(file.text(), path, from, facts);
}

std::vector<Snapshot> read_all(const std::vector<std::string>& paths, std::string_view from, Facts facts) {
  std::vector<Snapshot> snapshots(paths.size());
  base::parallel_for(paths.size(), 1, [&](std::size_t i) { snapshots[i] = read(paths[i], from, facts); });
  return snapshots;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names{std::string(kOwn)};
  for (const ReaderEntry& reader : readers()) names.emplace_back(reader.name);
  return names;
}

}  // namespace benchkit::snapshot
