#include "sweep/version_spec.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/hash.hpp"
#include "sweep/release.hpp"

namespace benchkit::sweep {
namespace {

using Kind = VersionSpec::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> kPrefixes{
    {{"python:", Kind::python}, {"cmd:", Kind::command}, {"git:", Kind::git}, {"fake:", Kind::fake}, {"lock:", Kind::lock}}};

/// Where a label ends: at the first '=' that is none of an operator (==, >=), behind a word without '/' and ':', which paths and commands have.
std::size_t end_of_label(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) return equals == 0 ? std::string::npos : equals;
  if (text[equals + 1] == '=' || std::string_view("<>!~=").find(text[equals - 1]) != std::string_view::npos) return std::string::npos;
  return text.find_first_of("/:") > equals ? equals : std::string::npos;
}

bool looks_like_a_package(const std::string& what) {
  return what == "." || what.starts_with("-e ") || what.ends_with(".whl") || what.ends_with(".tar.gz") ||
         what.find("==") != std::string::npos || what.find("git+") != std::string::npos || what.find("://") != std::string::npos;
}

Kind kind_of(const std::string& what) {
  if (what.starts_with('<') || what.starts_with('>') || what.starts_with("~=") || what.starts_with("!=") || what.starts_with("=="))
    return Kind::releases;
  if (what == "WORKTREE") return Kind::git;
  if (looks_like_a_package(what)) return Kind::package;
  if (what.starts_with("./") || what.starts_with("../") || what.starts_with('/')) return Kind::program;
  if (what.find("..") != std::string::npos) return Kind::git;
  return Kind::word;
}

}  // namespace

std::string VersionSpec::claimed_release() const {
  if (install.empty()) return {};
  const std::size_t equals = install.front().find("==");
  if (equals == std::string::npos) return {};
  std::string version = install.front().substr(equals + 2);
  version.erase(std::min(version.find_first_of(" ;,*"), version.size()));
  return parse_release(version) ? version : std::string();
}

VersionSpec parse_version_spec(const std::string& text, const std::string& option) {
  VersionSpec spec{.text = text, .label = {}, .what = text};
  if (const std::size_t equals = end_of_label(text); equals != std::string::npos) {
    spec.label = text.substr(0, equals);
    spec.what = text.substr(equals + 1);
  }
  const auto prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(), [&](const auto& one) { return spec.what.starts_with(one.first); });
  if (prefix != kPrefixes.end()) {
    spec.kind = prefix->second;
    spec.what.erase(0, prefix->first.size());
  } else {
    spec.kind = kind_of(spec.what);
  }
  if (spec.what.empty()) throw Error(fmt::format("\"{}\" names no version", text), option, "[label=]./prog, python:PATH or cmd:COMMAND");
  return spec;
}

void make_unique(std::vector<VersionSpec>& specs) {
  std::set<std::string> labels;
  for (VersionSpec& spec : specs) {
    const std::string name = spec.name();
    std::string label = name;
    for (int number = 2; !labels.insert(label).second; ++number) label = fmt::format("{} ({})", name, number);
    spec.label = std::move(label);
  }
}

std::string file_name_of(std::string_view label) {
  constexpr std::size_t kLongest = 60;
  constexpr std::size_t kDigits = 8;
  std::string name(label.substr(0, kLongest));
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) {
        return std::isalnum(c) == 0 && std::string_view("._+!-").find(static_cast<char>(c)) == std::string_view::npos;
      },
      '-');
  if (name.starts_with('.')) name.front() = '-';
  if (name == label) return name;
  return name + "-" + base::hash_text(base::hash_bytes(label)).substr(0, kDigits);
}

}  // namespace benchkit::sweep
