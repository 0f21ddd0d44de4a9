#include "report/versions.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.hpp"
#include "base/units.hpp"
#include "plot/theme.hpp"

namespace benchkit::report {
namespace {

/// Facts in their order, each with all that the sessions of a file say of it.
class Facts {
 public:
  void add(const std::string& name, const std::string& text) {
    if (text.empty()) return;
    const auto known = std::find_if(facts_.begin(), facts_.end(), [&](const auto& fact) { return fact.first == name; });
    if (known == facts_.end()) facts_.push_back({name, {text}});
    else if (std::find(known->second.begin(), known->second.end(), text) == known->second.end()) known->second.push_back(text);
  }
  [[nodiscard]] Json json() const {
    Json list = Json::array();
    for (const auto& [name, texts] : facts_) list.push_back({name, fmt::format("{}", fmt::join(texts, "; "))});
    return list;
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> facts_;
};

/// "memory_bytes" -> "memory", "usable_cpus" -> "usable cpus".
std::string name_of(std::string key) {
  constexpr std::string_view kBytes = "_bytes";
  if (key.ends_with(kBytes)) key.resize(key.size() - kBytes.size());
  std::replace(key.begin(), key.end(), '_', ' ');
  return key;
}

std::string text_of(const std::string& key, const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number() && key.ends_with("_bytes")) return base::format_value(value.get<double>(), "B");
  if (value.is_array() || value.is_object()) {
    std::vector<std::string> words;
    for (const auto& [name, inner] : value.items()) {
      const std::string text = text_of(name, inner);
      if (!text.empty()) words.push_back(value.is_array() ? text : fmt::format("{} {}", name_of(name), text));
    }
    return fmt::format("{}", fmt::join(words, ", "));
  }
  return base::dump_line(value);
}

void add_all(Facts& facts, const Json& object) {
  if (!object.is_object()) return;
  for (const auto& [key, value] : object.items()) facts.add(name_of(key), text_of(key, value));
}

/// Whether a session measured the version, as far as its records tell: a file that was extended may hold one version a session.
bool has_records(const compare::Source& source, std::size_t session) {
  return std::any_of(source.snapshot->records.begin(), source.snapshot->records.end(),
                     [&](const Record& record) { return record.session == session && record.version == source.version; });
}

Json version_json(const compare::Source& source, const plot::Look& light, const plot::Look& dark) {
  Facts facts;
  Facts machine;
  facts.add("file", source.snapshot->path);
  add_all(facts, source.snapshot->versions[source.version].details);
  const std::vector<Session>& sessions = source.snapshot->sessions;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    if (sessions.size() > 1 && !has_records(source, i)) continue;
    for (const char* key : {"started", "benchkit", "design", "command"}) {
      const auto found = sessions[i].header.find(key);
      if (found != sessions[i].header.end()) facts.add(key, text_of(key, *found));
    }
    if (const auto found = sessions[i].header.find("machine"); found != sessions[i].header.end()) add_all(machine, *found);
  }
  return {{"label", source.title},
          {"look", {{"light", light.colour}, {"dark", dark.colour}, {"symbol", light.symbol}}},
          {"facts", facts.json()},
          {"machine", machine.json()}};
}

}  // namespace

std::string versions_json(const std::vector<compare::Source>& sources) {
  std::vector<std::string> titles;
  for (const compare::Source& source : sources) titles.push_back(source.title);
  const std::vector<plot::Look> light = plot::looks_of(titles, false);
  const std::vector<plot::Look> dark = plot::looks_of(titles, true);
  Json versions = Json::array();
  for (std::size_t i = 0; i < sources.size(); ++i) versions.push_back(version_json(sources[i], light[i], dark[i]));
  return base::dump_line(versions);
}

}  // namespace benchkit::report
