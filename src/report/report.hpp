// Report: snapshots side by side as one page that opens from a disk, without a server and without a network.
//
// The page (web/report) judges nothing and computes no statistic: it shows what compare() found. Its data are a JSON document that the table needs at once,
// and parts and pictures that are unpacked when somebody looks at them; web/report/README.md is their contract.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compare/compare.hpp"
#include "model/snapshot.hpp"

namespace benchkit::report {

struct ReportOptions {
  compare::CompareOptions compare;  ///< those of the comparisons; without a pivot
  std::string title;                ///< empty: made of the versions' names
  std::string made;                 ///< when, ISO 8601
  std::vector<std::string> gate{};  ///< what the gate says, a line each
  bool figures = true;              ///< pictures of all cases, where they can be read
  /// Of a page that `serve` shows: the files of which it is made, by their names there, and their sizes in bytes. It asks that server, and no other one,
  /// whether they have changed, and is loaded anew then. Empty: the page asks nobody.
  std::vector<std::pair<std::string, std::uint64_t>> follow{};
};

/// The page. `comparisons` are what compare() says of the snapshots. Throws benchkit::Error where this build has no page.
[[nodiscard]] std::string page(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons,
                               const ReportOptions& options);

}  // namespace benchkit::report
