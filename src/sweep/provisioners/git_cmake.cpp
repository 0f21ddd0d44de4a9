// git-cmake: a commit, built. Its library is that of the commit; the suite's folder is that of the working tree, so that one suite measures all.
//
// The build is configured as the host's own build is (generator, compiler, type, where benchkit is): its cache says so. Each commit has a checkout and a
// build folder of its own, so that nothing of another commit can be in it (a file that was deleted, an option that stuck in a cache, a library that a
// program loads). Objects that are the same in many commits are spared nonetheless, by ccache, which is told to see paths below the checkout alone: a commit
// costs what it changed. What CMake finds out about the compilers is not: it tries them anew where a folder has no cache of its own, in half a second.
// Commits are configured side by side, but compiled one after the other, each with all CPUs: two at once would both compile what they share.
//
// `--build-command` stands for other build systems: it is run in the checkout, and the program is then where it is in the host's own tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/os.hpp"
#include "runner/conversation.hpp"
#include "sweep/git.hpp"
#include "sweep/provisioner.hpp"
#include "sweep/suite_files.hpp"

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

bool claims(const VersionSpec& spec, const Host& host) {
  if (host.is_python() || host.worker_argv.empty()) return false;
  return spec.kind == VersionSpec::Kind::git || (spec.kind == VersionSpec::Kind::word && is_revision(spec.what));
}

/// The build folder that a program lies in; empty: none that CMake made.
fs::path build_folder_of(const fs::path& program) {
  for (fs::path folder = program.parent_path(); folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / "CMakeCache.txt")) return folder;
  }
  return {};
}

/// What of the host's own build shapes the code, as options of cmake.
std::vector<std::string> configured_as(const fs::path& build) {
  std::vector<std::string> options;
  if (build.empty()) return options;
  std::ifstream cache(build / "CMakeCache.txt");
  for (std::string line; std::getline(cache, line);) {
    const std::size_t colon = line.find(':');
    const std::size_t equals = line.find('=');
    if (colon == std::string::npos || equals == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::string value = line.substr(equals + 1);
    if (name == "CMAKE_GENERATOR") options.insert(options.end(), {"-G", value});
    const std::string type = colon < equals ? line.substr(colon + 1, equals - colon - 1) : "";
    // What a person sets is a switch or a text: flags, the type, the project's own options. What was found and where folders are is the build's own.
    static const std::set<std::string> others{"CMAKE_CXX_COMPILER", "CMAKE_C_COMPILER", "CMAKE_TOOLCHAIN_FILE", "CMAKE_PREFIX_PATH",
                                              "benchkit_DIR"};
    const bool shapes = type == "BOOL" || type == "STRING" || type == "UNINITIALIZED" || others.contains(name);
    if (shapes && !value.empty()) options.push_back(fmt::format("-D{}={}", name, value));
  }
  return options;
}

/// What CMake found out about the compilers in a build folder that it configured: files in CMakeFiles, in a folder named by CMake's version.
fs::path compilers_in(const fs::path& build) {
  if (build.empty() || !fs::exists(build / "CMakeFiles")) return {};
  for (const auto& entry : fs::directory_iterator(build / "CMakeFiles")) {
    if (fs::exists(entry.path() / "CMakeSystem.cmake")) return entry.path();
  }
  return {};
}

/// Waits for a lock of the cache. Throws runner::Interrupted.
class Turn {
 public:
  Turn(const fs::path& path, const Tool& tool) : lock_(path.string(), [&] { return tool.interrupted(); }) {
    if (!lock_.held()) throw runner::Interrupted();
  }

 private:
  base::FileLock lock_;
};

class Build {
 public:
  explicit Build(const Request& request) : request_(request), commit_(find_commit(request.spec.what, request.tool)) {
    program_ = fs::weakly_canonical(base::find_program(request.host.worker_argv.front()));
    host_build_ = build_folder_of(program_);
    suite_ = suite_folder_in(commit_.top, request.options);
    suite_hash_ = hash_of_suite(request.host, request.options);
    folder_ = fs::path(request.options.cache) / "git" /
              base::hash_text(base::hash_bytes(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", commit_.top, commit_.tree, suite_hash_,
                                                           program_.string(), request.options.build_command,
                                                           fmt::join(configured_as(host_build_), "\n"), hash_of_tools())));
  }

  Environment make() {
    const Turn own(folder_.string() + ".lock", request_.tool);
    const fs::path ready = folder_ / "ready";
    if (request_.options.refresh || !fs::exists(ready) || !fs::exists(text_of(ready.string()))) {
      fs::remove_all(folder_);
      const std::string program = build();
      base::file_system().replace(ready.string(), program);
    }
    Environment environment{.argv = {text_of(ready.string())}, .details = details_of(commit_)};
    if (!suite_hash_.empty()) environment.details["suite_hash"] = suite_hash_;
    environment.details["program_hash"] = hash_of_file(environment.argv.front());
    return environment;
  }

 private:
  /// The compiler, as CMake found it and as it is, and this benchkit, which the suite is linked with.
  [[nodiscard]] std::string hash_of_tools() const {
    std::string hashes = hash_of_file(base::executable_path());
    if (const fs::path found = compilers_in(host_build_); !found.empty()) hashes += hash_of_file(found / "CMakeCXXCompiler.cmake");
    for (const std::string& option : configured_as(host_build_)) {
      static const std::string compiler = "-DCMAKE_CXX_COMPILER=";
      if (option.starts_with(compiler)) hashes += hash_of_file(option.substr(compiler.size()));
    }
    return hashes;
  }

  std::string build() {
    const fs::path source = folder_ / "source";
    check_out(commit_, source.string(), request_.tool);
    if (!suite_.empty()) {
      fs::remove_all(source / suite_);
      fs::copy(fs::path(commit_.top) / suite_, source / suite_, fs::copy_options::recursive);
    }
    const std::string program = request_.options.build_command.empty() ? by_cmake(source) : by_command(source);
    if (!base::is_executable(program))
      throw Error(fmt::format("the build made no program {}", program), request_.spec.text, "its name is that of the suite's own program");
    return program;
  }

  std::string by_command(const fs::path& source) {
    request_.tool.run({.argv = {"sh", "-c", request_.options.build_command}, .working_directory = source.string()});
    return (source / fs::relative(program_, fs::canonical(commit_.top))).string();
  }

  std::string by_cmake(const fs::path& source) {
    const fs::path build = folder_ / "build";
    std::vector<std::pair<std::string, std::string>> variables;
    const std::vector<std::string> as_host =
        host_build_.empty() ? std::vector<std::string>{"-DCMAKE_BUILD_TYPE=Release"} : configured_as(host_build_);
    ToolCall configure{.argv = {"cmake", "-S", source.string(), "-B", build.string()}};
    configure.argv.insert(configure.argv.end(), as_host.begin(), as_host.end());
    if (!base::find_program("ccache").empty()) {
      configure.argv.emplace_back("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache");
      variables = {{"CCACHE_BASEDIR", folder_.string()}, {"CCACHE_NOHASHDIR", "1"}};
    }
    configure.variables = variables;
    request_.tool.run(configure);
    compile(build, variables);
    for (const auto& entry : fs::recursive_directory_iterator(build)) {
      if (entry.is_regular_file() && entry.path().filename() == program_.filename() && base::is_executable(entry.path().string()))
        return entry.path().string();
    }
    return (build / program_.filename()).string();
  }

  void compile(const fs::path& build, const std::vector<std::pair<std::string, std::string>>& variables) {
    const std::string name = base::hash_text(base::hash_bytes(program_.string()));
    const Turn turn(fs::path(request_.options.cache) / "git" / (name + "-compiles.lock"), request_.tool);
    request_.tool.run({.argv = {"cmake", "--build", build.string(), "--target", program_.filename().string(), "--parallel",
                                std::to_string(std::max(1U, std::thread::hardware_concurrency()))},
                       .working_directory = {},
                       .variables = variables});
  }

  const Request& request_;
  Checkout commit_;
  fs::path program_, host_build_, folder_;
  std::string suite_, suite_hash_;
};

Environment provision(const Request& request) { return Build(request).make(); }

}  // namespace

Provisioner git_cmake_provisioner() {
  return {"git-cmake", "git:REV, v1.2, HEAD~5..HEAD, WORKTREE: a commit of a C++ suite's repository, built", &claims, &provision};
}

}  // namespace benchkit::sweep
