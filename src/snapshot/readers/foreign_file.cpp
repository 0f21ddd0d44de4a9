#include "snapshot/readers/foreign_file.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/json.hpp"
#include "snapshot/read.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// Within so many bytes a file shows what it begins with.
constexpr std::size_t kLook = 4096;

constexpr const char* kLeftOut = "the row was left out";

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.'; }

/// Words that JSON has not, and tools write: numbers that are not finite, and integers beyond 64 bits.
bool needs_quotes(std::string_view word) { return not_finite(word).has_value() || is_long_integer(word); }

/// The text with quotes around such words; `quoted` are their places in the result.
std::string quote_bare_words(std::string_view text, std::vector<std::size_t>& quoted) {
  std::string result;
  result.reserve(text.size() + 64);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    bool quote = false;
    if (text[at] == '"') {
      end = at + first_value(text.substr(at)).value.size();
    } else if (in_word(text[at])) {
      while (end < text.size() && in_word(text[end])) ++end;
      quote = needs_quotes(text.substr(at, end - at));
    }
    if (quote) {
      quoted.push_back(result.size());
      result += '"';
    }
    result += text.substr(at, end - at);
    if (quote) result += '"';
    at = end;
  }
  return result;
}

/// Where a row begins in a file that gives each row a line of its own: behind a newline and these blanks. Empty: it does not.
std::string row_beginning(std::string_view file, const char* row) {
  const auto offset = static_cast<std::size_t>(row - file.data());
  const std::size_t newline = file.substr(0, offset).rfind('\n');
  if (newline == std::string_view::npos) return {};
  const std::string_view blanks = file.substr(newline, offset - newline);
  if (blanks.find_first_not_of("\r\n\t ") != std::string_view::npos) return {};
  return std::string(blanks) + "{";
}

}  // namespace

ForeignFile::ForeignFile(std::string_view text, const std::string& path, std::string_view tool) : text_(text) {
  snapshot_.path = path;
  snapshot_.format = tool;
  snapshot_.bytes = text.size();
  snapshot_.sealed = snapshot_.ended = true;
  snapshot_.sessions.push_back({{{"tool", tool}, {"design", "unknown"}, {"processes", "unknown"}}});
  snapshot_.versions.emplace_back();
  if (!first_value(text.substr(0, kLook)).value.starts_with('{')) return;
  Outline outline(text);
  while (const auto piece = outline.next()) members_.push_back(*piece);
}

Piece ForeignFile::piece_of(std::string_view key) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const Piece& piece) { return piece.key == key; });
  return found == members_.end() ? Piece{} : *found;
}

Json ForeignFile::document(std::string_view key) {
  const Piece piece = piece_of(key);
  if (piece.value.empty()) return nullptr;
  const auto value = piece.whole ? parse(piece.value) : std::nullopt;
  if (!value) {
    complain(piece.value, fmt::format("\"{}\" cannot be read", key), "the results were read without it");
    return nullptr;
  }
  return to_json(*value);
}

std::optional<element> ForeignFile::parse(std::string_view text) {
  element document;
  const char* const end = text_.data() + text_.size();
  const bool of_file = text.data() >= text_.data() && text.data() < end;
  const bool padded = of_file && text.data() + text.size() + simdjson::SIMDJSON_PADDING <= end;
  if (parser_.parse(text.data(), text.size(), !padded).get(document) == simdjson::SUCCESS) return document;
  std::vector<std::size_t> quoted;
  tolerated_ = quote_bare_words(text, quoted);
  if (quoted.empty() || parser_.parse(tolerated_).get(document) != simdjson::SUCCESS) return std::nullopt;
  return document;
}

bool ForeignFile::read_row(std::string_view text, const std::function<void(const Row&)>& read) {
  const auto value = parse(text);
  if (!value) {
    std::vector<std::size_t> quoted;
    const auto fault = base::json_fault(quote_bare_words(text, quoted));
    if (!fault) {
      complain(text, "not valid JSON", kLeftOut);
      return false;
    }
    std::size_t offset = fault->offset;
    for (const std::size_t place : quoted) offset -= place < fault->offset ? std::min<std::size_t>(2, offset) : 0;
    complain(text.substr(std::min(offset, text.size() - 1)), fault->message, kLeftOut);
    return false;
  }
  simdjson::dom::object fields;
  if (value->get(fields) != simdjson::SUCCESS) {
    complain(text, "this row is not an object", kLeftOut);
    return true;
  }
  try {
    read(Row(fields, text));
  } catch (const Fault& fault) {
    complain(fault.at, fault.message, kLeftOut);
  }
  return true;
}

void ForeignFile::for_each_row(std::string_view key, const std::function<void(const Row&)>& read) {
  const Piece list = piece_of(key);
  if (!list.value.starts_with('[')) refuse(list.value.empty() ? text_ : list.value, fmt::format("there is no list \"{}\" in it", key));
  // A list that is cut off, or out of step behind an unbalanced quote, may hold whole rows yet.
  const std::string_view rest = text_.substr(static_cast<std::size_t>(list.value.data() - text_.data()));
  Outline rows(list.whole ? list.value : rest);
  while (const auto row = rows.next()) {
    if (row->whole && read_row(row->value, read)) continue;
    const std::string beginning = row_beginning(text_, row->value.data());
    const std::size_t next = beginning.empty() ? std::string_view::npos : row->value.find(beginning, 1);
    const bool last = next == std::string_view::npos;
    if (!row->whole && last) complain(row->value, "the file ends within this row", "the rows before it were read");
    if (!row->whole && !last) complain(row->value, "a quote or a bracket of this row is not closed", kLeftOut);
    if (!last) rows.continue_at(row->value.data() + next);
    else if (!row->whole) return;
  }
  if (!rows.closed()) complain(rows.rest(), fmt::format("the list \"{}\" is not closed", key), "the file was cut off or damaged here");
}

void ForeignFile::for_each_member(std::string_view key, const ReadMember& read) {
  const Piece object = piece_of(key);
  if (!object.value.starts_with('{'))
    refuse(object.value.empty() ? text_ : object.value, fmt::format("there is no object \"{}\" in it", key));
  Outline members(object.value);
  std::string alone;
  while (const auto piece = members.next()) {
    alone = fmt::format("{{\"{}\":{}}}", piece->key, piece->value);
    const auto value = piece->whole ? parse(alone) : std::nullopt;
    simdjson::dom::object one;
    if (!value || value->get(one) != simdjson::SUCCESS || one.begin() == one.end()) {
      complain(piece->value, fmt::format("the value of \"{}\" cannot be read", piece->key.substr(0, 200)), kLeftOut);
      continue;
    }
    try {
      read(std::string((*one.begin()).key), (*one.begin()).value, piece->value);
    } catch (const Fault& fault) {
      complain(fault.at, fault.message, kLeftOut);
    }
  }
  if (!members.closed())
    complain(members.rest(), fmt::format("\"{}\" is not closed", key),
             "the file was cut off or damaged here; what stands before it was read");
}

void ForeignFile::set_tool(std::string_view version) {
  snapshot_.format += fmt::format(" {}", version);
  session().header["tool"] = snapshot_.format;
}

std::size_t ForeignFile::add_case(CaseInfo info, std::string_view at) {
  std::vector<std::size_t>& same_id = cases_of_id_[info.id];
  const auto there = [&](const Dims& dims) {
    return std::any_of(same_id.begin(), same_id.end(), [&](std::size_t one) { return snapshot_.cases[one].dims == dims; });
  };
  if (there(info.dims)) {
    for (const std::size_t one : same_id) snapshot_.cases[one].shares_name = true;
    info.shares_name = true;
    Dims dims = info.dims;
    for (std::int64_t occurrence = 2; there(dims); ++occurrence) dims.set("occurrence", occurrence);
    info.dims = std::move(dims);
    complain(at, fmt::format("the name \"{}\" stands twice", info.id.substr(0, 200)),
             fmt::format("both were read; this one has the dim occurrence={}", info.dims.find("occurrence")->text()));
  }
  same_id.push_back(snapshot_.cases.size());
  snapshot_.cases.push_back(std::move(info));
  record_of_.emplace_back();
  return same_id.back();
}

std::size_t ForeignFile::metric_position(const Metric& metric) {
  auto& metrics = snapshot_.metrics;
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.name == metric.name; });
  if (found != metrics.end()) return static_cast<std::size_t>(found - metrics.begin());
  metrics.push_back(metric);
  return metrics.size() - 1;
}

Record& ForeignFile::record(std::size_t position, const Metric& metric) {
  const std::size_t index = metric_position(metric);
  std::vector<std::size_t>& records = record_of_[position];
  if (records.size() <= index) records.resize(index + 1);
  if (records[index] == 0) {
    // Moving records to larger places costs more than reading them does; a row of any tool is longer than this.
    constexpr std::size_t kShortestRow = 256;
    if (snapshot_.records.empty()) snapshot_.records.reserve(text_.size() / kShortestRow + 1);
    Record& record = snapshot_.records.emplace_back();
    record.case_index = position;
    record.metric = index;
    records[index] = snapshot_.records.size();
  }
  return snapshot_.records[records[index] - 1];
}

std::string ForeignFile::place_of(const char* at) const {
  const std::string_view before = text_.substr(0, static_cast<std::size_t>(at - text_.data()));
  const auto newlines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = newlines == 0 ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}:{}", snapshot_.path, newlines + 1, before.size() - line_start + 1);
}

void ForeignFile::complain(std::string_view at, std::string message, std::string hint) {
  if (snapshot_.diagnostics.size() < kMostDiagnostics)
    snapshot_.diagnostics.push_back({place_of(at.data()), std::move(message), std::move(hint)});
  else ++dropped_;
}

void ForeignFile::refuse(std::string_view at, std::string message) const {
  throw Error(fmt::format("this is no whole result of {}: {}", snapshot_.format, message), place_of(at.data()),
              "was it cut off, or written by another tool? docs/reading-other-tools.md tells what is looked for");
}

Snapshot ForeignFile::finish() {
  if (snapshot_.cases.empty()) complain(text_.substr(0, 0), "there is no benchmark in it");
  if (dropped_ > 0) snapshot_.diagnostics.push_back({snapshot_.path, fmt::format("and {} more complaints like these", dropped_), {}});
  return std::move(snapshot_);
}

Summary stated(double value) { return {.median = value, .mean = value}; }

Samples samples_of(std::vector<double> values, double factor, double iterations) {
  for (double& value : values) value *= factor;
  const std::size_t count = values.size();
  Samples samples;
  constexpr double kMost = 1e18;
  const bool sane = iterations >= 1 && iterations <= kMost;
  samples.iterations = Column<std::uint64_t>(sane ? static_cast<std::uint64_t>(iterations) : 1, count);
  samples.value = Column<double>(std::move(values));
  samples.block = Column<std::int64_t>(0, count);
  samples.pair = Column<std::int64_t>(-1, count);
  samples.order = Column<std::int64_t>(0, count);
  samples.start_ns = Column<std::int64_t>(0, count);
  samples.cpu_ns = Column<double>(0, count);
  samples.steal_ns = Column<std::int64_t>(0, count);
  samples.switches = Column<std::int64_t>(0, count);
  samples.faults = Column<std::int64_t>(0, count);
  samples.cpu = Column<std::int64_t>(-1, count);
  return samples;
}

DimValue dim_of(element value) {
  switch (value.type()) {
    case element_type::STRING: return std::string_view(value);
    case element_type::INT64: return std::int64_t(value);
    case element_type::DOUBLE: return double(value);
    case element_type::BOOL: return bool(value);
    default: return base::dump_line(to_json(value));
  }
}

std::string commit_label(std::string_view commit, bool dirty) {
  constexpr std::size_t kShort = 9;
  constexpr std::size_t kShortest = 7;
  const bool hexadecimal = std::all_of(commit.begin(), commit.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!hexadecimal || commit.size() < kShortest) return {};
  return std::string(commit.substr(0, kShort)) + (dirty ? "-dirty" : "");
}

}  // namespace benchkit::snapshot
