// Provisioner: how a version becomes something that can be started.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/process.hpp"
#include "sweep/tool.hpp"
#include "sweep/version_spec.hpp"

namespace benchkit::sweep {

/// A version made runnable: what starts a worker of it, and where.
struct Environment {
  std::vector<std::string> argv;
  std::string working_directory{};  ///< empty: this process' own
  std::vector<std::pair<std::string, std::string>> variables{};
  /// What identifies it, for the version's line in the file: `program_hash`, `commit`, `environment`, `lock`, ...
  Json details = Json::object();
};

/// The suite that is swept, as far as provisioners must know it.
struct Host {
  std::vector<std::string> worker_argv;   ///< starts a worker of it; empty: there is none, but --command
  std::vector<std::string> command_argv;  ///< starts this command line itself
  /// The worker of another command in place of a single --command; empty where there is none.
  std::function<std::vector<std::string>(const std::string& command)> worker_of_command{};
  /// What a bare version stands for: specs of what is installed, the package under test first, or one text of the grammar.
  std::function<std::vector<std::string>(const std::string& version)> install_spec{};
  [[nodiscard]] bool is_python() const;
};

/// What the suite says is installed, the package under test first, whatever the version is; empty where it says of no version what that is. Throws
/// benchkit::Error where it is asked and says nothing.
[[nodiscard]] std::vector<std::string> install_of_any(const Host& host);
/// The package under test, by its name; empty where the suite says none.
[[nodiscard]] std::string package_under_test(const Host& host);

struct ProvisionOptions {
  std::string as_of{};              ///< a date (2025-03-01), or "release": that of the version's own release; empty: today
  std::vector<std::string> pins{};  ///< constraints on what is installed beside the package under test
  std::string python{};             ///< which interpreter; empty: the one that runs the suite
  std::string build_command{};      ///< in place of CMake
  std::string suite{};              ///< the suite's folder in the repository: taken from the working tree; empty: bench or benchmarks
  std::string cache{};              ///< the folder of what is kept for other sweeps
  std::string folder{};             ///< of the sweep: logs, locks, the suite's own folder
  std::int64_t timeout_ns = std::int64_t{30} * 60 * 1'000'000'000;  ///< a build or an installation that takes longer hangs
  bool refresh = false;                                             ///< resolve and build anew what the cache has
  std::size_t jobs = 4;                                             ///< how many versions at once
};

/// $BENCHKIT_CACHE, else benchkit in $XDG_CACHE_HOME, else ~/.cache/benchkit.
[[nodiscard]] std::string default_cache();

/// What a provisioner is given.
struct Request {
  const VersionSpec& spec;
  const Host& host;
  const ProvisionOptions& options;
  Tool& tool;  ///< runs programs, their output in the version's log

  /// The distribution under test; empty: not known by name.
  [[nodiscard]] std::string package() const;
};

/// One row of provisioners.def.
struct Provisioner {
  const char* name;
  const char* help;
  /// Whether the version is for this one; they are asked in the order of the file.
  bool (*claims)(const VersionSpec& spec, const Host& host);
  /// Throws benchkit::Error for what cannot be provisioned, and runner::Interrupted.
  Environment (*provision)(const Request& request);
};

#define BENCHKIT_PROVISIONER(name) Provisioner name##_provisioner();
#include "sweep/provisioners/provisioners.def"
#undef BENCHKIT_PROVISIONER

[[nodiscard]] const std::vector<Provisioner>& provisioners();
/// Throws benchkit::Error, with all that there are as a hint, if none claims it.
[[nodiscard]] const Provisioner& provisioner_for(const VersionSpec& spec, const Host& host);

/// An environment's folder stands for its interpreter.
[[nodiscard]] std::string interpreter_in(const std::string& path);
/// What a file holds. Throws benchkit::Error where it cannot be read.
[[nodiscard]] std::string text_of(const std::string& path);
/// A hash of a program's file, "" if it cannot be read.
[[nodiscard]] std::string hash_of_file(const std::string& path);

}  // namespace benchkit::sweep
