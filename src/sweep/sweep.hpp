// Sweep: many versions of a suite, made runnable and measured in one plan.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "runner/runner.hpp"
#include "sweep/executor.hpp"
#include "sweep/provision.hpp"

namespace benchkit::sweep {

struct SweepOptions {
  std::vector<std::string> versions;  ///< as they were given, the oldest first
  std::string baseline;               ///< the label of the one that all are compared with; empty: each with the one before
  std::size_t last = 0;               ///< of a range of releases, so many at the end; 0: all
  bool minor_only = false;            ///< of a range of releases, the last one of each minor one
  std::string executor = "local";
  std::string folder;  ///< where the snapshot and the logs are kept
  Json commands;       ///< what is asked of a sweep over commands, beside them; null: nothing
  ProvisionOptions provision;
  runner::RunOptions run;
};

class SweepObserver : public runner::Observer {
 public:
  virtual void provisioning(std::size_t count) = 0;
  virtual void provisioned(const Provisioned& one) = 0;
};

/// The versions that the texts stand for, ranges resolved, each with a label of its own. Throws benchkit::Error.
[[nodiscard]] std::vector<VersionSpec> resolve(const SweepOptions& options, const Host& host);

/// The versions of `GOOD..BAD`, both with them: of those that `options` names by their labels; if it names none, commits or releases of the
/// suite's package. Throws benchkit::Error.
[[nodiscard]] std::vector<VersionSpec> resolve_range(const std::string& text, const SweepOptions& options, const Host& host);

/// By number: which version each is compared with. `baseline`: a label, or empty. Throws benchkit::Error for one that is not there.
[[nodiscard]] std::vector<std::size_t> bases_of(const std::vector<VersionSpec>& specs, const std::string& baseline);

/// Throws benchkit::Error where a label stands for something else than it did in a sweep.
void check_labels(const Snapshot& before, const std::vector<VersionSpec>& specs);

/// Throws benchkit::Error, naming what differs, where a version is no longer what a sweep measured under its label: one file would hold two things.
void check_unchanged(const Snapshot& before, const std::vector<Provisioned>& versions);

/// Whether the suite was edited since a sweep measured with it; false where nobody can tell.
[[nodiscard]] bool has_another_suite(const Snapshot& before, const Host& host, const ProvisionOptions& options);

/// What has become of the versions of a finished sweep.
struct Moved {
  std::vector<std::string> changed;  ///< labels of those that are something else now
  std::vector<std::string> perhaps;  ///< labels of those that nobody can tell of without making them again
};
[[nodiscard]] Moved find_moved(const Snapshot& before, const std::vector<VersionSpec>& specs);

/// The snapshot of a sweep in its folder.
[[nodiscard]] std::string snapshot_in(const std::string& folder);

/// What is asked of a sweep, for the session's header: enough to say later whether another one asks for the same.
[[nodiscard]] Json to_json(const SweepOptions& options);

}  // namespace benchkit::sweep
