// Revisions: which commit a text names, and its files in a folder of their own.
#pragma once

#include <string>
#include <vector>

#include "sweep/provisioner.hpp"

namespace benchkit::sweep {

/// True where `text` names a commit of the repository that the working directory is in.
[[nodiscard]] bool is_revision(const std::string& text);

/// True where a text that may be a release's number, too, is a commit: a tag v1.2, a commit that is abbreviated to digits.
[[nodiscard]] bool names_commit(const std::string& text);

/// The commits of `A..B`, A itself first, along first parents. Throws benchkit::Error where there is no such range (a shallow clone
/// has no past), or A is no ancestor of B.
[[nodiscard]] std::vector<std::string> commits_in(const std::string& range);

struct Checkout {
  std::string top;      ///< of the repository
  std::string commit;   ///< of the working tree: one that holds what is not committed
  std::string tree;     ///< what its files are, whatever commit they are in
  std::string date;     ///< when it was committed, ISO 8601
  std::string subject;  ///< the first line of its message
  bool dirty = false;   ///< holds what is not committed
};
/// Throws benchkit::Error for a text that names no commit. `WORKTREE`: the tracked files as they are now.
[[nodiscard]] Checkout find_commit(const std::string& text, Tool& tool);

/// Puts the commit's files, submodules included, into `folder`, which must not be there.
void check_out(const Checkout& what, const std::string& folder, Tool& tool);

/// commit, tree, dirty, subject: for the version's line in the file.
[[nodiscard]] Json details_of(const Checkout& what);

}  // namespace benchkit::sweep
