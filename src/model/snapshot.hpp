// Snapshot: what a result file holds, in memory. Plain values; `snapshot/` reads and writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <benchkit/model/dims.hpp>
#include <benchkit/model/metric.hpp>

#include <benchkit/model/call_paths.hpp>
#include "base/json.hpp"
#include "base/rare.hpp"
#include "model/status.hpp"

namespace benchkit {

/// One column of a series: a value for every sample. A column whose values are all equal is stored once, in memory
/// and in a sealed file, so that the many columns of a sample cost nothing where they say nothing.
template <class T>
class Column {
 public:
  Column() = default;
  explicit Column(std::vector<T> values) : values_(std::move(values)), size_(values_.size()) {}
  Column(T constant, std::size_t size) : constant_(constant), size_(size) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T operator[](std::size_t index) const { return values_.empty() ? constant_ : values_[index]; }
  [[nodiscard]] bool is_constant() const noexcept { return values_.empty(); }
  /// The stored values; empty if the column is constant.
  [[nodiscard]] const std::vector<T>& values() const noexcept { return values_; }

  void push_back(T value) {
    if (size_ == 0) {
      constant_ = value;
    } else if (values_.empty() && value != constant_) {
      values_.assign(size_, constant_);
      values_.push_back(value);
    } else if (!values_.empty()) {
      values_.push_back(value);
    }
    ++size_;
  }

  friend bool operator==(const Column& left, const Column& right) {
    if (left.size_ != right.size_) return false;
    for (std::size_t i = 0; i < left.size_; ++i) {
      if (!(left[i] == right[i])) return false;
    }
    return true;
  }

 private:
  T constant_{};
  std::vector<T> values_;
  std::size_t size_ = 0;
};

/// What was measured at one go: `iterations` calls of the action, and the circumstances.
struct Sample {
  double value = 0;              ///< per iteration, in the metric's unit
  std::uint64_t iterations = 1;  ///< calls of the action that this sample is the average of
  std::int64_t block = 0;        ///< which life of a worker
  std::int64_t pair = -1;        ///< which pair within the block; -1 where the design is not paired
  std::int64_t order = 0;        ///< running number in the session, as the samples were taken
  std::int64_t start_ns = 0;     ///< since the session's origin, on its clock
  double cpu_ns = 0;             ///< CPU time of the measuring thread over the whole sample
  std::int64_t steal_ns = 0;     ///< time the hypervisor took from this machine's CPUs during the sample
  std::int64_t switches = 0;     ///< involuntary context switches of the measuring thread
  std::int64_t faults = 0;       ///< minor page faults of the measuring thread
  std::int64_t cpu = -1;         ///< the CPU on which the sample ended; -1 unknown
};

/// All samples of one case × metric × version × session, as columns of equal length.
struct Samples {
  Column<double> value;
  Column<std::uint64_t> iterations;
  Column<std::int64_t> block;
  Column<std::int64_t> pair;
  Column<std::int64_t> order;
  Column<std::int64_t> start_ns;
  Column<double> cpu_ns;
  Column<std::int64_t> steal_ns;
  Column<std::int64_t> switches;
  Column<std::int64_t> faults;
  Column<std::int64_t> cpu;

  [[nodiscard]] std::size_t size() const noexcept { return value.size(); }
  [[nodiscard]] bool empty() const noexcept { return value.empty(); }
  void push_back(const Sample& sample);
  [[nodiscard]] Sample at(std::size_t index) const;
  friend bool operator==(const Samples&, const Samples&) = default;
};

/// How measuring a case ended, if not with samples alone. `details` holds the facts of the status: `reason` always,
/// and `signal`, `exit_code`, `limit_ns`, `peak_bytes`, `stdout`, `stderr` (tails) where they apply.
struct Outcome {
  Status status = Status::ok;
  std::string reason;
  Json details = Json::object();
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Facts only a foreign file can have: statistics without the samples behind them.
struct Summary {
  std::optional<double> median, mean, min, max, stddev;
  std::optional<std::uint64_t> count;
  friend bool operator==(const Summary&, const Summary&) = default;
};

/// What is known of one case × metric × version in one session. Indices point into the Snapshot that holds it.
struct Record {
  std::size_t session = 0;
  std::size_t version = 0;
  std::size_t case_index = 0;
  std::size_t metric = 0;
  Outcome outcome;                    ///< status ok: no complaint
  Samples samples;                    ///< those of finished blocks
  base::Rare<Samples> partial;        ///< those of blocks that were cut off: kept, left out of every analysis
  Summary summary;                    ///< used only where `samples` is empty
  std::vector<std::string> warnings;  ///< doubts that travel with the number into every table
  Json extra = Json::object();        ///< unknown `x-` fields, passed through
};

/// One stay at a machine: what the header of a run says. `header` is the `session` line's content as JSON
/// (`seed`, `options`, `clock`, `machine`, `started`, `design`, `command`, ..., and unknown `x-` fields).
struct Session {
  Json header = Json::object();
};
/// When it began, ISO 8601; empty where the file does not say.
[[nodiscard]] std::string started_of(const Session& session);

/// What was measured: a label and what identifies it (`commit`, `dirty`, `packages`, `toolchain`, ...).
struct Version {
  std::string label;
  Json details = Json::object();
};
/// Whether it was measured: a sweep names those too that could not be (`not_measured`, with the reason).
[[nodiscard]] bool was_measured(const Version& version);

/// What a case says of itself, without the way to run it.
struct CaseInfo {
  std::string id;  ///< opaque; nobody parses it
  Dims dims;
  std::vector<std::pair<std::string, double>> labels;  ///< numbers that describe the case
  std::vector<std::pair<std::string, double>> work;    ///< "items", "bytes": what one call does
  std::string group;                                   ///< a heading in tables, nothing else
  std::string body_hash;
  bool shares_name = false;     ///< another case of a foreign file has this name and these dims, but for the dim `occurrence`
  Json extra = Json::object();  ///< `x-` fields and settings that only describe
};

/// One life of a worker in the journal.
struct Block {
  std::size_t session = 0;
  std::int64_t block = 0;
  bool complete = false;
  Json details = Json::object();  ///< `meter`; `spent` per case handle; `cut_off`: handles of cases that did not get through
};

/// Who held the bytes at the peak of a call that was made for nothing else, after the samples of a block. Indices as in Record; `metric` is the
/// one that the peak is of.
struct Attribution {
  std::size_t session = 0;
  std::size_t version = 0;
  std::size_t case_index = 0;
  std::size_t metric = 0;
  std::int64_t block = -1;  ///< in which it was made; -1: not known
  CallPaths paths;
};

/// A complaint about a place in a file; reading went on behind it.
struct Diagnostic {
  std::string where;  ///< file:line:column
  std::string message;
  std::string hint;
};

/// A whole result file. Records stand in the order in which their first line stood.
struct Snapshot {
  std::string path;    ///< where it was read from; may be empty
  std::string format;  ///< "benchkit 1", or the foreign format's name
  bool sealed = false;
  bool ended = false;     ///< the run came to its end: sealed, or left as a journal on purpose
  std::size_t bytes = 0;  ///< of the file, as it was read; 0: not read from one
  std::vector<Session> sessions;
  std::vector<Version> versions;
  std::vector<Metric> metrics;
  std::vector<CaseInfo> cases;
  std::vector<Block> blocks;
  std::vector<Record> records;
  std::vector<Attribution> call_paths;  ///< at most one for each session × version × case × metric
  std::vector<Diagnostic> diagnostics;
};

}  // namespace benchkit
