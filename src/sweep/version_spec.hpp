// The grammar of versions: what a person writes to name one, for `--against` and for `sweep` alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace benchkit::sweep {

/// `[label=]SPEC`. What a word means (a release, a revision, a program) depends on the suite; whoever provisions it decides.
struct VersionSpec {
  enum class Kind {
    program,   ///< `./bench-old`: a path
    python,    ///< `python:PATH`: an interpreter, or the folder of an environment
    command,   ///< `cmd:COMMAND`, beside a single --command
    git,       ///< `git:REV`, `WORKTREE`, `v1..v2`
    package,   ///< what pip installs: `name==1.2`, `name@git+https://...`, a wheel, `-e .`
    lock,      ///< `lock:FILE`: exactly what a lock file lists, as a sweep keeps one of each version
    releases,  ///< `>=0.5`: those that the package index has
    fake,      ///< `fake:NAME,...`: a suite that measures nothing, for trying sweeps out
    word,      ///< anything else
  };
  std::string text;   ///< as it was given
  std::string label;  ///< empty: `what` says it
  Kind kind = Kind::word;
  std::string what;  ///< without label and prefix
  /// What is installed for it, the package under test first; filled in where versions are resolved.
  std::vector<std::string> install{};

  /// What it is called: its label, or what it was given as.
  [[nodiscard]] std::string name() const { return label.empty() ? kind == Kind::fake ? what.substr(0, what.find(',')) : what : label; }
  /// Of what is installed as `name==X`, X; empty for anything else.
  [[nodiscard]] std::string claimed_release() const;
  /// A release stays what it is; a path, a tree, a branch, a program, an environment may be something else tomorrow.
  [[nodiscard]] bool is_fixed() const { return kind == Kind::fake || !claimed_release().empty(); }
};

/// Throws benchkit::Error, naming `option`, for what is no such text.
[[nodiscard]] VersionSpec parse_version_spec(const std::string& text, const std::string& option);

/// Gives equal labels a number each, the first one excepted, so that every label is one version.
void make_unique(std::vector<VersionSpec>& specs);

/// A label as a part of a file's name. What cannot stand there is replaced, and a hash then keeps two labels apart: `feat/a` and `feat-a` differ.
[[nodiscard]] std::string file_name_of(std::string_view label);

}  // namespace benchkit::sweep
