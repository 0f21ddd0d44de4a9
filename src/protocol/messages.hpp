// The messages between the runner and a worker: values only. docs/worker-protocol.md is the same for people.
//
// One message is one JSON object on one line. The runner asks, the worker answers; only `take` is answered by many: a `sampled`
// for each sample, then `done`. A worker that is asked nothing says nothing, except `hello`, its first word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <benchkit/model/call_paths.hpp>
#include <benchkit/model/dims.hpp>
#include <benchkit/model/metric.hpp>

#include "base/json.hpp"
#include "model/snapshot.hpp"
#include "protocol/suite_info.hpp"

namespace benchkit::protocol {

/// The version that this build speaks. A worker that speaks another one is refused by name.
inline constexpr int kVersion = 1;

/// How a worker that is to use a meter must be started; empty for most meters.
struct LaunchRecipe {
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> preload;  ///< libraries for LD_PRELOAD
  std::vector<std::string> prefix;   ///< words before the worker's own argv, e.g. a valgrind command
  [[nodiscard]] bool empty() const noexcept { return environment.empty() && preload.empty() && prefix.empty(); }
  friend bool operator==(const LaunchRecipe&, const LaunchRecipe&) = default;
};

/// Another way for a meter to count, on request.
struct MeterMode {
  std::string name;     ///< "python-allocator"
  std::string note;     ///< what stands under every table of its numbers
  LaunchRecipe launch;  ///< on top of the meter's own
  friend bool operator==(const MeterMode&, const MeterMode&) = default;
};

/// What a meter gives: its metrics, how to launch a worker for it, and why it cannot work here, if so.
struct MeterInfo {
  std::string name;
  std::string help;
  std::vector<Metric> metrics;  ///< the first one is the meter's headline
  /// Names for the same numbers of the first call in a worker's life, for a meter that keeps the cold call apart; else empty.
  std::vector<Metric> cold_metrics{};
  bool batches = true;      ///< false: a sample is a single call
  bool attributes = false;  ///< can say which call paths held its first metric: Take::attribute
  bool exclusive = true;    ///< false: what it counts is the same whatever else the machine does, so other workers may live beside it
  LaunchRecipe launch;
  std::string unavailable;  ///< a reason; empty if it works here
  std::vector<MeterMode> modes{};
  friend bool operator==(const MeterInfo&, const MeterInfo&) = default;
};

/// The clock that a worker measures with.
struct ClockInfo {
  std::string name;          ///< "CLOCK_MONOTONIC"
  double resolution_ns = 0;  ///< least difference that two readings can have, as seen
  double cost_ns = 0;        ///< one reading
  friend bool operator==(const ClockInfo&, const ClockInfo&) = default;
};

// ---- worker -> runner ----

/// The worker's first word.
struct Hello {
  int protocol = kVersion;
  std::string program;  ///< the suite's name
  std::int64_t pid = 0;
  std::string language;  ///< "c++", "python", ...
  ClockInfo clock;
  std::vector<MeterInfo> meters;
  Json toolchain = Json::object();   ///< compiler or interpreter, flags, packages
  Json conditions = Json::object();  ///< what the worker controls while it measures, e.g. {"gc": "off"}
  std::vector<OptionInfo> options;   ///< that the suite declares
  bool prepares = false;             ///< there is something to be done before the first case: it answers `prepare`
  friend bool operator==(const Hello&, const Hello&) = default;
};

/// A case as the worker describes it.
struct CaseDescription {
  CaseInfo info;
  double timeout_s = 0;  ///< 0: the run's
  int threads = 1;
  bool reuse = true;
  std::vector<std::string> limits;
  std::string unselected;  ///< why the suite's options leave it out, or empty
  std::string absent;      ///< why this version has no such case, as far as it was resolved; or empty
  std::string skip;        ///< a reason, or empty
  std::string broken;      ///< why the case cannot run at all (say, an id that is no text), or empty
};

struct Cases {
  std::vector<CaseDescription> cases;
  Json packages = Json::object();  ///< name -> version of what the worker could import, where that can be told
  SuiteInfo suite;                 ///< empty where there are cases alone
};

/// The setup of a case is done; it is the worker's one live setup now.
struct Opened {
  std::int64_t setup_ns = 0;
};

/// A number that the action reported itself by its Probe.
struct Report {
  Metric metric;
  double value = 0;
  friend bool operator==(const Report&, const Report&) = default;
};

/// One sample of the meter's pass: `values` in the order of the meter's metrics; `circumstances.value` is unused.
struct Sampled {
  std::vector<double> values;
  Sample circumstances;
  std::vector<Report> reports;
  std::vector<std::string> warnings;
};

/// The batch that calibration found.
struct Calibrated {
  std::uint64_t iterations = 1;
  double ns_per_iteration = 0;  ///< of the last batch tried
  double cold_ns = 0;           ///< the very first call, warm-up included
  double cpu_ratio = 0;         ///< process CPU time / wall time over the last batch
  std::optional<Sampled> cold;  ///< the first call as a sample: where one call takes the whole budget, or the meter does not batch
  std::vector<std::string> warnings;
};

/// Who holds the bytes of the attributed call so far: now and then while it runs, so that something is known should it not return.
struct Checkpoint {
  CallPaths call_paths;
};

/// The request was carried out; for `take`, no more samples come.
struct Done {
  std::optional<CallPaths> call_paths;  ///< for `take` with `attribute`
};

/// The case failed, the worker lives on; its live setup is gone.
struct Failed {
  Outcome outcome;
};

/// The worker cannot serve at all (its cases cannot be listed, two ids are equal, ...): bad input, exit code 2.
struct Refused {
  std::string what, where, hint;
};

// ---- runner -> worker ----

/// List the cases under the suite's own options (handed back verbatim).
struct Describe {
  std::vector<std::string> options;
  bool resolve = true;  ///< find out which of them this version has, whatever must be imported for it
};
/// Do what any case would find done already: imports, above all. It counts as a part of the worker's start.
struct Prepare {};
/// Set up a case for a pass with a meter; a live setup of another case is torn down first.
struct Open {
  std::string case_id;
  std::string meter;
};
/// Find the batch for the live setup.
struct Calibrate {
  std::int64_t target_ns = 0;  ///< wanted length of a sample, fresh setups included; the clock's own minimum holds as well
  std::int64_t budget_ns = 0;  ///< what may be spent on the case: a call that takes as long is not repeated; 0: no limit
};
/// Take samples of the live setup until `count` are taken or another one would overdraw `budget_ns`, warm-up included (at least one).
struct Take {
  std::uint64_t iterations = 1;
  std::uint64_t count = 1;
  std::int64_t budget_ns = 0;  ///< 0: no limit
  std::uint64_t warmup = 0;    ///< batches before the first sample, not reported
  double planted = 0;          ///< a slowdown to plant in every sample, as a share of its time: how a comparison is tested
  /// One more call after the last sample, which is no sample: its call paths come with `done`. Only where the meter `attributes`.
  bool attribute = false;
};
/// Call the live setup's action once, untimed.
struct Once {};
/// Tear the live setup down.
struct Close {};
struct Quit {};

using Message = std::variant<Hello, Cases, Opened, Calibrated, Sampled, Checkpoint, Done, Failed, Refused, Describe, Prepare, Open,
                             Calibrate, Take, Once, Close, Quit>;

/// A case as it stands in `cases`.
[[nodiscard]] Json to_json(const CaseDescription& description);
/// The message as one JSON object: {"type": "hello", ...}.
[[nodiscard]] Json to_json(const Message& message);
/// Throws benchkit::Error naming `place` and the field that is missing or wrong. Unknown fields are ignored.
[[nodiscard]] Message from_json(const Json& document, std::string_view place);

[[nodiscard]] std::string to_line(const Message& message);  ///< with the newline
[[nodiscard]] Message from_line(std::string_view line, std::string_view place);

}  // namespace benchkit::protocol
