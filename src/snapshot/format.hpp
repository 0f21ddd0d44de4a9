// The names that stand in a file of format 1. docs/snapshot-format.md is the same for people.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/snapshot.hpp"

namespace benchkit::snapshot {

inline constexpr int kFormatVersion = 1;

/// One column of a series: its name in a file, and where it lives in Sample and Samples.
template <class T>
struct ColumnName {
  std::string_view name;
  T Sample::*in_sample;
  Column<T> Samples::*in_samples;
};

/// Calls `visit(ColumnName, fallback)` for every column but `value`. A column that is its fallback throughout is left out of a file.
template <class Visit>
void for_each_column(Visit&& visit) {
  visit(ColumnName<std::uint64_t>{"iterations", &Sample::iterations, &Samples::iterations}, std::uint64_t{1});
  visit(ColumnName<std::int64_t>{"block", &Sample::block, &Samples::block}, std::int64_t{0});
  visit(ColumnName<std::int64_t>{"pair", &Sample::pair, &Samples::pair}, std::int64_t{-1});
  visit(ColumnName<std::int64_t>{"order", &Sample::order, &Samples::order}, std::int64_t{0});
  visit(ColumnName<std::int64_t>{"start", &Sample::start_ns, &Samples::start_ns}, std::int64_t{0});
  visit(ColumnName<double>{"cpu_ns", &Sample::cpu_ns, &Samples::cpu_ns}, 0.0);
  visit(ColumnName<std::int64_t>{"steal", &Sample::steal_ns, &Samples::steal_ns}, std::int64_t{0});
  visit(ColumnName<std::int64_t>{"switches", &Sample::switches, &Samples::switches}, std::int64_t{0});
  visit(ColumnName<std::int64_t>{"faults", &Sample::faults, &Samples::faults}, std::int64_t{0});
  visit(ColumnName<std::int64_t>{"cpu", &Sample::cpu, &Samples::cpu}, std::int64_t{-1});
}

/// The lines of a file as JSON, without their newline.
[[nodiscard]] Json session_line(const Session& session, std::size_t handle);
[[nodiscard]] Json version_line(const Version& version, std::size_t handle);
[[nodiscard]] Json metric_line(const Metric& metric, std::size_t handle);
[[nodiscard]] Json case_line(const CaseInfo& info, std::size_t handle);

/// Where a sample, an outcome, a warning or a series belongs.
struct Place {
  std::size_t session = 0;
  std::size_t version = 0;
  std::size_t case_index = 0;
  std::size_t metric = 0;
};
[[nodiscard]] Json sample_line(const Place& place, const Sample& sample);
[[nodiscard]] Json outcome_line(const Place& place, std::int64_t block, const Outcome& outcome);
[[nodiscard]] Json warning_line(const Place& place, const std::string& text);
[[nodiscard]] Json block_line(const Block& block);
/// `block` as in Attribution.
[[nodiscard]] Json paths_line(const Place& place, std::int64_t block, const CallPaths& paths);
[[nodiscard]] Json end_line(std::size_t session);
/// All samples of a record on one line; `partial` says that they belong to blocks that were cut off.
[[nodiscard]] Json series_line(const Place& place, const Samples& samples, bool partial, const Json& extra);

}  // namespace benchkit::snapshot
