// git-python: a commit of a Python package, installed in an environment of its own; the suite is that of the working tree.
#include <filesystem>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "runner/conversation.hpp"
#include "sweep/git.hpp"
#include "sweep/python_suite.hpp"

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

bool claims(const VersionSpec& spec, const Host& host) {
  if (!host.is_python() || !spec.install.empty()) return false;
  return spec.kind == VersionSpec::Kind::git || (spec.kind == VersionSpec::Kind::word && is_revision(spec.what));
}

Environment provision(const Request& request) {
  if (!request.host.install_spec)
    throw Error("the suite does not say which package a commit is of", request.spec.text, "give benchkit.cli.main an install_spec");
  const Checkout commit = find_commit(request.spec.what, request.tool);
  const fs::path folder = fs::path(request.options.cache) / "git" / commit.tree;
  {
    const base::FileLock held(folder.string() + ".lock", [&] { return request.tool.interrupted(); });
    if (!held.held()) throw runner::Interrupted();
    if (!fs::exists(folder.string() + ".ready")) {
      fs::remove_all(folder);
      check_out(commit, folder.string(), request.tool);
      base::file_system().replace(folder.string() + ".ready", commit.commit);
    }
  }
  VersionSpec spec = request.spec;
  spec.install = install_of_any(request.host);
  spec.install.front() = fmt::format("{} @ file://{}", distribution_with_extras_in(spec.install.front()), folder.string());
  Environment environment = make_venv({spec, request.host, request.options, request.tool}, commit.date);
  environment.details.update(details_of(commit));
  return environment;
}

}  // namespace

Provisioner git_python_provisioner() {
  return {"git-python", "git:REV, v1.2, HEAD~5..HEAD, WORKTREE: a commit of a Python package, installed", &claims, &provision};
}

}  // namespace benchkit::sweep
