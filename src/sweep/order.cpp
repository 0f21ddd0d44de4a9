#include "sweep/order.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/process.hpp"
#include "compare/align.hpp"
#include "sweep/git.hpp"
#include "sweep/release.hpp"

namespace benchkit::sweep {
namespace {

/// What a version can be put in order by.
struct Key {
  std::optional<Release> release;
  std::string commit;
};

bool is_ancestor(const std::string& older, const std::string& newer) {
  return base::Helper({"git", "merge-base", "--is-ancestor", older, newer}).output().has_value();
}

/// nullopt: nobody can say.
std::optional<bool> is_before(const Key& one, const Key& other) {
  if (one.release && other.release) return *one.release < *other.release;
  if (one.commit.empty() || other.commit.empty()) return std::nullopt;
  if (is_ancestor(one.commit, other.commit)) return true;
  if (is_ancestor(other.commit, one.commit)) return false;
  return std::nullopt;
}

Key key_of(const Version& version) {
  if (std::string commit = version.details.value("commit", ""); !commit.empty()) return {std::nullopt, std::move(commit)};
  return {parse_release(version.label), {}};
}

Key key_of(const VersionSpec& spec) {
  using Kind = VersionSpec::Kind;
  if (const auto release = parse_release(spec.claimed_release())) return {release, {}};
  if ((spec.kind == Kind::git || spec.kind == Kind::word) && is_revision(spec.what))
    return {std::nullopt, spec.what == "WORKTREE" ? "HEAD" : spec.what};
  return {parse_release(spec.label), {}};
}

/// Where among ordered ones it belongs; nullopt: they are in another order, or some cannot be told.
std::optional<std::size_t> place_among(const std::vector<std::string>& labels, const std::map<std::string, Key>& keys, const Key& key) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto before = is_before(keys.at(labels[i]), key);
    if (!before || (*before && place < i)) return std::nullopt;
    if (*before) place = i + 1;
  }
  return place;
}

/// Behind the one that the command names before it; the first one: before all.
std::size_t place_in_command(const std::vector<std::string>& labels, const std::vector<VersionSpec>& specs, std::size_t spec) {
  if (spec == 0) return 0;
  return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), specs[spec - 1].label) - labels.begin()) + 1;
}

}  // namespace

Order order_of(const Snapshot& before, const std::vector<VersionSpec>& specs) {
  Order order;
  for (const std::size_t number : compare::versions_in_order(before)) order.labels.push_back(before.versions[number].label);
  std::map<std::string, Key> keys;
  for (const Version& version : before.versions) keys[version.label] = key_of(version);
  const bool names_all = std::all_of(before.versions.begin(), before.versions.end(), [&](const Version& version) {
    return std::any_of(specs.begin(), specs.end(), [&](const VersionSpec& spec) { return spec.label == version.label; });
  });
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const std::string& label = specs[i].label;
    if (std::find(order.labels.begin(), order.labels.end(), label) != order.labels.end()) continue;
    keys[label] = key_of(specs[i]);
    std::optional<std::size_t> place = place_among(order.labels, keys, keys[label]);
    if (!place && names_all) place = place_in_command(order.labels, specs, i);
    if (!place) order.unplaced.push_back(label);
    order.labels.insert(order.labels.begin() + static_cast<std::ptrdiff_t>(place.value_or(order.labels.size())), label);
  }
  return order;
}

std::vector<VersionSpec> in_order(std::vector<VersionSpec> specs, const Order& order) {
  const auto place = [&](const VersionSpec& spec) { return std::find(order.labels.begin(), order.labels.end(), spec.label); };
  std::stable_sort(specs.begin(), specs.end(),
                   [&](const VersionSpec& left, const VersionSpec& right) { return place(left) < place(right); });
  return specs;
}

}  // namespace benchkit::sweep
