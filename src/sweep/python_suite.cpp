#include "sweep/python_suite.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <mutex>
#include <optional>
#include <regex>
#include <set>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/os.hpp"
#include "sweep/release.hpp"
#include "sweep/suite_files.hpp"

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

/// No package from elsewhere: neither the user's own ones, nor what PYTHONPATH adds.
const std::vector<std::pair<std::string, std::string>> isolated_variables{{"PYTHONNOUSERSITE", "1"}, {"PYTHONPATH", ""}};

Json ask(const std::string& python, const std::vector<std::string>& words, const std::string& folder, bool isolated, Tool& tool) {
  ToolCall call{.argv = {python, "-m", "benchkit._provision"}, .working_directory = folder};
  call.argv.insert(call.argv.end(), words.begin(), words.end());
  if (isolated) call.variables = isolated_variables;
  try {
    return Json::parse(tool.run(call));
  } catch (const Json::exception&) {
    throw Error(fmt::format("{} gave an answer that cannot be read", python));
  }
}

/// A folder that holds the suite's own package and nothing else: what is imported from there cannot be the working directory's copy of the package
/// under test. Made once, for all versions of a sweep.
std::string folder_of_suite(const Request& request) {
  const fs::path folder = fs::absolute(fs::path(request.options.folder) / "suite");
  fs::create_directories(folder);
  const std::string module = module_in(request.host.worker_argv);
  const std::string top = module.substr(0, module.find('.'));
  if (top.empty() || top == request.package()) return folder.string();
  for (const std::string& name : {top, top + ".py"}) {
    const fs::path source = fs::absolute(name);
    std::error_code error;
    if (fs::exists(source) && !fs::exists(folder / name)) fs::create_symlink(source, folder / name, error);  // another thread may be first
  }
  return folder.string();
}

/// Where an environment's packages are.
fs::path packages_of(const std::string& environment_python) {
  const fs::path root = fs::path(environment_python).parent_path().parent_path();
  for (const auto& entry : fs::directory_iterator(root / "lib")) {
    if (entry.path().filename().string().starts_with("python")) return entry.path() / "site-packages";
  }
  throw Error(fmt::format("{} is in no virtual environment", environment_python));
}

std::string without_newest_part(const std::string& version) { return version.substr(0, version.rfind('.')); }

/// A wheel of the source that this benchkit was installed from, for another interpreter. Built once.
std::string wheel_for(const std::string& python, const Interpreter& own, const Request& request) {
  const std::string of = own.source.starts_with("file://") ? own.source.substr(7) : fmt::format("libbenchkit=={}", BENCHKIT_VERSION);
  const Interpreter other{
      .path = python, .version = request.tool.run({.argv = {python, "-c", "import platform; print(platform.python_version(), end='')"}})};
  const fs::path folder = fs::path(request.options.cache) / "wheels" /
                          fmt::format("{}-{}", hash_of_benchkit(own).substr(0, 12), without_newest_part(other.version));
  const base::FileLock lock(folder.string() + ".lock", [&] { return request.tool.interrupted(); });
  const auto built = [&]() -> std::string {
    if (!fs::exists(folder)) return {};
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".whl") return entry.path().string();
    }
    return {};
  };
  if (built().empty()) {
    const std::string uv = find_uv(own.path);
    if (uv.empty()) request.tool.run({.argv = {python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder.string(), of}});
    else request.tool.run({.argv = {uv, "build", "-q", "--wheel", "--python", python, "-o", folder.string(), of}});
  }
  if (built().empty())
    throw Error(fmt::format("no wheel of benchkit could be built for Python {}", other.version), {},
                "without --python the suite's own is taken");
  return built();
}

}  // namespace

Interpreter interpreter_of(const Host& host, Tool& tool) {
  static std::mutex mutex;
  static std::map<std::string, Interpreter> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const std::string python = base::find_program(host.worker_argv.front());
  if (const auto found = known.find(python); found != known.end()) return found->second;
  const Json said = ask(python, {"self"}, {}, false, tool);
  return known[python] = {.path = python,
                          .version = said.value("python", ""),
                          .tag = said.value("tag", ""),
                          .benchkit = said.value("package", ""),
                          .source = said.value("source", "")};
}

std::map<std::string, std::string> uploads_of(const std::string& package, const Host& host, Tool& tool) {
  static std::mutex mutex;
  static std::map<std::string, std::map<std::string, std::string>> known;
  const std::lock_guard<std::mutex> lock(mutex);
  if (const auto found = known.find(package); found != known.end()) return found->second;
  std::map<std::string, std::string> uploads;
  const Json said = ask(base::find_program(host.worker_argv.front()), {"releases", package}, {}, false, tool);
  for (const auto& [version, facts] : said.items()) {
    if (!facts.value("yanked", false)) uploads[version] = facts.value("uploaded", "");
  }
  return known[package] = std::move(uploads);
}

std::string find_uv(const std::string& python) {
  if (const std::string beside = (fs::path(python).parent_path() / "uv").string(); base::is_executable(beside)) return beside;
  return base::find_program("uv");
}

namespace {

/// Name and extras of a requirement; nothing of a path or a wheel.
std::optional<std::pair<std::string, std::string>> name_in(const std::string& requirement) {
  static const std::regex pattern(R"(\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*(?:[<>=!~@;].*)?)");
  std::smatch match;
  if (requirement.ends_with(".whl") || !std::regex_match(requirement, match, pattern)) return std::nullopt;
  return std::pair(match[1].str(), match[2].str());
}

}  // namespace

std::string distribution_in(const std::string& requirement) {
  return name_in(requirement).value_or(std::pair<std::string, std::string>()).first;
}

std::string distribution_with_extras_in(const std::string& requirement) {
  const auto [name, extras] = name_in(requirement).value_or(std::pair<std::string, std::string>());
  return name + extras;
}

std::string path_in(const std::string& requirement) {
  std::string path = requirement;
  if (const std::size_t url = path.find("file://"); url != std::string::npos) path.erase(0, url + std::string_view("file://").size());
  else if (path.starts_with("-e ")) path.erase(0, path.find_first_not_of(' ', 2));
  if (path.find("://") != std::string::npos || !fs::exists(path)) return {};
  return path.find('/') != std::string::npos || path == "." || path == ".." || !fs::is_directory(path) ? path : std::string();
}

std::string with_absolute_path(const std::string& requirement) {
  const std::string path = path_in(requirement);
  if (path.empty() || path.front() == '/') return requirement;
  return (requirement.starts_with("-e ") ? "-e " : "") + fs::canonical(path).string();
}

std::string hash_of_benchkit(const Interpreter& interpreter) {
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(interpreter.benchkit)) {
    if (entry.is_regular_file() && entry.path().extension() != ".pyc") files.insert(entry.path());
  }
  std::uint64_t hash = 0;
  for (const fs::path& file : files) hash = base::hash_bytes(base::FileText(file.string()).text(), hash);
  return base::hash_text(hash);
}

void put_benchkit_into(const std::string& environment_python, const Request& request) {
  const Interpreter own = interpreter_of(request.host, request.tool);
  const fs::path packages = packages_of(environment_python);
  const std::string minor = without_newest_part(own.version);
  if (!own.benchkit.empty() && packages.parent_path().filename() == "python" + minor) {
    fs::copy(own.benchkit, packages / "benchkit", fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    return;
  }
  const std::string wheel = wheel_for(environment_python, own, request);
  const std::string uv = find_uv(own.path);
  if (uv.empty()) request.tool.run({.argv = {environment_python, "-m", "pip", "install", "-q", "--no-deps", wheel}});
  else request.tool.run({.argv = {uv, "pip", "install", "-q", "--python", environment_python, "--no-deps", wheel}});
}

Environment worker_in(const std::string& environment_python, const Request& request) {
  Environment environment{.argv = request.host.worker_argv, .working_directory = folder_of_suite(request), .variables = isolated_variables};
  environment.argv.front() = environment_python;
  if (std::string hash = hash_of_suite(request.host, request.options); !hash.empty()) environment.details["suite_hash"] = std::move(hash);
  return environment;
}

void compile_package(const Environment& environment, const std::string& package, Tool& tool) {
  try {
    (void)ask(environment.argv.front(), {"compile", package}, environment.working_directory, true, tool);
  } catch (const Error& error) {
    tool.note(error.what());
  }
}

void check_import(Environment& environment, const std::string& package, const std::string& version, Tool& tool) {
  // A script's own folder stands at the beginning of the path, whatever the working directory is.
  std::string folder;
  for (const std::string& word : environment.argv) {
    if (word.ends_with(".py")) folder = fs::absolute(word).parent_path().string();
  }
  const std::string module = module_in(environment.argv);
  const std::string top = module.substr(0, module.find('.'));
  const std::vector<std::string> words{"check", package, folder,
                                       top == package ? "" : top};  // a suite inside its package is to come from there
  const Json said = ask(environment.argv.front(), words, environment.working_directory, true, tool);
  if (said.contains("problem"))
    throw Error(said["problem"].get<std::string>(), {},
                "start the suite by -m from a folder of its own, so that nothing else can be imported");
  const std::string installed = said.value("version", "");
  if (!version.empty() && !is_release(installed, version))
    throw Error(fmt::format("{} {} was asked for, and {} is what would be imported", package, version, installed));
  environment.details["package"] = fmt::format("{} {}", package, installed);
  if (said.value("editable", false)) return;
  std::string modules;
  const Json origins = said.value("origins", Json::object());
  for (const auto& [name, origin] : origins.items()) modules += (modules.empty() ? "" : ",") + name;
  environment.variables.emplace_back("BENCHKIT_MODULES", modules);  // a worker sees to it itself, whatever the suite does to its path
}

}  // namespace benchkit::sweep
