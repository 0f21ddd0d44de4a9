// Which package's step was it? Two locks that differ in k packages have 2^k mixtures between them, of which a chain of k + 1 is enough as long as one
// package alone made the step: along it each package is changed once, and the step is where its package is. The packages are taken by their names. A
// mixture that does not work together cannot be measured, and is passed over as a commit that does not build.
#include "sweep/locks.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "sweep/python_suite.hpp"

namespace benchkit::sweep {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// What tells packages apart: their names as PEP 503 writes them, or the whole line where it has none.
std::string key_of(const std::string& requirement) {
  std::string key;
  for (const char c : distribution_in(requirement)) {
    const bool separates = c == '-' || c == '_' || c == '.';
    if (!separates) key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!key.ends_with('-')) key += '-';
  }
  return key.empty() ? requirement : key;
}

/// A lock for several interpreters has more than one line of a package, each with a marker; they go together.
using Lines = std::map<std::string, std::set<std::string>>;

Lines by_package(const std::string& lock) {
  Lines lines;
  for (std::string& line : requirements_in(lock, {})) lines[key_of(line)].insert(std::move(line));
  return lines;
}

VersionSpec version_of(const Lines& lines, const std::string& label, const std::string& folder, const std::string& package) {
  std::string text;
  for (const auto& [name, of_package] : lines) text += fmt::format("{}\n", fmt::join(of_package, "\n"));
  VersionSpec spec{.text = label, .label = label, .kind = VersionSpec::Kind::lock};
  spec.what = fmt::format("{}/{}.txt", folder, file_name_of(spec.label));
  base::file_system().replace(spec.what, text);
  spec.install = requirements_in(spec.what, package);
  return spec;
}

/// Without spaces around it, and without a comment, which says who wanted it.
std::string bare(std::string line) {
  for (std::size_t at = line.find('#'); at != std::string::npos; at = line.find('#', at + 1)) {
    if (at == 0 || is_space(line[at - 1])) line.erase(at);
  }
  line.erase(0, std::min(line.find_first_not_of(" \t\r"), line.size()));
  while (!line.empty() && is_space(line.back())) line.pop_back();
  return line;
}

/// An option would hold for all of a mixture, and a hash for what is not in it.
void refuse_options(const std::string& requirement, const std::string& lock) {
  if (requirement.starts_with("-e ") || requirement.starts_with("--editable ")) return;
  if (!requirement.starts_with('-') && requirement.find(" --") == std::string::npos) return;
  throw Error(fmt::format("\"{}\" is more than a requirement", requirement), lock,
              "a lock lists requirements alone: write it without hashes and options");
}

}  // namespace

std::vector<std::string> requirements_in(const std::string& lock, const std::string& package) {
  std::vector<std::string> requirements;
  std::istringstream lines(text_of(lock) + "\n\n");  // so the last line ends, too, if it says that it goes on
  std::string requirement;
  for (std::string line; std::getline(lines, line);) {
    requirement += bare(std::move(line));
    if (requirement.ends_with('\\')) {  // it goes on in the next line
      requirement.back() = ' ';
      continue;
    }
    requirement = bare(std::move(requirement));
    if (requirement.empty()) continue;
    refuse_options(requirement, lock);
    requirements.push_back(std::exchange(requirement, {}));
  }
  if (requirements.empty()) throw Error("it lists no requirement", lock, "a sweep keeps its locks in its folder: locks/LABEL.txt");
  const auto first = std::find_if(requirements.begin(), requirements.end(),
                                  [&](const std::string& line) { return !package.empty() && key_of(line) == key_of(package); });
  if (first != requirements.end()) std::rotate(requirements.begin(), first, first + 1);
  return requirements;
}

std::vector<VersionSpec> between_locks(const std::string& good, const std::string& bad, const std::string& folder, const Host& host) {
  if (!host.is_python()) throw Error("dependencies are those of a Python suite, and this is none", "--bisect-dependencies");
  const std::string package = package_under_test(host);
  Lines lines = by_package(good);
  const Lines wanted = by_package(bad);
  std::map<std::string, std::optional<std::set<std::string>>> changes;
  for (const auto& [name, of_package] : lines) {
    if (!wanted.contains(name)) changes[name] = std::nullopt;
  }
  for (const auto& [name, of_package] : wanted) {
    if (const auto found = lines.find(name); found == lines.end() || found->second != of_package) changes[name] = of_package;
  }
  if (changes.empty()) throw Error("the two locks list the same", bad, "then it is not the dependencies");
  std::vector<VersionSpec> specs{version_of(lines, "GOOD", folder, package)};
  for (const auto& [name, of_package] : changes) {
    if (of_package) lines[name] = *of_package;
    else lines.erase(name);
    specs.push_back(version_of(lines, of_package ? fmt::format("{}", fmt::join(*of_package, ", ")) : "without " + name, folder, package));
  }
  return specs;
}

}  // namespace benchkit::sweep
