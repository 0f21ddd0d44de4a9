#include "sweep/sweep.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "sweep/git.hpp"
#include "sweep/locks.hpp"
#include "sweep/python_suite.hpp"
#include "sweep/release.hpp"
#include "sweep/suite_files.hpp"

namespace benchkit::sweep {

namespace {

using Kind = VersionSpec::Kind;

/// What is installed beside the package under test, as the suite says for any version.
std::vector<std::string> companions(const Host& host) {
  if (!host.install_spec) return {};
  std::vector<std::string> specs = host.install_spec("0");
  if (!specs.empty()) specs.erase(specs.begin());
  return specs;
}

/// Fills in what is installed. A suite whose versions are no packages may say another text of the grammar.
VersionSpec with_install(VersionSpec spec, const Host& host) {
  if (spec.kind == Kind::program && host.is_python() && std::filesystem::is_directory(spec.what)) spec.kind = Kind::package;
  if (spec.kind == Kind::package) {
    spec.install = {with_absolute_path(spec.what)};
    const std::vector<std::string> others = companions(host);
    spec.install.insert(spec.install.end(), others.begin(), others.end());
  } else if (spec.kind == Kind::lock) {
    spec.install = requirements_in(spec.what, package_under_test(host));
  } else if (spec.kind == Kind::word && host.install_spec && parse_release(spec.what) && !names_commit(spec.what)) {
    std::vector<std::string> install = host.install_spec(spec.what);
    if (install.empty()) throw Error(fmt::format("the suite's install_spec says nothing for {}", spec.what), spec.text);
    if (host.is_python()) {
      spec.install = std::move(install);
    } else {
      VersionSpec other = parse_version_spec(install.front(), "install_spec");
      other.text = spec.text;
      other.label = spec.name();
      return other;
    }
  }
  return spec;
}

std::vector<VersionSpec> commits_of(const VersionSpec& range) {
  constexpr std::size_t kShort = 9;
  std::vector<VersionSpec> specs;
  for (const std::string& commit : commits_in(range.what))
    specs.push_back({.text = commit, .label = commit.substr(0, kShort), .kind = Kind::git, .what = commit});
  return specs;
}

std::vector<VersionSpec> releases_of(const VersionSpec& range, const SweepOptions& options, const Host& host) {
  if (!host.install_spec || !host.is_python())
    throw Error("a range of releases needs a suite that says of which package", range.text, "give benchkit.cli.main an install_spec");
  const std::string package = package_under_test(host);
  Tool tool({}, 0, nullptr);
  std::vector<std::string> known;
  for (const auto& [release, uploaded] : uploads_of(package, host, tool)) known.push_back(release);
  std::vector<std::string> chosen = releases_in(range.what, known);
  if (options.minor_only) chosen = last_of_each_minor(chosen);
  if (options.last > 0 && chosen.size() > options.last)
    chosen.erase(chosen.begin(), chosen.end() - static_cast<std::ptrdiff_t>(options.last));
  if (chosen.empty()) throw Error(fmt::format("no release of {} is in {}", package, range.what), range.text);
  std::vector<VersionSpec> specs;
  for (const std::string& release : chosen) specs.push_back({.text = release, .label = {}, .what = release});
  return specs;
}

/// Where the version of a label is. Throws benchkit::Error, naming `option`, for one that is not there.
std::vector<VersionSpec>::const_iterator find_label(const std::vector<VersionSpec>& specs, const std::string& label, const char* option) {
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const VersionSpec& spec) { return spec.label == label; });
  if (found != specs.end()) return found;
  std::string labels;
  for (const VersionSpec& spec : specs) labels += (labels.empty() ? "" : ", ") + spec.label;
  throw Error(fmt::format("\"{}\" is none of the versions", label), option, "there are: " + labels);
}

std::vector<VersionSpec> part_of(const std::vector<VersionSpec>& specs, const std::string& good, const std::string& bad) {
  const auto first = find_label(specs, good, "--bisect");
  const auto last = find_label(specs, bad, "--bisect");
  if (last <= first) throw Error(fmt::format("{} does not come before {}", good, bad), "--bisect", "name the versions the oldest first");
  return {first, last + 1};
}

const Version* find_version(const Snapshot& snapshot, const std::string& label) {
  const auto found =
      std::find_if(snapshot.versions.begin(), snapshot.versions.end(), [&](const Version& one) { return one.label == label; });
  return found == snapshot.versions.end() ? nullptr : &*found;
}

/// What a version was given as, whether it was labelled or is called so by itself.
std::string without_label(const std::string& text, const std::string& label) {
  return text.starts_with(label + "=") && !text.starts_with(label + "==") ? text.substr(label.size() + 1) : text;
}

}  // namespace

std::vector<VersionSpec> resolve_range(const std::string& text, const SweepOptions& options, const Host& host) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) throw Error(fmt::format("\"{}\" is no range", text), "--bisect", "GOOD..BAD");
  const std::string good = text.substr(0, dots);
  const std::string bad = text.substr(dots + 2);
  if (!options.versions.empty()) return part_of(resolve(options, host), good, bad);
  SweepOptions range = options;
  const bool releases =
      host.is_python() && host.install_spec && parse_release(good) && parse_release(bad) && !names_commit(good) && !names_commit(bad);
  range.versions = {releases ? fmt::format(">={},<={}", good, bad) : "git:" + text};
  if (!releases) return resolve(range, host);
  // The ends are those that were named, even where one was yanked: what the index lacks cannot be made, and is told then.
  range.versions.insert(range.versions.begin(), good);
  range.versions.push_back(bad);
  std::vector<VersionSpec> specs = resolve(range, host);
  const auto repeats = [](const VersionSpec& one, const VersionSpec& other) {
    return parse_release(one.what) == parse_release(other.what);
  };
  if (specs.size() > 2 && repeats(specs[1], specs.front())) specs.erase(specs.begin() + 1);
  if (specs.size() > 2 && repeats(specs[specs.size() - 2], specs.back())) specs.erase(specs.end() - 2);
  specs.back().label = specs.back().what;
  return specs;
}

std::vector<VersionSpec> resolve(const SweepOptions& options, const Host& host) {
  std::vector<VersionSpec> specs;
  for (const std::string& text : options.versions) {
    VersionSpec spec = parse_version_spec(text, "sweep");
    if (spec.kind == Kind::git && spec.what.find("..") != std::string::npos) {
      for (VersionSpec& commit : commits_of(spec)) specs.push_back(std::move(commit));
    } else if (spec.kind != Kind::releases) {
      specs.push_back(with_install(std::move(spec), host));
    } else {
      for (VersionSpec& release : releases_of(spec, options, host)) specs.push_back(with_install(std::move(release), host));
    }
  }
  make_unique(specs);
  return specs;
}

std::vector<std::size_t> bases_of(const std::vector<VersionSpec>& specs, const std::string& baseline) {
  std::vector<std::size_t> bases;
  if (baseline.empty()) {
    for (std::size_t i = 0; i < specs.size(); ++i) bases.push_back(i == 0 ? 0 : i - 1);
    return bases;
  }
  bases.assign(specs.size(), static_cast<std::size_t>(find_label(specs, baseline, "--baseline") - specs.begin()));
  return bases;
}

void check_labels(const Snapshot& before, const std::vector<VersionSpec>& specs) {
  for (const VersionSpec& spec : specs) {
    const Version* version = find_version(before, spec.label);
    if (version == nullptr) continue;
    const std::string then = without_label(version->details.value("spec", ""), spec.label);
    const std::string now = without_label(spec.text, spec.label);
    const Json installed = version->details.value("install", Json());
    constexpr std::size_t kShortest = 7;  // of a commit: a range names it in full, a person in short
    const bool same_commit = now.size() >= kShortest && version->details.value("commit", "").starts_with(now);
    const bool other_text = !then.empty() && then != now && !same_commit;
    if (!other_text && (installed.is_null() || installed == Json(spec.install))) continue;
    throw Error(other_text ? fmt::format("{} was {} in this sweep, and is {} now", spec.label, then, now)
                           : fmt::format("{} was {} in this sweep, and is {} now", spec.label, installed.dump(), Json(spec.install).dump()),
                before.path, "give it another label, or measure all anew into another folder: -o DIR");
  }
}

void check_unchanged(const Snapshot& before, const std::vector<Provisioned>& versions) {
  static constexpr std::array<std::pair<const char*, const char*>, 3> kIdentities{
      {{"tree", "files (git tree)"}, {"program_hash", "program (hash)"}, {"environment", "environment"}}};
  for (const Provisioned& one : versions) {
    const Version* version = find_version(before, one.spec.label);
    if (version == nullptr) continue;
    for (const auto& [name, words] : kIdentities) {
      const std::string then = version->details.value(name, "");
      const std::string now = one.environment.details.value(name, "");
      if (then.empty() || now.empty() || then == now) continue;
      throw Error(fmt::format("{} is not what this sweep has measured so far: its {} was {}, and is {}", one.spec.label, words, then, now),
                  before.path, "restore it and go on, or measure all anew into another folder: -o DIR");
    }
  }
}

bool has_another_suite(const Snapshot& before, const Host& host, const ProvisionOptions& options) {
  const std::string now = hash_of_suite(host, options);
  return std::any_of(before.versions.begin(), before.versions.end(), [&](const Version& one) {
    const std::string then = one.details.value("suite_hash", "");
    return !then.empty() && then != now;
  });
}

Moved find_moved(const Snapshot& before, const std::vector<VersionSpec>& specs) {
  Moved moved;
  Tool tool({}, 0, nullptr);
  for (const VersionSpec& spec : specs) {
    const Version* version = find_version(before, spec.label);
    if (version == nullptr || spec.is_fixed() || !was_measured(*version)) continue;
    const bool is_commit = version->details.contains("tree");
    if (!is_commit && spec.kind != Kind::program) {
      moved.perhaps.push_back(spec.label);
      continue;
    }
    std::string now;
    try {
      now = is_commit ? find_commit(spec.what, tool).tree : hash_of_file(spec.what);
    } catch (const Error&) {
      now.clear();  // it is gone, which is something else, too
    }
    if (version->details.value(is_commit ? "tree" : "program_hash", "") != now) moved.changed.push_back(spec.label);
  }
  return moved;
}

std::string snapshot_in(const std::string& folder) { return folder + "/sweep.jsonl"; }

Json to_json(const SweepOptions& options) {
  const ProvisionOptions& provision = options.provision;
  Json json{{"versions", options.versions}, {"baseline", options.baseline},
            {"last", options.last},         {"minor_only", options.minor_only},
            {"as_of", provision.as_of},     {"pins", provision.pins},
            {"python", provision.python},   {"build_command", provision.build_command},
            {"suite", provision.suite}};
  if (!options.commands.is_null()) json["commands"] = options.commands;
  return json;
}

}  // namespace benchkit::sweep
