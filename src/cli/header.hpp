// What the command line knows of a run before it begins: the session's header and the version's identity.
#pragma once

#include <string>

#include "base/machine.hpp"
#include "base/process.hpp"
#include "cli/commands/command.hpp"
#include "cli/options.hpp"
#include "model/snapshot.hpp"

namespace benchkit::cli {

/// The machine as it stands in a session's header.
[[nodiscard]] Json machine_json(const base::Machine& machine);

/// Asks git about the working directory, beside everything else that a start needs.
class GitState {
 public:
  GitState();
  /// {"commit", "branch", "dirty", and where it is: "diff_hash" of what is not committed}, or an empty object outside of a repository.
  /// Waits for git.
  [[nodiscard]] Json details();

 private:
  base::Helper git_;
};

/// When, where, by whom and how a run was started.
[[nodiscard]] Session session_header(const HostSpec& host, const std::vector<std::string>& arguments);

/// What tells one build of what is measured from another: a hash of the program's files (those that a worker's command line names, or the
/// commands of the cases). Empty where none can be read.
[[nodiscard]] std::string program_hash(const HostSpec& host, const CommandCaseOptions& commands);

/// `label` if it is given; else the commit ("1a2b3c4", "1a2b3c4-dirty"), else the suite's name.
[[nodiscard]] Version version_of(std::string label, Json git, const std::string& suite);

/// `.benchkit/<time>-<host>.jsonl`, not taken yet.
[[nodiscard]] std::string default_path(const HostSpec& host);

}  // namespace benchkit::cli
