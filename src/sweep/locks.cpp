// Which package's step was it? Two locks that differ in k packages have 2^k mixtures between them, of which a chain of k + 1 is enough as long as one
// package alone made the step: along it each package is changed once, and the step is where its package is. The packages are taken by their names. A
// mixture that does not work together cannot be measured, and is passed over as a commit that does not build.
#include "sweep/locks.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "sweep/python_suite.hpp"

namespace benchkit::sweep {
namespace {

/// What tells packages apart: their names as PEP 503 writes them, or the whole line where it has none.
std::string key_of(const std::string& requirement) {
  std::string name = distribution_in(requirement);
  if (name.empty()) return requirement;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(c)); });
  return name;
}

std::map<std::string, std::string> by_package(const std::string& lock) {
  std::map<std::string, std::string> lines;
  for (std::string& line : requirements_in(lock, {})) lines[key_of(line)] = std::move(line);
  return lines;
}

VersionSpec version_of(const std::map<std::string, std::string>& lines, std::string label, const std::string& folder,
                       const std::string& package) {
  std::string text;
  for (const auto& [name, line] : lines) text += line + "\n";
  VersionSpec spec{.text = label, .label = std::move(label), .kind = VersionSpec::Kind::lock};
  spec.what = fmt::format("{}/{}.txt", folder, file_name_of(spec.label));
  base::file_system().replace(spec.what, text);
  spec.install = requirements_in(spec.what, package);
  return spec;
}

}  // namespace

std::vector<std::string> requirements_in(const std::string& lock, const std::string& package) {
  std::vector<std::string> requirements;
  std::istringstream lines(text_of(lock));
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
    if (!line.empty() && line.front() != '#') requirements.push_back(std::move(line));
  }
  if (requirements.empty()) throw Error("it lists no requirement", lock, "a sweep keeps its locks in its folder: locks/LABEL.txt");
  const auto first = std::find_if(requirements.begin(), requirements.end(),
                                  [&](const std::string& line) { return !package.empty() && key_of(line) == key_of(package); });
  if (first != requirements.end()) std::rotate(requirements.begin(), first, first + 1);
  return requirements;
}

std::vector<VersionSpec> between_locks(const std::string& good, const std::string& bad, const std::string& folder, const Host& host) {
  if (!host.is_python()) throw Error("dependencies are those of a Python suite, and this is none", "--bisect-dependencies");
  const std::string package = host.install_spec ? distribution_in(host.install_spec("0").front()) : "";
  std::map<std::string, std::string> lines = by_package(good);
  const std::map<std::string, std::string> wanted = by_package(bad);
  std::map<std::string, std::optional<std::string>> changes;
  for (const auto& [name, line] : lines) {
    if (!wanted.contains(name)) changes[name] = std::nullopt;
  }
  for (const auto& [name, line] : wanted) {
    if (const auto found = lines.find(name); found == lines.end() || found->second != line) changes[name] = line;
  }
  if (changes.empty()) throw Error("the two locks list the same", bad, "then it is not the dependencies");
  std::vector<VersionSpec> specs{version_of(lines, "GOOD", folder, package)};
  for (const auto& [name, line] : changes) {
    if (line) lines[name] = *line;
    else lines.erase(name);
    specs.push_back(version_of(lines, line ? *line : "without " + name, folder, package));
  }
  return specs;
}

}  // namespace benchkit::sweep
