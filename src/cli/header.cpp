#include "cli/header.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/os.hpp"
#include "cli/suite.hpp"
#include "snapshot/recognise.hpp"

namespace benchkit::cli {
namespace {

constexpr std::size_t kShortCommit = 9;

/// A text that can stand in a file's name: its last path component, blanks and odd characters as '-'.
std::string file_word(const std::string& text) {
  std::string word = std::filesystem::path(text).filename().string();
  std::replace_if(
      word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_'; }, '-');
  return word.empty() ? "run" : word;
}

}  // namespace

Json machine_json(const base::Machine& machine) {
  return {{"cpu", machine.cpu},
          {"architecture", machine.architecture},
          {"cpus", machine.cpus},
          {"usable_cpus", machine.usable_cpus},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory_bytes},
          {"governor", machine.governor},
          {"turbo", machine.turbo},
          {"aslr", machine.aslr},
          {"kernel", machine.kernel},
          {"system", machine.system},
          {"virtualisation", machine.virtualisation},
          {"container", machine.container},
          {"clock_source", machine.clock_source}};
}

GitState::GitState() : git_({"git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no"}) {}

Json GitState::details() {
  const auto text = git_.output();
  Json details = Json::object();
  if (!text) return details;
  std::istringstream lines(*text);
  bool dirty = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# branch.oid ")) details["commit"] = line.substr(13);
    else if (line.starts_with("# branch.head ")) details["branch"] = line.substr(14);
    else if (!line.starts_with('#')) dirty = true;
  }
  details["dirty"] = dirty;
  if (dirty)
    details["diff_hash"] = base::hash_text(base::hash_bytes(base::Helper({"git", "diff", "--no-ext-diff", "HEAD"}).output().value_or("")));
  return details;
}

Session session_header(const HostSpec& host, const std::vector<std::string>& arguments) {
  Session session;
  const base::Machine machine = base::this_machine();
  session.header["benchkit"] = BENCHKIT_VERSION;
  session.header["started"] = base::utc_now();
  session.header["command"] = arguments;
  session.header["host"] = called(host);
  session.header["working_directory"] = base::working_directory();
  session.header["host_name"] = machine.host_name;
  session.header["machine"] = machine_json(machine);
  session.header["load"] = base::load_average();
  return session;
}

std::string program_hash(const HostSpec& host, const CommandCaseOptions& commands) {
  std::vector<std::string> files;
  if (commands.given()) {
    for (const std::string& program : commands.programs()) files.push_back(base::find_program(program));
  } else {
    for (const std::string& word : host.worker_argv) files.push_back(files.empty() ? base::find_program(word) : word);
  }
  std::uint64_t hash = 0;
  for (const std::string& file : files) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) continue;
    try {
      hash = base::hash_bytes(base::FileText(file).text(), hash);
    } catch (const Error&) {
      continue;  // not for us to read
    }
  }
  return hash == 0 ? std::string() : base::hash_text(hash);
}

Version version_of(std::string label, Json git, const std::string& suite) {
  Version version{.label = std::move(label), .details = std::move(git)};
  if (!version.label.empty()) return version;
  const std::string commit = version.details.value("commit", "");
  if (commit.empty() || commit.front() == '(') {
    version.label = file_word(suite);
  } else {
    version.label = commit.substr(0, kShortCommit) + (version.details.value("dirty", false) ? "-dirty" : "");
  }
  return version;
}

std::string default_path(const HostSpec& host) {
  std::string time = base::utc_now().substr(0, 19) + "Z";  // without the milliseconds
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  const std::string stem = fmt::format("{}/{}-{}", snapshot::kDefaultFolder, time, file_word(called(host)));
  std::string path = stem + ".jsonl";
  for (int i = 2; base::exists(path); ++i) path = fmt::format("{}-{}.jsonl", stem, i);
  return path;
}

}  // namespace benchkit::cli
