#include "sweep/git.hpp"

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/process.hpp"

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string git(Tool& tool, const std::vector<std::string>& words, const std::string& folder = {}) {
  ToolCall call{.argv = {"git"}, .working_directory = folder};
  call.argv.insert(call.argv.end(), words.begin(), words.end());
  return trimmed(tool.run(call));
}

/// A commit of the repository cannot hold what was changed inside of its submodules, and would be measured as HEAD.
void check_submodules(Tool& tool) {
  std::istringstream lines(git(tool, {"diff", "--raw", "--ignore-submodules=untracked", "HEAD"}));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(":160000 160000")) continue;
    throw Error(fmt::format("the submodule {} is not as HEAD has it", line.substr(line.find('\t') + 1)), "WORKTREE",
                "commit it, there and here; or build the tree yourself, and name the program");
  }
}

}  // namespace

bool is_revision(const std::string& text) {
  return text == "WORKTREE" || base::Helper({"git", "rev-parse", "--verify", "--quiet", text + "^{commit}"}).output().has_value();
}

bool names_commit(const std::string& text) {
  constexpr std::size_t kShortest = 7;  // of a commit, as git abbreviates it
  const bool like_a_commit = text.starts_with('v') || (text.size() >= kShortest && text.find('.') == std::string::npos);
  return like_a_commit && is_revision(text);
}

std::vector<std::string> commits_in(const std::string& range) {
  const std::size_t dots = range.find("..");
  const std::string first = range.substr(0, dots);
  const auto of_first = base::Helper({"git", "rev-parse", "--verify", "--quiet", first + "^{commit}"}).output();
  const auto rest = base::Helper({"git", "rev-list", "--reverse", "--first-parent", "--ancestry-path", range}).output();
  if (!of_first || !rest)
    throw Error(fmt::format("there are no commits {}", range), range, "in a shallow clone the past is missing: git fetch --unshallow");
  std::vector<std::string> commits{trimmed(*of_first)};
  std::istringstream lines(*rest);
  for (std::string line; std::getline(lines, line);) commits.push_back(line);
  const std::string last = dots == std::string::npos ? first : range.substr(dots + 2);
  const auto of_last = base::Helper({"git", "rev-parse", "--verify", "--quiet", (last.empty() ? "HEAD" : last) + "^{commit}"}).output();
  if (of_last && trimmed(*of_last) != commits.back())
    throw Error(fmt::format("{} does not come before {}: it is no ancestor of it", first, last), range,
                "name the older one first; of branches that have parted: git merge-base");
  return commits;
}

Checkout find_commit(const std::string& text, Tool& tool) {
  Checkout found{.top = git(tool, {"rev-parse", "--show-toplevel"})};
  if (text == "WORKTREE") {
    check_submodules(tool);
    found.commit = git(tool, {"stash", "create"});  // empty where nothing was changed
    found.dirty = !found.commit.empty();
  } else if (!is_revision(text)) {
    throw Error(fmt::format("there is no commit \"{}\"", text), text, "in a shallow clone the past is missing: git fetch --unshallow");
  }
  if (found.commit.empty()) found.commit = git(tool, {"rev-parse", (text == "WORKTREE" ? "HEAD" : text) + "^{commit}"});
  found.tree = git(tool, {"rev-parse", found.commit + "^{tree}"});
  found.date = git(tool, {"log", "-1", "--format=%cI", found.commit});
  found.subject = found.dirty ? "working tree" : git(tool, {"log", "-1", "--format=%s", found.commit});
  return found;
}

void check_out(const Checkout& what, const std::string& folder, Tool& tool) {
  fs::create_directories(fs::path(folder).parent_path());
  // A worktree shares the objects; one that was thrown away must be forgotten first.
  const base::FileLock lock(git(tool, {"rev-parse", "--path-format=absolute", "--git-common-dir"}, what.top) + "/benchkit-sweep.lock",
                            [&] { return tool.interrupted(); });
  git(tool, {"worktree", "prune"}, what.top);
  git(tool, {"worktree", "add", "--detach", "--force", folder, what.commit}, what.top);
  if (fs::exists(fs::path(folder) / ".gitmodules")) git(tool, {"submodule", "update", "--init", "--recursive"}, folder);
}

Json details_of(const Checkout& what) {
  return {{"commit", what.commit}, {"tree", what.tree}, {"dirty", what.dirty}, {"subject", what.subject}};
}

}  // namespace benchkit::sweep
