// venv: a virtual environment for a release of a Python package, or for whatever else pip can install.
//
// Two steps, each kept. What is asked for (requirements, constraints, a date) is resolved into a list of exact versions, the lock; the lock, the
// interpreter and benchkit's own files name the environment, by their hash; of a path it is also what the source there holds. So a sweep that is
// started again finds it, a tree that was edited has another one, and what was once measured can be made again. An environment is made in its place,
// under a lock, and is not taken for one before `ready.json` is in it, which is written last: what was killed half-way is thrown away by the next who
// wants it.
//
// Old releases break with the dependencies of today, so `--as-of release` resolves as of the moment when the release's own last file was uploaded.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/os.hpp"
#include "runner/conversation.hpp"
#include "sweep/python_suite.hpp"
#include "sweep/release.hpp"
#include "sweep/suite_files.hpp"

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

bool claims(const VersionSpec& spec, const Host& host) {
  return host.is_python() && (spec.kind == VersionSpec::Kind::package || !spec.install.empty());
}

class Venv {
 public:
  Venv(const Request& request, std::string released)
      : request_(request), released_(std::move(released)), own_(interpreter_of(request.host, request.tool)), cache_(request.options.cache) {
    uv_ = find_uv(own_.path);
    python_ = request.options.python.empty() ? own_.path : request.options.python;
  }

  Environment make() {
    const std::string lock = resolve();
    const std::string path = path_in(request_.spec.install.front());
    const std::string source = path.empty() ? "" : hash_of_source(path, {request_.options.folder, request_.options.cache});
    const std::string key =
        base::hash_text(base::hash_bytes(fmt::format("{}\n{}\n{}\n{}\n{}", lock, source, python_, own_.version, hash_of_benchkit(own_))));
    const fs::path folder = cache_ / "envs" / fmt::format("{}-{}", file_name_of(request_.spec.label), key);
    const std::string python = (folder / "bin/python").string();
    Environment environment;
    {
      const base::FileLock held(folder.string() + ".lock", [this] { return request_.tool.interrupted(); });
      if (!held.held()) throw runner::Interrupted();
      const bool is_there = !request_.options.refresh && fs::exists(folder / "ready.json") && fs::exists(python);
      if (!is_there) build(folder, python, lock);
      environment = worker_in(python, request_);
      try {
        check(environment);
      } catch (const Error&) {
        if (!is_there) throw;
        request_.tool.note("it is not as it was made: made again");
        build(folder, python, lock);
        check(environment);
      }
    }
    environment.details["environment"] = key;
    environment.details["python"] = python;
    keep_lock(lock);
    return environment;
  }

 private:
  void check(Environment& environment) const {
    if (const std::string package = request_.package(); !package.empty())
      check_import(environment, package, request_.spec.claimed_release(), request_.tool);
  }

  /// RFC 3339, or empty: today.
  [[nodiscard]] std::string as_of() const {
    const std::string& asked = request_.options.as_of;
    if (asked != "release") return asked;
    if (!released_.empty()) return released_;
    const std::string version = request_.spec.claimed_release();
    if (version.empty()) return {};  // a working tree is of today
    for (const auto& [release, uploaded] : uploads_of(request_.package(), request_.host, request_.tool)) {
      if (is_release(release, version)) return uploaded;
    }
    throw Error(fmt::format("the package index has no {} {} (or it was yanked)", request_.package(), version), request_.spec.text);
  }

  /// Of today are the dependencies of what nobody dated: tomorrow they are asked for anew.
  [[nodiscard]] std::string dated() const {
    if (!request_.options.as_of.empty()) return request_.options.as_of;
    return fmt::format("day {}", std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch().count());
  }

  std::string resolve() {
    if (request_.spec.kind == VersionSpec::Kind::lock) return fmt::format("{}\n", fmt::join(request_.spec.install, "\n"));
    const ProvisionOptions& options = request_.options;
    std::string requirements;
    for (const std::string& spec : request_.spec.install) requirements += spec + "\n";
    const std::string constraints = fmt::format("{}\n", fmt::join(options.pins, "\n"));
    const std::string recipe = fmt::format("{}--\n{}--\n{}\n{}\n{}", requirements, constraints, dated(), python_, own_.version);
    const fs::path kept = cache_ / "locks" / (base::hash_text(base::hash_bytes(recipe)) + ".txt");
    const base::FileLock held(kept.string() + ".lock", [this] { return request_.tool.interrupted(); });
    if (!held.held()) throw runner::Interrupted();
    if (!options.refresh && request_.spec.is_fixed() && fs::exists(kept)) return text_of(kept.string());
    const fs::path wanted = kept.string() + ".in";
    const fs::path pinned = kept.string() + ".pins";
    std::ofstream(wanted) << requirements;
    std::ofstream(pinned) << constraints;
    const std::string lock = uv_.empty() ? resolved_by_pip(wanted, pinned) : resolved_by_uv(wanted, pinned);
    base::file_system().replace(kept.string(), lock);
    return lock;
  }

  std::string resolved_by_uv(const fs::path& wanted, const fs::path& pinned) {
    ToolCall call{
        .argv = {uv_, "pip", "compile", "-q", "--no-header", "--no-annotate", "--python", python_, "-c", pinned.string(), wanted.string()}};
    if (const std::string date = as_of(); !date.empty()) call.argv.insert(call.argv.end(), {"--exclude-newer", just_after(date)});
    return request_.tool.run(call);
  }

  /// pip has no command that only resolves; its report of what it would install says the same.
  std::string resolved_by_pip(const fs::path& wanted, const fs::path& pinned) {
    ToolCall call{.argv = {python_, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed", "--report", "-", "-c", pinned.string(),
                           "-r", wanted.string()}};
    if (const std::string date = as_of(); !date.empty()) call.argv.insert(call.argv.end(), {"--uploaded-prior-to", just_after(date)});
    std::string lock;
    try {
      const Json report = Json::parse(request_.tool.run(call));
      for (const Json& one : report.at("install")) lock += requirement_of(one) + "\n";
    } catch (const Json::exception&) {
      throw Error("pip's report of what it would install cannot be read", {}, "install uv, which resolves by itself");
    }
    return lock;
  }

  /// Of an entry of pip's report: what came from a URL or a path is that, whatever version it says it is.
  static std::string requirement_of(const Json& entry) {
    const auto name = entry.at("metadata").at("name").get<std::string>();
    if (!entry.value("is_direct", false)) return fmt::format("{}=={}", name, entry.at("metadata").at("version").get<std::string>());
    const Json& from = entry.at("download_info");
    auto url = from.at("url").get<std::string>();
    if (const auto vcs = from.find("vcs_info"); vcs != from.end())
      url = fmt::format("{}+{}@{}", vcs->at("vcs").get<std::string>(), url, vcs->at("commit_id").get<std::string>());
    return fmt::format("{} @ {}", name, url);
  }

  /// Both tools leave out what was uploaded at that very moment, and some indexes tell whole seconds. A day is meant with all of it, by UTC.
  static std::string just_after(const std::string& date) {
    constexpr std::size_t kSeconds = std::string_view("2025-03-01T10:00:00").size();
    if (date.find('T') == std::string::npos) return date + "T23:59:59.999999Z";
    if (date.size() < kSeconds) return date;
    const std::size_t zone = date.find_first_of("Z+-", kSeconds);
    return date.substr(0, kSeconds) + ".999999" + (zone == std::string::npos ? "Z" : date.substr(zone));
  }

  void build(const fs::path& folder, const std::string& python, const std::string& lock) {
    fs::remove_all(folder);
    const fs::path locked = folder / "lock.txt";
    if (uv_.empty()) {
      request_.tool.run({.argv = {python_, "-m", "venv", folder.string()}});
      std::ofstream(locked) << lock;
      request_.tool.run({.argv = {python, "-m", "pip", "install", "-q", "--no-deps", "-r", locked.string()}});
    } else {
      request_.tool.run({.argv = {uv_, "venv", "-q", "--python", python_, folder.string()}});
      std::ofstream(locked) << lock;
      ToolCall install{.argv = {uv_, "pip", "install", "-q", "--python", python, "--no-deps", "-r", locked.string()}};
      // uv takes a folder for what it was as long as its pyproject.toml is.
      if (!path_in(request_.spec.install.front()).empty()) install.argv.emplace_back("--refresh");
      request_.tool.run(install);
    }
    put_benchkit_into(python, request_);
    if (const std::string package = request_.package(); !package.empty())
      compile_package(worker_in(python, request_), package, request_.tool);
    base::file_system().replace((folder / "ready.json").string(), Json{{"version", request_.spec.text}}.dump() + "\n");
  }

  /// Beside the logs, for a person and for bisecting over dependencies.
  void keep_lock(const std::string& lock) const {
    if (request_.options.folder.empty()) return;
    base::file_system().replace(fmt::format("{}/locks/{}.txt", request_.options.folder, file_name_of(request_.spec.label)), lock);
  }

  const Request& request_;
  std::string released_;
  Interpreter own_;
  fs::path cache_;
  std::string uv_;
  std::string python_;
};

Environment provision(const Request& request) { return make_venv(request, {}); }

}  // namespace

Environment make_venv(const Request& request, const std::string& released) { return Venv(request, released).make(); }

Provisioner venv_provisioner() {
  return {"venv", "0.5.0, name==0.5.0, name@git+https://..., a wheel, -e ., lock:FILE: what pip installs, in an environment of its own",
          &claims, &provision};
}

}  // namespace benchkit::sweep
