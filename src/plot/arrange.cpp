// Panels and colours are two ways to tell apart what lies over the same axes. Versions are told apart by colour, because that is what a reader wants to see
// side by side; what else differs goes into panels once there are too many colours in one.
#include "plot/arrange.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "compare/align.hpp"

namespace benchkit::plot {
namespace {

std::string text_of(const Dims& dims, const std::string& name) {
  const DimValue* value = dims.find(name);
  return value == nullptr ? std::string{} : value->text();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Dims of which the members have different values, in their order, without those that are used.
std::vector<std::string> differing(std::span<const Member> members, const std::vector<std::string>& used) {
  std::vector<std::string> names;
  for (const Member& member : members) {
    for (const auto& [name, value] : *member.dims) {
      if (!contains(names, name) && !contains(used, name)) names.push_back(name);
    }
  }
  std::erase_if(names, [&](const std::string& name) {
    return std::all_of(members.begin(), members.end(),
                       [&](const Member& member) { return text_of(*member.dims, name) == text_of(*members[0].dims, name); });
  });
  return names;
}

std::string choice_of(const Dims& dims, const std::vector<std::string>& names) {
  Dims chosen;
  for (const std::string& name : names) {
    if (const DimValue* value = dims.find(name)) chosen.set(name, *value);
  }
  return words_of(chosen);
}

/// Where a name stands, at the end if it is new.
std::size_t place_of(std::vector<std::string>& names, std::map<std::string, std::size_t>& places, const std::string& name) {
  const auto [found, is_new] = places.try_emplace(name, names.size());
  if (is_new) names.push_back(name);
  return found->second;
}

/// How many different choices of `names` there are at most within one of `facets`.
std::size_t most_in_a_panel(std::span<const Member> members, const std::vector<std::string>& facets,
                            const std::vector<std::string>& names) {
  std::map<std::string, std::set<std::string>> panels;
  std::size_t most = 0;
  for (const Member& member : members) {
    auto& panel = panels[choice_of(*member.dims, facets)];
    panel.insert(choice_of(*member.dims, names));
    most = std::max(most, panel.size());
  }
  return most;
}

void require_dim(const char* option, const std::string& name, std::span<const Member> members) {
  std::set<std::string> known;
  for (const Member& member : members) {
    for (const auto& [dim, value] : *member.dims) known.insert(dim);
  }
  if (known.contains(name)) return;
  throw Error(fmt::format("no selected case has the dim \"{}\"", name), option,
              known.empty() ? "these cases have no dims" : fmt::format("there are: {}", fmt::join(known, ", ")));
}

}  // namespace

Arrangement arrange(std::span<const Member> members, const std::vector<std::string>& columns, const std::vector<std::string>& used,
                    const ViewOptions& options) {
  Arrangement result;
  if (members.empty()) return result;
  std::vector<std::string> facets = options.facets;
  for (const std::string& facet : facets) require_dim("--facet", facet, members);
  if (!options.color.empty()) require_dim("--color", options.color, members);
  const bool by_version = options.color.empty() && columns.size() > 1;
  std::vector<std::string> left = differing(members, used);
  std::erase_if(left, [&](const std::string& name) { return contains(facets, name) || name == options.color; });
  if (facets.empty()) {
    if (by_version || !options.color.empty()) {
      facets.swap(left);
    } else {
      // The dim that leaves the fewest colours first.
      while (!left.empty() && most_in_a_panel(members, facets, left) > kMostColours) {
        facets.push_back(left.front());
        left.erase(left.begin());
      }
    }
  }
  std::map<std::string, std::size_t> panels, colours;
  if (by_version) result.colours = columns;
  for (const Member& member : members) {
    const std::vector<std::string> names = options.color.empty() ? left : std::vector{options.color};
    const std::size_t colour = by_version ? member.column : place_of(result.colours, colours, choice_of(*member.dims, names));
    result.places.push_back({place_of(result.panels, panels, choice_of(*member.dims, facets)), colour});
  }
  return result;
}

std::vector<Look> looks_of(const Arrangement& arrangement, bool dark) {
  std::vector<std::set<std::size_t>> panels(arrangement.panels.size());
  for (const Place& place : arrangement.places) panels[place.panel].insert(place.colour);
  std::vector<std::set<std::size_t>> beside(arrangement.colours.size());
  for (const std::set<std::size_t>& panel : panels) {
    for (const std::size_t colour : panel) beside[colour].insert(panel.begin(), panel.end());
  }
  return looks_of(arrangement.colours, dark, beside);
}

void add_to_legend(std::vector<LegendEntry>& legend, const Arrangement& arrangement, const std::vector<Look>& looks) {
  std::set<std::size_t> drawn;
  for (const Place& place : arrangement.places) drawn.insert(place.colour);
  for (const std::size_t i : drawn) add_to_legend(legend, {arrangement.colours[i], looks[i].colour, looks[i].symbol});
}

std::string words_of(const Dims& dims) {
  std::string text;
  for (const auto& [name, value] : dims)
    text += (text.empty() ? "" : " · ") + (value.is_text() ? value.text() : fmt::format("{}={}", name, value.text()));
  return text;
}

std::string size_dim(std::span<const Snapshot> snapshots, const Filter& filter) {
  std::vector<std::string> names;
  std::map<std::string, std::set<double>> sizes;
  std::set<std::string> texts;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) {
      if (!filter.matches(info.id, info.dims)) continue;
      for (const auto& [name, value] : info.dims) {
        if (!contains(names, name)) names.push_back(name);
        if (value.is_number()) sizes[name].insert(value.number());
        else texts.insert(name);
      }
    }
  }
  std::string best;
  std::size_t most = 1;
  for (const std::string& name : names) {
    if (texts.contains(name) || sizes[name].size() <= most) continue;
    best = name;
    most = sizes[name].size();
  }
  return best;
}

const Metric* first_metric_with(const Snapshot& snapshot, const std::function<bool(const Record&)>& wanted) {
  std::size_t first = snapshot.metrics.size();
  for (const Record& record : snapshot.records) {
    if (record.metric < first && wanted(record)) first = record.metric;
  }
  return first < snapshot.metrics.size() ? &snapshot.metrics[first] : nullptr;
}

std::vector<compare::Comparison> comparisons_for(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  compare::CompareOptions chosen = options.compare;
  if (chosen.metrics.empty()) {
    for (const Snapshot& snapshot : snapshots) {
      const Metric* const first = first_metric_with(snapshot, [](const Record& record) {
        return !record.samples.empty() || record.summary.median || record.summary.mean || record.summary.min || record.summary.max;
      });
      if (first == nullptr) continue;
      chosen.metrics = {first->name};
      break;
    }
  }
  return compare::compare(snapshots, chosen);
}

std::vector<std::string> titles_of(const compare::Comparison& comparison) {
  std::vector<std::string> titles;
  for (const compare::ColumnHead& column : comparison.columns) titles.push_back(column.title);
  return titles;
}

}  // namespace benchkit::plot
